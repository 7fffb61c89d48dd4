"""What the kernel's page expects of the installer."""

_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS: list = []


async def install(requirements, *_, **__):
    """Say that nothing more can be installed."""
    raise RuntimeError(
        f"{requirements} cannot be installed here: in the browser the course has what it needs, and asks no other site. "
        "Run it on your own machine (README) to add packages."
    )
