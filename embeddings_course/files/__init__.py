"""Ground: files in, arrays out. Nothing here imports from the floors above."""
