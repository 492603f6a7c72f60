"""A search for archives on which the unpacker fails, hangs, or lets something out.

    python -m benchmarks.fuzz_archives --seconds 600 [--seed N] [--into DIR]

The archive set and the real archives are mutated, and each goes through the whole unpack in a
reader, as the intake does it. Looked for: an exception in the parent that is no `ReaderFailed`; a
reader that says its own bug or dies; a file outside the folder of members; a link in it; a member
that is neither out with its bytes nor named; more time or memory than the limits allow. Inputs
that did it are written to a folder, with what was wrong beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from model.errors import ReaderFailed
from parsers.isolation import Readers
from tests.builders.archive_set import CASES
from tests.builders.archive_set.case import SMALL_LIMITS, ArchiveCase
from tests.builders.archive_set.judge import always

LIMITS = replace(SMALL_LIMITS, members=2000, wall_seconds=5.0, cpu_seconds=10)
MOST_SECONDS = LIMITS.wall_seconds + 5.0
"""The unpacker ends itself at its wall limit; what is more is a hang."""
MOST_BYTES = 400 << 20
"""Of the reader and the engine together, resident."""
_LARGEST_SEED = 300_000
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1)
_SHARDS = (
    b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06",
    b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08",
    b"BZh9", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"ustar\x0000", b"ustar  \0", b"MSCF",
    b"-lh0-", b"-lh5-", b"\x60\xea", b"CD001", b"../", b"..\\", b"/", b"\\", b"C:", b"\0", b"\n",
    b"\xff" * 8, b"\x80" * 10, b"*", b"\xe2\x80\xae", b"CMT", b"MZ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """The files of one mail, and which is opened."""

    name: str
    files: dict[str, bytes]
    opens: str
    passwords: tuple[str, ...]


@dataclass(slots=True)
class Worst:
    """What the run has come to. failed: readers that died, with the reason they gave."""

    runs: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    failed: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


def seeds() -> list[Input]:
    """Small ones, on which a mutation is likely to hit something."""
    return [seed for case in CASES if (seed := _seed(case)) is not None]


def _seed(case: ArchiveCase) -> Input | None:
    files = dict(case.source())
    if not files.get(case.opens) or sum(map(len, files.values())) > _LARGEST_SEED:
        return None
    return Input(case.name, files, case.opens, case.passwords[-1:])


def mutated(seed: Input, others: Sequence[Input], chance: random.Random) -> Input:
    """One to six changes, mostly in the file that is opened and mostly near its two ends."""
    files = dict(seed.files)
    for _ in range(chance.randint(1, 6)):
        name = seed.opens if chance.random() < 0.8 else chance.choice(list(files))
        other = chance.choice(others)
        files[name] = _changed(bytearray(files[name]), other.files[other.opens], chance)
    return replace(seed, files=files)


def _changed(raw: bytearray, other: bytes, chance: random.Random) -> bytes:
    at = _place(len(raw), chance)
    kind = chance.randrange(9)
    if kind <= 1 and raw:
        raw[at % len(raw)] ^= 1 << chance.randrange(8)
    elif kind == 2 and raw:
        raw[at % len(raw)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    elif kind == 3:
        size = chance.choice((2, 4, 8))
        number = chance.choice(_NUMBERS) & (1 << 8 * size) - 1
        raw[at : at + size] = number.to_bytes(size, "little")
    elif kind == 4:
        shard = chance.choice(_SHARDS)
        raw[at : at + chance.choice((0, len(shard)))] = shard
    elif kind == 5:
        del raw[at : at + chance.choice((1, 4, 30, 512, 4000))]
    elif kind == 6:
        raw[at:at] = raw[at : at + chance.choice((16, 64, 600))] * chance.choice((1, 3, 40))
    elif kind == 7:
        start = _place(len(other), chance)
        raw[at:at] = other[start : start + chance.choice((30, 500, 4000))]
    else:
        del raw[at + 1 :]
    return bytes(raw)


def _place(size: int, chance: random.Random) -> int:
    near = min(size, 300)
    where = chance.random()
    if where < 0.45:
        return chance.randrange(near + 1)
    return size - chance.randrange(near + 1) if where < 0.8 else chance.randrange(size + 1)


class Trial:
    """A place to unpack in, a reader, and what is looked for after each unpacking."""

    def __init__(self, readers: Readers, folder: Path) -> None:
        self._readers = readers
        self._folder = folder
        self.peak_bytes = 0

    def faults(self, given: Input) -> tuple[list[str], str, float]:
        """What was wrong, how the reader failed ("" if it did not), and the seconds taken."""
        with tempfile.TemporaryDirectory(dir=self._folder) as own:
            deep = Path(own, "a/b/c/d")
            mail, into = deep / "mail", deep / "out"
            mail.mkdir(parents=True)
            for name, data in given.files.items():
                (mail / name).write_bytes(data)
            before = snapshot(self._folder, into)
            begun = time.monotonic()
            wrong, failed = self._unpack(given, mail, into)
            took = time.monotonic() - begun
            if snapshot(self._folder, into) != before:
                wrong.append("something was written outside the folder")
            if took > MOST_SECONDS:
                wrong.append(f"took {took:.1f} s")
            return wrong, failed, took

    def _unpack(self, given: Input, mail: Path, into: Path) -> tuple[list[str], str]:
        siblings = {name: mail / name for name in given.files}
        try:
            unpacked = self._readers.unpack(
                mail / given.opens, into, name=given.opens, prefix="",
                passwords=given.passwords, limits=LIMITS, siblings=siblings,
            )  # fmt: skip
        except ReaderFailed as failed:
            # The intake says so in a finding; a bug's traceback is to be looked at all the same.
            text = str(failed)
            return ([text] if "Traceback" in text else []), text[:300]
        except Exception:  # noqa: BLE001 - any of them is what is looked for
            return [traceback.format_exc(limit=-6)], ""
        return list(always(unpacked, into)), ""


def snapshot(folder: Path, but: Path) -> dict[str, tuple[int, int]]:
    """Everything below a folder with its size and kind, without what is in `but`."""
    found = {}
    for place, folders, names in os.walk(folder):
        if Path(place) == but:
            folders.clear()
            continue
        for name in (*folders, *names):
            path = Path(place, name)
            if path != but:
                state = path.lstat()
                is_folder = path.is_dir() and not path.is_symlink()
                found[str(path)] = (0 if is_folder else state.st_size, state.st_mode)
    return found


class Memory(threading.Thread):
    """Samples what this process's children hold together."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self.over = threading.Event()

    def run(self) -> None:
        me = psutil.Process()
        while not self.over.wait(0.05):
            total = 0
            for child in me.children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.Error:  # it has ended meanwhile, and holds nothing
                    continue
            self.peak_bytes = max(self.peak_bytes, total)

    def since(self) -> int:
        """The peak since the last time it was asked for."""
        peak, self.peak_bytes = self.peak_bytes, 0
        return peak


