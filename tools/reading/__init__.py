"""The reading page: every lesson as a page that needs no Python, no network and no other host."""
