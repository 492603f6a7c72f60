"""Our unpacker beside the usual programs on the same archives: right members, time, memory.

    python -m benchmarks.unpack [CLASS …] [--rounds 3] [--into DIR]

Beside it run what is installed of `7zz x` (the engine of ours), `unar`, `bsdtar` and `patool`.
A member is right if its bytes are out, and named right if it lies under the name that a clerk
reads. Seconds are the best of the rounds, by the clock and of the processor; memory is the peak
of what all processes of a tool hold, sampled. The last two columns are beside `7zz x`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.unpack_classes import CLASSES, Job
from model.container import Unpacked
from parsers.archives import unpack
from parsers.archives.program import ready
from parsers.isolation import Readers
from tests.builders.archive_set.many import REAL_PASSWORDS

TOOL_SECONDS = 200.0
SET_SECONDS = 15.0
_SAMPLE_SECONDS = 0.02


@dataclass(slots=True)
class Result:
    """right: members whose bytes came out; named: under the right name. seconds, cpu_seconds:
    of all jobs. hung: jobs that took longer than they may."""

    right: int = 0
    named: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    hung: int = 0


Out = tuple[Callable[[], list[tuple[str, str]]], float]
"""What tells path and SHA-256 of all that came out, and the seconds that it took."""
Tool = Callable[[Job, Path, float], Out]


# The tools.


def ours_in_a_child(readers: Readers) -> Tool:
    """As the intake does it: in a reader that is warm."""

    def run(job: Job, into: Path, seconds: float) -> Out:  # noqa: ARG001 (our own limits end it)
        siblings = {one.name: one for one in job.path.parent.iterdir() if one.is_file()}
        begun = time.perf_counter()
        unpacked = readers.unpack(
            job.path, into / "out", name=job.path.name, prefix="", siblings=siblings,
            passwords=(job.password, *REAL_PASSWORDS) if job.password else (), limits=job.limits,
        )  # fmt: skip
        took = time.perf_counter() - begun
        return lambda: _stored(unpacked), took

    return run


def ours_in_process(job: Job, into: Path, seconds: float) -> Out:  # noqa: ARG001 (as above)
    begun = time.perf_counter()
    unpacked = unpack(
        job.path, into / "out", name=job.path.name, limits=job.limits,
        passwords=(job.password,) if job.password else (),
    )  # fmt: skip
    took = time.perf_counter() - begun
    return lambda: _stored(unpacked), took


def _stored(unpacked: Unpacked) -> list[tuple[str, str]]:
    return [(member.path, member.sha256) for member in unpacked.members if member.stored]


def seven(job: Job, into: Path, seconds: float) -> Out:
    words = [str(ready()), "x", "-y", "-bd", f"-o{into}", f"-p{job.password}", "--", str(job.path)]
    return _program(words, into, seconds)


def seven_hashed(job: Job, into: Path, seconds: float) -> Out:
    """With the digests that ours gives as well: what a record of every member costs."""
    tell, took = seven(job, into, seconds)
    begun = time.perf_counter()
    found = tell()
    return lambda: found, took + time.perf_counter() - begun


def unar(job: Job, into: Path, seconds: float) -> Out:
    password = ["-p", job.password] if job.password else []
    words = ["unar", "-q", "-f", "-D", "-o", str(into), *password, str(job.path)]
    return _program(words, into, seconds)


def bsdtar(job: Job, into: Path, seconds: float) -> Out:
    password = ["--passphrase", job.password] if job.password else []
    return _program(
        ["bsdtar", "-x", *password, "-f", str(job.path), "-C", str(into)], into, seconds
    )


def patool(job: Job, into: Path, seconds: float) -> Out:
    password = ["--password", job.password] if job.password else []
    words = [_patool(), "--non-interactive", "extract", *password]
    return _program([*words, "--outdir", str(into), str(job.path)], into, seconds)


def _patool() -> str:
    beside = Path(sys.executable).with_name("patool")
    return str(beside) if beside.exists() else shutil.which("patool") or ""


def _program(words: Sequence[str], into: Path, seconds: float) -> Out:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    begun = time.perf_counter()
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            raise
    took = time.perf_counter() - begun
    return lambda: _found(into), took


def _found(into: Path) -> list[tuple[str, str]]:
    found = []
    for folder, _, names in os.walk(into):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 (names that are no UTF-8)
            if os.path.isfile(path) and not os.path.islink(path):  # noqa: PTH113, PTH114
                with open(path, "rb") as file:  # noqa: PTH123
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                found.append((os.path.relpath(path, into), digest))
    return found


# The measuring.


@dataclass(slots=True)
class Watch:
    """Samples what this process's children hold together."""

    peak_bytes: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(_SAMPLE_SECONDS):
            total = 0
            for child in me.children(recursive=True):
                try:
                    total += child.memory_info().rss
                except psutil.Error:  # it has ended meanwhile, and holds nothing
                    continue
            self.peak_bytes = max(self.peak_bytes, total)


