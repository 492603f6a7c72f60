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
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from model.container import Unpacked, UnpackLimits
from parsers.archives import unpack
from parsers.archives.engine import ready
from parsers.isolation import Readers
from tests.builders.archive_set import CASES
from tests.builders.archive_set.many import REAL_PASSWORDS, real_folder
from tests.builders.archive_set.rar5_writer import Item, ending, rar5
from tests.builders.archive_set.rar5_writer import main as main_header
from tests.builders.archive_set.zip_writer import DEFLATED, UTF8, zipped
from tests.builders.archive_set.zip_writer import Item as ZipItem

TOOL_SECONDS = 200.0
SET_SECONDS = 15.0
LIMITS = UnpackLimits(member_bytes=2 << 30, ratio=5000)
_SMALL = 1600
_CHUNK = random.Random(8).randbytes(1 << 20)
_SAMPLE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Job:
    """One archive. members: SHA-256 by path, as a clerk reads it; None where it is not known."""

    path: Path
    members: tuple[tuple[str | None, str], ...]
    password: str = ""
    limits: UnpackLimits = LIMITS


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


# The classes.


def small_members(folder: Path, kind: str) -> list[Job]:
    members = [(f"材料/{n % 30}/{n:04d}.txt", b"%05d " % n * (n % 900)) for n in range(_SMALL)]
    path = folder / f"small.{kind}"
    if kind == "rar":
        path.write_bytes(rar5([Item(name, data) for name, data in members]))
    elif kind == "zip":
        path.write_bytes(zipped([ZipItem(n.encode(), d, DEFLATED, flags=UTF8) for n, d in members]))
    else:
        _by_engine(folder, path, members)
    return [Job(path, _known(members))]


def solid_7z(folder: Path) -> list[Job]:
    """400 texts of 100 KB in one stream."""
    chance = random.Random(5)
    words = [chance.randbytes(9).hex() for _ in range(3000)]
    members = [
        (f"材料/{n:03d}.txt", " ".join(chance.choices(words, k=5000)).encode()) for n in range(400)
    ]
    path = folder / "solid.7z"
    _by_engine(folder, path, members, "-ms=on", "-mx3")
    return [Job(path, _known(members))]


def solid_rar(folder: Path) -> list[Job]:
    """The real solid ones: nothing free writes them."""
    jobs = []
    for path in sorted(real_folder().rglob("*solid*.rar")):
        with tempfile.TemporaryDirectory(dir=folder) as into:
            tell, _ = seven(Job(path, ()), Path(into), TOOL_SECONDS)
            members = tuple(tell())
        jobs.append(Job(path, members))
    return jobs


def stored_1gb(folder: Path) -> list[Job]:
    """One stored member of 1 GiB, written as a stream."""
    path, count, crc, digest = folder / "stored.rar", 1024, 0, hashlib.sha256()
    for _ in range(count):
        crc = zlib.crc32(_CHUNK, crc)
        digest.update(_CHUNK)
    item = Item("扫描件.bin", b"", size=count << 20, crc=crc)
    header = _header_for(item, count << 20)
    with path.open("wb") as file:
        file.write(rar5([], end=b"")[:8] + main_header() + header)
        for _ in range(count):
            file.write(_CHUNK)
        file.write(ending())
    return [Job(path, (("扫描件.bin", digest.hexdigest()),))]


def deflated_100mb(folder: Path) -> list[Job]:
    data = _half_random(100)
    path = folder / "deflated.zip"
    path.write_bytes(zipped([ZipItem("扫描件.bin".encode(), data, DEFLATED, flags=UTF8)]))
    return [Job(path, _known([("扫描件.bin", data)]))]


def lzma_100mb(folder: Path) -> list[Job]:
    members = [("扫描件.bin", _half_random(100))]
    path = folder / "lzma.7z"
    _by_engine(folder, path, members, "-m0=LZMA", "-mx3")
    return [Job(path, _known(members))]


def whole_set(folder: Path) -> list[Job]:
    """Every case of the archive set that has members to give."""
    jobs = []
    for number, case in enumerate(CASES):
        if not case.wanted:
            continue
        own = folder / f"{number:03d}"
        own.mkdir()
        for name, data in case.source().items():
            (own / name).write_bytes(data)
        members = tuple((one.path, one.sha256) for one in case.wanted)
        password = case.passwords[-1] if case.passwords else ""
        jobs.append(Job(own / case.opens, members, password, case.limits))
    return jobs


CLASSES: Mapping[str, Callable[[Path], list[Job]]] = {
    "1,600 small, RAR5": lambda folder: small_members(folder, "rar"),
    "1,600 small, ZIP": lambda folder: small_members(folder, "zip"),
    "1,600 small, 7z": lambda folder: small_members(folder, "7z"),
    "solid 7z, 400 × 100 KB": solid_7z,
    "solid RARs (real, small)": solid_rar,
    "1 GB stored, RAR5": stored_1gb,
    "100 MB deflated, ZIP": deflated_100mb,
    "100 MB LZMA, 7z": lzma_100mb,
    "the whole set": whole_set,
}


def _known(members: Sequence[tuple[str, bytes]]) -> tuple[tuple[str | None, str], ...]:
    return tuple((name, hashlib.sha256(data).hexdigest()) for name, data in members)


def _half_random(megabytes: int) -> bytes:
    """Packs to about a half, as scans and office files together do."""
    return b"".join(_CHUNK[n : n + 512 * 1024] + bytes(512 * 1024) for n in range(megabytes))


def _header_for(item: Item, size: int) -> bytes:
    """The file header for `size` bytes that are written behind it."""
    from console.demo.rar import file_header

    assert isinstance(item.name, str)
    return file_header(item.name, b"", packed_size=size, size=size, crc=item.crc)


def _by_engine(folder: Path, path: Path, members: Sequence[tuple[str, bytes]], *words: str) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        for name, data in members:
            file = Path(inside, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        subprocess.run(
            [ready(), "a", "-bd", *words, path, "."], cwd=inside, check=True, capture_output=True
        )


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
