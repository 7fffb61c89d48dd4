"""Found by pytest wherever it starts: where nbval runs, lessons are judged by `strict` (in tests/notebooks/)."""

import pytest

# text twins of notebooks are no tests, and learners' copies are theirs
collect_ignore_glob = ["notebooks/*.py", "my_course/*"]


def pytest_configure(config: pytest.Config) -> None:
    """Bring `strict` in only where it is needed: with it come nbval and nbformat, seconds of every start."""
    if config.getoption("nbval", False) or config.getoption("nbval_lax", False):
        import strict

        config.pluginmanager.register(strict, "strict")
