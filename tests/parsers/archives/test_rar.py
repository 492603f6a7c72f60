"""RAR archives built in code."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.demo.rar import rar5
from parsers.archives.program import ready
from tests.builders.archives import (
    FILE_COPY,
    HARD_LINK,
    JUNCTION,
    UNIX_LINK,
    WINDOWS_LINK,
    Raw,
    rar4,
    rar5_raw,
    rar5_volumes,
)
from tests.parsers.archives.conftest import Open, codes, contents, outcomes

MEMBERS = (("材料/", b""), ("材料/推荐表.pdf", b"%PDF-1.4 " * 50), ("说明.txt", "说明".encode()))


def test_the_engine_reads_rar() -> None:
    assert ready().name.startswith("7zz")


def test_stored(open_archive: Open) -> None:
    unpacked = open_archive(rar5(MEMBERS))
    assert contents(unpacked) == {name: data for name, data in MEMBERS if data}
    assert outcomes(unpacked)["材料"] == "folder"
    assert unpacked.findings == ()
    (container,) = unpacked.containers
    assert (container.format, container.complete, container.path) == ("rar5", True, "")
    assert container.members[1].media_type == "application/pdf"


def test_the_writer_is_deterministic() -> None:
    def made(seed: bytes) -> bytes:
        return rar5(MEMBERS, password="口令", encrypt_headers=True, seed=seed)

    assert made(b"demo") == made(b"demo")
    assert made(b"demo") != made(b"other")


@pytest.mark.parametrize("encrypt_headers", [False, True])
def test_a_password(open_archive: Open, encrypt_headers: bool) -> None:
    archive = rar5(MEMBERS, password="口令 123", encrypt_headers=encrypt_headers)
    closed = open_archive(archive, passwords=("口令", "1234"))
    assert codes(closed)[0] == "package.encrypted"
    assert closed.containers[0].encrypted
    assert not contents(closed)
    unpacked = open_archive(archive, passwords=("口令", "口令 123"))
    assert contents(unpacked) == {name: data for name, data in MEMBERS if data}
    assert codes(unpacked) == ["package.password_used"]


def test_a_password_never_stands_on_the_command_line(open_archive: Open) -> None:
    """Switches and wildcards in a password are nothing but letters of it."""
    archive = rar5(MEMBERS, password="-so @x *")
    assert contents(open_archive(archive, passwords=("-so @x *",)))


def test_prefix_and_name(open_archive: Open) -> None:
    unpacked = open_archive(rar5(MEMBERS), prefix="附件.rar")
    assert unpacked.containers[0].path == "附件.rar"
    assert {m.container for m in unpacked.members} == {"附件.rar"}
    assert "附件.rar/材料/推荐表.pdf" in contents(unpacked)


def test_gbk_names_of_old_rar(open_archive: Open) -> None:
    # The second byte of 俓 is a backslash in GBK.
    names = ["合同.doc", "盖章\\质量标杆.txt", "俓.txt"]
    unpacked = open_archive(rar4([(name.encode("gbk"), name.encode()) for name in names]))
    assert list(contents(unpacked)) == ["合同.doc", "盖章/质量标杆.txt", "俓.txt"]
    assert codes(unpacked) == ["package.name_repaired"] * 3
    assert unpacked.members[0].raw_name == "合同.doc".encode("gbk").hex()
    assert unpacked.members[0].encoding == "gb18030"


def test_gbk_names_are_asked_for_by_name(open_archive: Open) -> None:
    """The first is not as long as it says, so the others cannot be cut from one stream."""
    names = ["坏.doc", "盖章\\质量标杆.txt", "俓.txt"]
    archive = rar4([(name.encode("gbk"), name.encode()) for name in names], lie=9)
    unpacked = open_archive(archive)
    assert outcomes(unpacked)["坏.doc"] != "stored"
    assert contents(unpacked)["盖章/质量标杆.txt"] == names[1].encode()
    assert contents(unpacked)["俓.txt"] == names[2].encode()


@pytest.mark.parametrize("kind", [UNIX_LINK, WINDOWS_LINK, JUNCTION, HARD_LINK, FILE_COPY])
def test_links_are_recorded_and_never_made(open_archive: Open, kind: int) -> None:
    archive = rar5_raw(
        [
            Raw("a.txt", b"first"),
            Raw("link", link=(kind, "../../etc/passwd")),
            Raw("link/b.txt", b"second"),
            Raw("c.txt", b"third"),
        ]
    )
    unpacked = open_archive(archive)
    assert contents(unpacked) == {"a.txt": b"first", "link/b.txt": b"second", "c.txt": b"third"}
    assert unpacked.members[1].link_target == "../../etc/passwd"
    assert codes(unpacked) == ["package.link_member"]
    assert not unpacked.containers[0].complete


def test_names_that_lead_outside(open_archive: Open) -> None:
    names = ["../../up.txt", "/root.txt", "C:\\drive.txt", "a/../b.txt", "con.txt", "nul\n.txt"]
    unpacked = open_archive(rar5_raw([Raw(name, name.encode()) for name in names]))
    assert len(contents(unpacked)) == len(names)
    assert codes(unpacked) == ["package.name_unsafe"] * len(names)


def test_names_that_look_like_switches_and_patterns(open_archive: Open) -> None:
    names = ["-so", "@list", "*.txt", "a?", "--", "b.txt"]
    # A lie in the middle makes the engine be asked by name for the rest.
    members = [Raw(name, name.encode()) for name in names]
    members.insert(1, Raw("broken", b"12345", crc=1))
    unpacked = open_archive(rar5_raw(members))
    assert sorted(contents(unpacked).values()) == sorted(name.encode() for name in names)
    assert outcomes(unpacked)["broken"] == "damaged"


def test_two_of_one_name(open_archive: Open) -> None:
    members = [("a.txt", b"1"), ("A.TXT", b"22"), ("a.txt", b"333")]
    unpacked = open_archive(rar5(members))
    assert contents(unpacked) == {"a.txt": b"1", "A (2).TXT": b"22", "a (3).txt": b"333"}
    assert codes(unpacked) == ["package.member_duplicate_name"] * 2


def test_nothing_in_it(open_archive: Open) -> None:
    assert codes(open_archive(rar5([]))) == ["package.empty"]
    assert codes(open_archive(rar5([("材料/", b"")]))) == ["package.empty"]
    assert contents(open_archive(rar5([("a.txt", b"")]))) == {"a.txt": b""}


def test_volumes_of_our_own(open_archive: Open, tmp_path: Path) -> None:
    data = bytes(range(256)) * 40
    folder = tmp_path / "volumes"
    folder.mkdir()
    volumes = rar5_volumes("材料/扫描件.pdf", data, 4000)
    siblings = {}
    for number, volume in enumerate(volumes, 1):
        path = folder / f"{number}.bin"
        path.write_bytes(volume)
        siblings[f"某单位.part{number}.rar"] = path
    unpacked = open_archive(folder / "1.bin", "某单位.part1.rar", siblings=siblings)
    assert contents(unpacked) == {"材料/扫描件.pdf": data}
    later = open_archive(folder / "2.bin", "某单位.part2.rar", siblings=siblings)
    assert codes(later) == ["package.volume_part"]


def test_many_members_come_in_one_stream(open_archive: Open) -> None:
    members = [(f"材料/{n:04d}.txt", f"第{n}份".encode() * n) for n in range(1600)]
    unpacked = open_archive(rar5(members))
    assert contents(unpacked) == dict(members)
    assert unpacked.containers[0].complete
