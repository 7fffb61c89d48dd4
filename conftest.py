"""Found by pytest wherever it starts: lessons are judged by `lessons.strict` (in tools/)."""

pytest_plugins = ["lessons.strict"]
# text twins of notebooks are no tests, and learners' copies are theirs
collect_ignore_glob = ["notebooks/*.py", "my_course/*"]
