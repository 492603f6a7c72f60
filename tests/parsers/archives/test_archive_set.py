"""The archive set through a reader, as the intake opens what was sent.

Every member is out with its bytes or named in a finding; nothing is written outside the folder of
members; none takes longer than it may; and the processes that did the work stay within memory.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from model.container import UnpackLimits
from parsers.isolation import Readers
from tests.builders.archive_set import CASES, ArchiveCase
from tests.builders.archive_set.case import WALL_SECONDS
from tests.builders.archive_set.judge import faults
from tests.builders.archive_set.many import real_folder

_ROOT = Path(__file__).parents[3]
_MOST_READER_BYTES = 300 << 20
"""Resident, after all cases: the reader itself holds no member in memory."""
_MARK = "what lies here before\n"
_REPORT = """
import resource, sys
from pathlib import Path
from parsers.isolation import Readers
from model.container import UnpackLimits
path, into = Path(sys.argv[1]), Path(sys.argv[2])
limits = UnpackLimits(
    memory_bytes=int(sys.argv[3]), member_bytes=4 << 20, total_bytes=8 << 20,
    total_floor_bytes=8 << 20, wall_seconds=20.0,
)
with Readers(count=1) as readers:
    unpacked = readers.unpack(
        path, into, name=path.name, prefix="", passwords=(), limits=limits,
        siblings={path.name: path},
    )
# After the reader has ended: the largest of it and of the engines that it started.
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(" ".join(sorted({finding.code for finding in unpacked.findings})))
"""


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(count=1) as pool:
        pool.warm()
        yield pool


def _snapshot(folder: Path, but: Path) -> dict[str, tuple[int, int]]:
    """Everything below `folder`, with its size and kind; nothing of what is in `but`."""
    found: dict[str, tuple[int, int]] = {}
    for place, folders, names in os.walk(folder):
        if Path(place) == but:
            folders.clear()
            continue
        for path in (Path(place, name) for name in (*folders, *names)):
            state = path.lstat()
            size = 0 if path.is_dir() and not path.is_symlink() else state.st_size
            if path != but:
                found[str(path)] = (size, state.st_mode)
    return found


def _reader_processes() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "parsers.isolation.child" in p.cmdline()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_member_is_out_or_named(case: ArchiveCase, readers: Readers, tmp_path: Path) -> None:
    """Deep in a folder of its own, so that a way up leads to where it is seen."""
    deep = tmp_path / "1" / "2" / "3" / "4"
    mail, into = deep / "mail", deep / "out"
    mail.mkdir(parents=True)
    (deep.parent / "x.txt").write_text(_MARK)
    for name, data in case.source().items():
        (mail / name).write_bytes(data)
    before = _snapshot(tmp_path, into)
    begun = time.monotonic()
    unpacked = readers.unpack(
        mail / case.opens, into, name=case.opens, prefix="", passwords=case.passwords,
        limits=case.limits, siblings={path.name: path for path in mail.iterdir()},
    )  # fmt: skip
    took = time.monotonic() - begun
    assert _snapshot(tmp_path, into) == before, "something was written outside the folder"
    assert faults(case, unpacked, into) == []
    assert took < WALL_SECONDS, "it hangs"
    for process in _reader_processes():
        assert process.memory_info().rss < _MOST_READER_BYTES
        assert not process.children(recursive=True), "an engine outlives its archive"


def test_the_set_is_as_large_as_it_should_be() -> None:
    assert len(CASES) - sum(case.name.startswith("real: ") for case in CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.why for case in CASES)


@pytest.mark.skipif(not real_folder().is_dir(), reason="real archives are kept outside the project")
def test_all_real_archives_are_in_the_set() -> None:
    there = {p.name for p in real_folder().rglob("*") if p.is_file() and p.suffix != ".md"}
    assert {c.name.removeprefix("real: ") for c in CASES if c.name.startswith("real")} == there


_HUNGRY = (
    "rar5: dictionary of 4 GB",
    "7z: dictionary of 1.5 GB",
    "bomb: 42.zip",
    "bomb: gz of zeros",
    "rar5: file copies by the hundred",
    "rar5: size of an exabyte",
    "zip: overlapping members",
    "rar5: main header of 2 MB",
    "many: 2,000 members, RAR 5",
)


@pytest.mark.parametrize("name", _HUNGRY)
def test_no_process_passes_the_limit_of_memory(name: str, tmp_path: Path) -> None:
    """Measured by the kernel over the reader and the engine, in a process of its own."""
    (case,) = [case for case in CASES if case.name == name]
    path = tmp_path / "a.bin"
    path.write_bytes(case.source()[case.opens])
    limit = 512 << 20
    done = subprocess.run(
        [sys.executable, "-c", _REPORT, path, tmp_path / "out", str(limit)],
        cwd=_ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    most_kib, codes = done.stdout.splitlines()
    assert int(most_kib) << 10 < limit
    assert codes or name.startswith(("many", "7z"))


def test_a_reader_is_held_to_its_limits(readers: Readers, tmp_path: Path) -> None:
    """The kernel's own numbers: address space and core files, on the process that reads."""
    path = tmp_path / "a.bin"
    path.write_bytes(CASES[0].source()[CASES[0].opens])
    readers.unpack(
        path, tmp_path / "out", name="a.zip", prefix="", passwords=(), limits=UnpackLimits(),
        siblings={"a.zip": path},
    )  # fmt: skip
    (process,) = _reader_processes()
    assert process.rlimit(psutil.RLIMIT_AS) == (2 << 30, 2 << 30)
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    soft, _ = process.rlimit(psutil.RLIMIT_CPU)
    assert soft != resource.RLIM_INFINITY
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert re.search(r"Max file size\s+\d+", limits)
