"""Archives that the engine itself writes, made when they are asked for."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from parsers.archives.program import ready

WHEN = 1_621_209_600
"""2021-05-17 00:00 UTC: the time on every member."""


def made(
    members: Sequence[tuple[str, bytes]],
    *words: str,
    name: str = "a.7z",
    links: Sequence[tuple[str, str]] = (),
) -> Callable[[], dict[str, bytes]]:
    """What `7zz a` writes, by name; words: further switches. Names ending in "/" are folders."""

    def source() -> dict[str, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            inside, target = Path(folder, "in"), Path(folder, "out")
            inside.mkdir()
            target.mkdir()
            for path, data in members:
                _put(inside / path, data, folder=path.endswith("/"))
            for path, goal in links:
                (inside / path).symlink_to(goal)
            subprocess.run(
                [ready(), "a", "-bd", *words, target / name, "."],
                cwd=inside,
                check=True,
                capture_output=True,
            )
            return {one.name: one.read_bytes() for one in sorted(target.iterdir())}

    return source


def alone(members: Sequence[tuple[str, bytes]], *words: str, name: str) -> Callable[[], bytes]:
    """The one file that `7zz a` writes."""
    source = made(members, *words, name=name)
    return lambda: source()[name]


def _put(path: Path, data: bytes, *, folder: bool) -> None:
    (path if folder else path.parent).mkdir(parents=True, exist_ok=True)
    if not folder:
        path.write_bytes(data)
        os.utime(path, (WHEN, WHEN))
