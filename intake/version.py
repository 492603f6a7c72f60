"""The version of this software, as records name it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def software_version() -> str:
    try:
        return version("submission-mailbox-intake")
    except PackageNotFoundError:  # run from a checkout that nobody installed
        return "unknown"
