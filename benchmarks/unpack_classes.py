"""The archives that unpacking is measured on, class by class, each made when its turn comes."""

from __future__ import annotations

import hashlib
import random
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.container import UnpackLimits
from parsers.archives.program import ready
from tests.builders.archive_set import CASES
from tests.builders.archive_set.many import real_folder
from tests.builders.archive_set.rar5_writer import Item, ending, rar5
from tests.builders.archive_set.rar5_writer import main as main_header
from tests.builders.archive_set.zip_writer import DEFLATED, UTF8, zipped
from tests.builders.archive_set.zip_writer import Item as ZipItem

LIMITS = UnpackLimits(member_bytes=2 << 30, ratio=5000)
_SMALL = 1600
_CHUNK = random.Random(8).randbytes(1 << 20)


@dataclass(frozen=True, slots=True)
class Job:
    """One archive. members: SHA-256 by path, as a clerk reads it; None where it is not known."""

    path: Path
    members: tuple[tuple[str | None, str], ...]
    password: str = ""
    limits: UnpackLimits = LIMITS


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
            subprocess.run(
                [ready(), "x", "-bd", f"-o{into}", path], check=True, capture_output=True
            )
            files = [one for one in Path(into).rglob("*") if one.is_file()]
            members = _known([(str(one.relative_to(into)), one.read_bytes()) for one in files])
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
