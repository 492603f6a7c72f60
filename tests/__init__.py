"""The tests. A package, because a dependency installs a top-level `tests` of its own, which
would otherwise be found before ours."""
