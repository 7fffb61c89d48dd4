"""What the kernel asks for a `%pip` line."""


async def get_transformed_code(words):
    """Return the code that stands for a `%pip` line."""
    return f"await __import__('piplite').install({' '.join(words)!r})"