def run(seconds: float, seed: int, into: Path) -> Worst:
    chance = random.Random(seed)
    sources = seeds()
    worst = Worst()
    memory = Memory()
    memory.start()
    end = time.monotonic() + seconds
    with Readers(count=1) as readers, tempfile.TemporaryDirectory() as folder:
        trial = Trial(readers, Path(folder))
        while time.monotonic() < end:
            given = mutated(chance.choice(sources), sources, chance)
            wrong, failed, took = trial.faults(given)
            peak = memory.since()
            if peak > MOST_BYTES:
                wrong.append(f"took {peak >> 20} MB")
            worst.runs += 1
            worst.seconds = max(worst.seconds, took)
            worst.peak_bytes = max(worst.peak_bytes, peak)
            if failed:
                worst.failed.append(f"{given.name}: {failed}")
            if wrong or failed:
                place = keep(given, [*wrong, failed], into)
                if wrong:
                    worst.found.append(f"{place}: {wrong[0][-300:]}")
                    print(worst.found[-1], flush=True)
    memory.over.set()
    return worst


def keep(given: Input, wrong: Sequence[str], into: Path) -> Path:
    """Write the input down, with what was wrong."""
    mark = hashlib.sha256(b"".join(given.files.values())).hexdigest()[:16]
    folder = into / mark
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in given.files.items():
        (folder / name).write_bytes(data)
    (folder / "wrong.txt").write_text(
        f"{given.name}\nopens {given.opens}\npasswords {given.passwords}\n" + "\n".join(wrong)
    )
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-archives")
    options = parser.parse_args()
    worst = run(options.seconds, options.seed, options.into)
    print(
        f"{worst.runs} archives, seed {options.seed}: slowest {worst.seconds:.2f} s, "
        f"peak {worst.peak_bytes >> 20} MB, {len(worst.failed)} readers failed, "
        f"{len(worst.found)} with a fault"
    )
    for failed in worst.failed[:20]:
        print(" ", failed.replace("\n", " "))
    return 1 if worst.found else 0


if __name__ == "__main__":
    sys.exit(main())
