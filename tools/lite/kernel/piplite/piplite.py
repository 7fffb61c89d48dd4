"""What the kernel's page expects of the installer."""

import logging

import course_packages  # noqa: F401 (brings SciPy when it is imported first)

# Matplotlib looks through its fonts once a visit, and would tell the learner so
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS: list = []


async def install(requirements, *_, **__):
    """Say that nothing more can be installed."""
    raise RuntimeError(
        f"{requirements} cannot be installed here: in the browser the course has what it needs, and asks no other "
        "site. Run it on your own machine (README) to add packages."
    )