def measured(tool: Tool, jobs: Sequence[Job], folder: Path, seconds: float) -> Result:
    result = Result()
    with Watch() as watch:
        for job in jobs:
            with tempfile.TemporaryDirectory(dir=folder) as into:
                begun = _cpu_seconds()
                try:
                    out, took = tool(job, Path(into), seconds)
                except subprocess.TimeoutExpired:
                    result.hung += 1
                    result.seconds += seconds
                    continue
                result.cpu_seconds += _cpu_seconds() - begun
                right, named = _right(job, out())
            result.seconds += took
            result.right += right
            result.named += named
    result.peak_bytes = watch.peak_bytes
    return result


def _cpu_seconds() -> float:
    """Of this process, its children that have ended, and those that run."""
    total = 0.0
    for process in (me := psutil.Process(), *me.children()):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _right(job: Job, out: Sequence[tuple[str, str]]) -> tuple[int, int]:
    digests = Counter(digest for _, digest in out)
    wanted = Counter(digest for _, digest in job.members)
    pairs = Counter(out)
    named = Counter((p, d) for p, d in job.members if p is not None)
    free = sum(path is None for path, _ in job.members)
    right = sum(min(count, digests[one]) for one, count in wanted.items())
    return right, min(sum(min(count, pairs[one]) for one, count in named.items()) + free, right)


def _tools(readers: Readers) -> Iterator[tuple[str, Tool]]:
    yield "7zz x", seven
    yield "7zz x and SHA-256", seven_hashed
    yield "ours, in a reader", ours_in_a_child(readers)
    yield "ours, in process", ours_in_process
    for name, tool in (("unar", unar), ("bsdtar", bsdtar)):
        if shutil.which(name):
            yield name, tool
    if _patool():
        yield "patool", patool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("classes", nargs="*", metavar="CLASS", help="words of the classes' names")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", nargs="*", default=[], help="words of the tools' names")
    parser.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    with Readers(count=1) as readers, tempfile.TemporaryDirectory(dir=options.into) as name:
        readers.warm()
        for title, make in CLASSES.items():
            if options.classes and not any(word in title for word in options.classes):
                continue
            folder = Path(name, f"{len(title)}-{title[:3].strip()}")
            folder.mkdir()
            _one_class(title, make(folder), folder, readers, options.rounds, options.tools)
            shutil.rmtree(folder)
    return 0


def _one_class(
    title: str, jobs: Sequence[Job], folder: Path, readers: Readers, rounds: int,
    tools: Sequence[str],
) -> None:  # fmt: skip
    of = sum(len(job.members) for job in jobs)
    print(f"\n{title}: {len(jobs)} archives, {of} members", flush=True)
    print(
        f"{'':20}{'right':>9}{'named':>9}{'seconds':>10}{'CPU s':>8}{'MB':>7}{'× 7zz':>8}{'CPU':>7}"
    )
    many = len(jobs) > 50
    base = base_cpu = 0.0
    for name, tool in _tools(readers):
        if tools and not any(word in name for word in tools):
            continue
        runs = [
            measured(tool, jobs, folder, SET_SECONDS if many else TOOL_SECONDS)
            for _ in range(1 if many else rounds)
        ]
        best = min(runs, key=lambda one: one.seconds)
        least = min(one.cpu_seconds for one in runs)
        base, base_cpu = base or best.seconds, base_cpu or max(least, 0.01)
        peak = max(one.peak_bytes for one in runs) >> 20
        hung = f"  {best.hung} over time" if best.hung else ""
        print(
            f"{name:20}{best.right:>9}{best.named:>9}{best.seconds:>10.2f}{least:>8.2f}"
            f"{peak:>7}{best.seconds / base:>8.2f}{least / base_cpu:>7.2f}{hung}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
