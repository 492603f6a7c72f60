"""Milliseconds to file an object of ten files, and to file its second version.

    python -m benchmarks.file_archive [--objects 200] [--bytes 20000] [--place DIR] [--peer]

--place: the disk to measure (fsync is nearly all of it; a RAM disk tells nothing).
--peer: ocfl-py's own `create`, which is not written to survive a kill: it never calls fsync.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from storage.archive import Archive, Content

FILES = 10
MOMENT = datetime(2021, 6, 16, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=200)
    parser.add_argument("--bytes", type=int, default=20_000)
    parser.add_argument("--place", type=Path, default=Path())
    parser.add_argument("--peer", action="store_true")
    asked = parser.parse_args()
    source = Random(0)
    sets = [
        {f"files/材料{n}.bin": source.randbytes(asked.bytes) for n in range(FILES)}
        for _ in range(asked.objects)
    ]
    with tempfile.TemporaryDirectory(dir=asked.place) as name:
        place = Path(name)
        archive = Archive(place / "archive", place / "staging")
        report("new object", measure(filing(archive), enumerate(sets)))
        changed = [{**files, "message.eml": b"%d" % n} for n, files in enumerate(sets)]
        report("second version, one file of them new", measure(filing(archive), enumerate(changed)))
        assert not archive.validate("ZB0")
        if asked.peer:
            report("ocfl-py, new object, no fsync", measure(peer(place), enumerate(sets)))


def filing(archive: Archive) -> Callable[[int, dict[str, bytes]], None]:
    def file(number: int, files: dict[str, bytes]) -> None:
        archive.file(
            f"ZB{number}",
            {path: Content(data=data) for path, data in files.items()},
            created=MOMENT,
            message="benchmark",
            user_name="benchmark",
            user_address="",
        )

    return file


def peer(place: Path) -> Callable[[int, dict[str, bytes]], None]:
    """ocfl-py files a folder, so the folder is part of what it needs."""
    # it tells of each object
    logging.disable(logging.INFO)
    from ocfl.object import Object
    from ocfl.version_metadata import VersionMetadata

    def file(number: int, files: dict[str, bytes]) -> None:
        folder = place / "peer" / "source" / str(number)
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        filer = Object(identifier=f"ZB{number}", fixity=["sha256"])
        filer.create(
            srcdir=str(folder),
            metadata=VersionMetadata(created=MOMENT.isoformat(), message="benchmark"),
            objdir=str(place / "peer" / f"ZB{number}"),
        )

    return file


def measure(
    file: Callable[[int, dict[str, bytes]], None], sets: Iterable[tuple[int, dict[str, bytes]]]
) -> list[float]:
    """Milliseconds for each."""
    taken = []
    for number, files in sets:
        started = time.perf_counter()
        file(number, files)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def report(what: str, milliseconds: list[float]) -> None:
    print(
        f"{what}: median {statistics.median(milliseconds):.1f} ms, "
        f"95 % under {statistics.quantiles(milliseconds, n=20)[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
