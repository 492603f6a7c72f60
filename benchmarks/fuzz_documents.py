"""A search for documents on which a reader fails, hangs, or takes more than it may.

    python -m benchmarks.fuzz_documents --seconds 600 [--seed N] [--kinds docx pdf …] [--into DIR]
                                        [--corpus DIR]

Real documents of every kind are mutated, and each goes through the whole reader process, as the
intake does it; of kinds that have pages the first is also looked through for seals, which renders
it. Looked for: an exception in the parent that is no `ReaderFailed`; a reader that tells a bug of
its own; a hang beyond the limits; more memory than a reader may hold; a file outside of the folder
for files within. A reader that was ended at its limits is counted and named, and is no fault.
Inputs that did it are written to a folder, with what was wrong beside them.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.fuzz_changes import changed
from benchmarks.fuzz_seeds import Seed, seeds
from intake.pictures import PICTURES
from model.document import Document, ReadLimits, ScanRequest
from model.errors import ReaderFailed
from parsers.isolation import Readers

LIMITS = ReadLimits(wall_seconds=20.0)
SCAN_SECONDS = 30.0
GRACE_SECONDS = 5.0
MOST_BYTES = LIMITS.memory_bytes
"""Resident, of all children together."""
_NAMED = 20
"""Of failed readers, slowest and biggest, so many are printed."""


@dataclass(slots=True)
class Tried:
    """One input and what came of it."""

    name: str
    outcome: str
    seconds: float
    peak_bytes: int
    kept: Path | None = None


@dataclass(slots=True)
class Worst:
    """What the run has come to. found: faults; failed: readers that were ended at a limit."""

    runs: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    slowest: list[Tried] = field(default_factory=list)
    biggest: list[Tried] = field(default_factory=list)

    def add(self, tried: Tried, kind: str) -> None:
        self.runs += 1
        self.outcomes.setdefault(kind, Counter())[tried.outcome] += 1
        self.slowest = sorted([*self.slowest, tried], key=lambda one: -one.seconds)[:5]
        self.biggest = sorted([*self.biggest, tried], key=lambda one: -one.peak_bytes)[:5]


class Trial:
    """A folder to read in, reader processes, and what is looked for after each reading."""

    def __init__(self, readers: Readers, folder: Path) -> None:
        self._readers = readers
        self._folder = folder

    def faults(self, data: bytes) -> tuple[list[str], str, float]:
        """What was wrong, what came out, and the seconds taken by the slower of its readings."""
        with tempfile.TemporaryDirectory(dir=self._folder) as own:
            path, into = Path(own, "document"), Path(own, "within")
            path.write_bytes(data)
            into.mkdir()
            wrong: list[str] = []
            begun = time.monotonic()
            outcome = self._read(path, into, wrong)
            took = time.monotonic() - begun
            if took > LIMITS.wall_seconds + SCAN_SECONDS + GRACE_SECONDS:
                wrong.append(f"took {took:.1f} s")
            if sorted(Path(own).iterdir()) != [path, into] or path.read_bytes() != data:
                wrong.append("something was written outside of the folder for files within")
            return wrong, outcome, took

    def _read(self, path: Path, into: Path, wrong: list[str]) -> str:
        try:
            document = self._readers.read_document(path, LIMITS, ("abc",), into)
            outcome = _outcome(document)
            if document.media_type in PICTURES and document.pages:
                self._readers.read_scans(
                    path, document.media_type, ScanRequest(seals=(1,)), SCAN_SECONDS
                )
        except ReaderFailed as failed:
            # The intake says so in a finding; a bug's traceback is to be looked at all the same.
            text = str(failed)
            if "Traceback" in text:
                wrong.append(text)
            return f"ended: {failed.reason}"
        except Exception:  # noqa: BLE001 - any of them is what is looked for
            wrong.append(traceback.format_exc(limit=-6))
            return "raised in the parent"
        stored = {one.stored for one in document.embedded if one.stored}
        stored |= {seal.image for seal in document.seals if seal.image}
        if stored != set(into.iterdir()):
            wrong.append(f"files within: {len(stored)} named, {len(list(into.iterdir()))} written")
        return outcome


def _outcome(document: Document) -> str:
    if document.readable and document.findings:
        return "read, with findings"
    if document.readable:
        return "read"
    return " ".join(sorted({finding.code for finding in document.findings})) or "said nothing"


def peak_bytes() -> int:
    """The most that one of our children has held since it began."""
    peak = 0
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = max(peak, int(line.split()[1]) << 10)
    return peak


def run(seconds: float, seed: int, kinds: Sequence[str], into: Path, corpus: Path) -> Worst:
    chance = random.Random(seed)
    sources: dict[str, list[Seed]] = {}
    for one in seeds(corpus):
        if not kinds or one.kind in kinds:
            sources.setdefault(one.kind, []).append(one)
    worst = Worst()
    names = sorted(sources)
    end = time.monotonic() + seconds
    with Readers(count=1) as readers, tempfile.TemporaryDirectory() as folder:
        trial = Trial(readers, Path(folder))
        for one in (seed for kind in names for seed in sources[kind]):
            _one(trial, one, worst, into)
        while time.monotonic() < end:
            kind = chance.choice(names)
            given, other = chance.choice(sources[kind]), chance.choice(sources[kind])
            data = changed(given.data, other.data, chance)
            _one(trial, replace(given, data=data), worst, into)
    return worst


def _one(trial: Trial, given: Seed, worst: Worst, into: Path) -> None:
    before = peak_bytes()
    wrong, outcome, took = trial.faults(given.data)
    peak = peak_bytes()
    if peak > MOST_BYTES:
        wrong.append(f"a reader held {peak >> 20} MB")
    # A child that lives on keeps its mark: only what raised it is this file's.
    tried = Tried(given.name, outcome, took, peak if peak > before else 0)
    remarkable = took > LIMITS.wall_seconds / 2 or tried.peak_bytes > MOST_BYTES / 4
    if wrong or outcome.startswith("ended") or remarkable:
        tried.kept = keep(given, [*wrong, outcome, f"{took:.1f} s, {peak >> 20} MB"], into)
    worst.add(tried, given.kind)
    if wrong:
        worst.found.append(f"{tried.kept}: {wrong[0][-400:]}")
        print(worst.found[-1], flush=True)
    elif outcome.startswith("ended"):
        worst.failed.append(f"{tried.kept}: {outcome}")


def keep(given: Seed, wrong: Sequence[str], into: Path) -> Path:
    """Write the input down, with what was wrong."""
    folder = into / f"{given.kind}-{hashlib.sha256(given.data).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / given.name).write_bytes(given.data)
    (folder / "wrong.txt").write_text("\n".join(wrong))
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    place = Path(tempfile.gettempdir())
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", default=[])
    parser.add_argument("--into", type=Path, default=place / "fuzz-documents")
    parser.add_argument("--corpus", type=Path, default=place / "reading-corpus")
    options = parser.parse_args()
    worst = run(options.seconds, options.seed, options.kinds, options.into, options.corpus)
    print(
        f"{worst.runs} documents, seed {options.seed}: {len(worst.failed)} readers ended at a "
        f"limit, {len(worst.found)} with a fault"
    )
    for kind, outcomes in sorted(worst.outcomes.items()):
        print(
            f"  {kind}: " + ", ".join(f"{name} {count}" for name, count in outcomes.most_common())
        )
    for failed in worst.failed[:_NAMED]:
        print(f"  ended {failed}")
    for tried in worst.slowest:
        print(f"  slow {tried.seconds:.2f} s {tried.name} {tried.outcome} {tried.kept or ''}")
    for tried in worst.biggest:
        print(f"  big {tried.peak_bytes >> 20} MB {tried.name} {tried.outcome} {tried.kept or ''}")
    return 1 if worst.found else 0


if __name__ == "__main__":
    sys.exit(main())
