"""Volumes, many members, and the real archives that no writer of ours can make."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.builders.archive_set.case import BASIC, NOISE, SMALL_LIMITS, TEXT, ArchiveCase, case
from tests.builders.archive_set.rar4_writer import Item as Rar4Item
from tests.builders.archive_set.rar4_writer import volumes as rar4_volumes
from tests.builders.archive_set.rar5_writer import Item, rar5, volumes
from tests.builders.archive_set.tars import tar
from tests.builders.archive_set.zip_writer import Item as ZipItem
from tests.builders.archive_set.zip_writer import zipped

REAL_PASSWORDS = ("not this one", "password", "1234", "ApacheTika")
_LATER = ("r00", "r01", "part2.rar", "part3.rar")
_NO_PROGRAM = ("rar3-seektest.sfx", "rar5-crc.sfx")
"""They have the ending of one and begin with data of their own."""
_LINKS = ("link-unix.rar", "hlink.rar", "traversal.rar", "dups.rar")
_BARE = ("rar5-blake.rar", "rar5-solid.rar", "rar5-psw-blake.rar")
"""Made without checksums of 32 bits, or without times."""
_CROWD = 20_000


def real_folder() -> Path:
    """The real archives, outside the project."""
    root = Path(__file__).parents[3]
    shared = os.environ.get("SHARED_TEST_DATA", str(root.parent / "shared" / "data"))
    return Path(shared, "archives")


def _named(parts: list[bytes], name: Callable[[int], str]) -> dict[str, bytes]:
    return {name(number): data for number, data in enumerate(parts, 1)}


def _new(number: int) -> str:
    return f"申报.part{number}.rar"


def _old(number: int) -> str:
    return "申报.rar" if number == 1 else f"申报.r{number - 2:02d}"


def _five() -> list[bytes]:
    return volumes([Item(name, data) for name, data in BASIC], 9_000)


def _old_five(*, new_names: bool = False) -> list[bytes]:
    return rar4_volumes(Rar4Item(b"a.bin", NOISE), 9_000, new_names=new_names)


def _without(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {other: data for other, data in files.items() if other != name}


def _crowd(count: int) -> list[tuple[str, bytes]]:
    return [(f"材料/{n % 40}/{n:05d}.txt", b"%d" % n) for n in range(count)]


def _real(path: Path) -> ArchiveCase:
    later = path.name.endswith(_LATER)
    plain = path.name in _NO_PROGRAM
    told = ["volume_part"] if later else ["not_an_archive"] if plain else []
    return case(
        f"real: {path.name}",
        lambda: {one.name: one.read_bytes() for one in sorted(path.parent.iterdir())},
        "written by RAR itself (origin and licence stand beside it)",
        opens=path.name,
        told=[*told, *(["link_member"] if path.name.endswith(_LINKS) else [])],
        passwords=REAL_PASSWORDS,
        strict=not path.name.endswith(_LINKS),
        bare=plain or path.name in _BARE,
    )


CASES = (
    case("volumes: RAR 5, new names", lambda: _named(_five(), _new), "x.part1.rar and so on",
         opens=_new(1), wanted=BASIC, kind="rar5"),
    case("volumes: RAR 5, old names", lambda: _named(_five(), _old), "x.rar, x.r00: RAR 4 only "
         "(WinRAR's -vn), so only whoever renamed them makes it; out, or the loss is told",
         opens=_old(1), wanted=BASIC, unless="package.partial", strict=False),
    case("volumes: RAR 4, old names", lambda: _named(_old_five(), _old), "x.rar, x.r00",
         opens=_old(1), wanted=[("a.bin", NOISE)], kind="rar4"),
    case("volumes: RAR 4, new names", lambda: _named(_old_five(new_names=True), _new),
         "main flag 0x10", opens=_new(1), wanted=[("a.bin", NOISE)]),
    case("volumes: digits padded", lambda: _named(_five(), lambda n: f"申报.part{n:03d}.rar"),
         "WinRAR pads to the number of volumes", opens="申报.part001.rar", wanted=BASIC),
    case("volumes: endings in capitals", lambda: _named(_five(), lambda n: f"申报.PART{n}.RAR"),
         "as old systems write them", opens="申报.PART1.RAR", wanted=BASIC),
    case("volumes: the first is a program", lambda: {
        f"申报.part{n}.{'exe' if n == 1 else 'rar'}": (b"MZ" + bytes(9000) if n == 1 else b"") + d
        for n, d in enumerate(_five(), 1)}, "SFX of several volumes: x.part1.exe, x.part2.rar",
         opens="申报.part1.exe", wanted=BASIC),
    case("volumes: the second is missing",
         lambda: _without(_named(_five(), _new), _new(2)), "named as it would have been sent",
         opens=_new(1), told=["volume_missing"], strict=False),
    case("volumes: the last is missing",
         lambda: _without(_named(_five(), _new), _new(len(_five()))),
         "only the bytes tell that another follows", opens=_new(1), told=["volume_missing"],
         strict=False),
    case("volumes: the first is missing",
         lambda: _without(_named(_five(), _new), _new(1)), "named as it would have been sent",
         opens=_new(2), told=["volume_missing"], strict=False),
    case("volumes: a later one opened", lambda: _named(_five(), _new), "noted, not opened twice",
         opens=_new(3), told=["volume_part"]),
    case("volumes: a later one opened, old names", lambda: _named(_old_five(), _old),
         "noted, not opened twice", opens=_old(3), told=["volume_part"]),
    case("volumes: two swapped", lambda: _named([*(v := _five())[:1], v[2], v[1], *v[3:]], _new),
         "the volume number in the header says it is another", opens=_new(1),
         told=["volume_missing|member_damaged|partial|broken"], strict=False),
    case("volumes: one damaged", lambda: _named([
        v if n != 2 else v[:500] + b"????" + v[504:] for n, v in enumerate(_five())], _new),
         "the member that lies in it is named", opens=_new(1), told=["member_damaged"],
         strict=False),
    case("volumes: renamed by the applicant", lambda: _named(
        _five(), lambda n: f"ZB20210137+某单位（共5卷）第{n}卷.rar"),
         "no program finds them; a finding must say that parts are missing, or all are out",
         opens="ZB20210137+某单位（共5卷）第1卷.rar", wanted=BASIC,
         unless="package.volume_missing", strict=False),
    case("many: 2,000 members, RAR 5", lambda: rar5([Item(n, d) for n, d in _crowd(2000)]),
         "one run of the engine", wanted=_crowd(2000)),
    case("many: 20,000 members, ZIP", lambda: zipped([
        ZipItem(n.encode(), d) for n, d in _crowd(_CROWD)]), "as many as are taken from one mail",
         wanted=_crowd(_CROWD)),
    case("many: 201 members where 200 may be", lambda: zipped([
        ZipItem(n.encode(), d) for n, d in _crowd(201)]), "one too many is said, 200 are out",
         wanted=_crowd(200), limits=replace(SMALL_LIMITS, members=200),
         told=["limit_members"], strict=False),
    case("many: 1,500 members, tar", lambda: tar(_crowd(1500)), "one stream", opens="a.tar",
         wanted=_crowd(1500)),
    case("many: 400 of 800 damaged, RAR 5", lambda: rar5([
        Item(f"{n}.txt", b"%d" % n, crc=None if n % 2 else 1) for n in range(800)]),
         "a fault in every second: the others are out, and not in quadratic time",
         wanted=[(f"{n}.txt", b"%d" % n) for n in range(1, 800, 2)], told=["member_damaged"],
         strict=False),
    case("many: one name 1,000 times, ZIP", lambda: zipped([
        ZipItem(b"a.txt", TEXT[: n % 99]) for n in range(1000)]), "all are kept",
         wanted=[(None, TEXT[: n % 99]) for n in range(1000)], told=["member_duplicate_name"]),
    *(_real(path) for path in sorted(real_folder().rglob("*"))
      if path.is_file() and path.suffix != ".md"),
)  # fmt: skip
