"""Found by pytest wherever it starts: lessons are judged by `strict` (in tests/notebooks/)."""

pytest_plugins = ["strict"]
# text twins of notebooks are no tests, and learners' copies are theirs
collect_ignore_glob = ["notebooks/*.py", "my_course/*"]
