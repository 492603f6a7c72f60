"""Archives that WinRAR and others really wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.container import MemberOutcome
from parsers.archives import archive_format
from tests.parsers.archives.conftest import Open, codes, contents, data_folder, outcomes, real

PASSWORDS = ("not this one", "password", "1234", "ApacheTika")
LATER = {
    "rar3-old.r00",
    "rar3-old.r01",
    "rar3-vols.part2.rar",
    "rar3-vols.part3.rar",
    "rar5-vols.part2.rar",
    "rar5-vols.part3.rar",
}
NOT_BEHIND_A_PROGRAM = {"rar3-seektest.sfx", "rar5-crc.sfx"}
ALL = sorted(p for p in data_folder().rglob("*") if p.is_file() and p.suffix != ".md")


@pytest.mark.skipif(not ALL, reason="real archives are kept outside the project")
@pytest.mark.parametrize("path", ALL, ids=[path.name for path in ALL])
def test_every_member_is_out_or_told_of(path: Path, open_archive: Open) -> None:
    unpacked = open_archive(path, path.name, passwords=PASSWORDS)
    lost = {member.outcome for member in unpacked.members} - {
        MemberOutcome.STORED,
        MemberOutcome.FOLDER,
        MemberOutcome.LINK,
    }
    assert not lost
    if path.name in LATER:
        assert codes(unpacked) == ["package.volume_part"]
    elif path.name in NOT_BEHIND_A_PROGRAM:
        assert codes(unpacked) == ["package.not_an_archive"]
    else:
        assert unpacked.members
        assert set(codes(unpacked)) <= {"package.password_used", "package.link_member"}


def test_chinese_names_behind_encrypted_headers(open_archive: Open) -> None:
    path = real("node-unrar.js/HeaderEnc1234.rar")
    unpacked = open_archive(path, passwords=("1234",))
    assert sorted(outcomes(unpacked)) == ["1File.txt", "2中文.txt"]
    assert unpacked.containers[0].encrypted


@pytest.mark.parametrize(
    "name", ["node-unrar.js/HeaderEnc1234.rar", "rarfile/rar5-hpsw.rar", "rarfile/rar5-psw.rar"]
)
@pytest.mark.parametrize("passwords", [(), ("wrong", "错的")])
def test_closed_without_the_password(
    name: str, passwords: tuple[str, ...], open_archive: Open
) -> None:
    unpacked = open_archive(real(name), passwords=passwords)
    assert "package.encrypted" in codes(unpacked)
    assert "package.empty" not in codes(unpacked)
    assert not contents(unpacked)
    assert not unpacked.containers[0].complete


def test_old_rar_has_no_check_of_the_password(open_archive: Open) -> None:
    path = real("rarfile/rar202-comment-psw.rar")
    assert codes(open_archive(path, passwords=("wrong",)))[0] == "package.encrypted"
    unpacked = open_archive(path, passwords=("wrong", "password"))
    assert set(outcomes(unpacked).values()) == {"stored"}


def test_a_missing_volume_is_named(tmp_path: Path, open_archive: Open) -> None:
    for part in ("1", "3"):
        source = real(f"rarfile/rar5-vols.part{part}.rar")
        (tmp_path / f"申报.part{part}.rar").write_bytes(source.read_bytes())
    unpacked = open_archive(tmp_path / "申报.part1.rar", "申报.part1.rar")
    assert [(f.code, f.params["missing"]) for f in unpacked.findings] == [
        ("package.volume_missing", "申报.part2.rar")
    ]
    (tmp_path / "申报.part3.rar").unlink()
    unpacked = open_archive(tmp_path / "申报.part1.rar", "申报.part1.rar")
    assert unpacked.findings[0].params["missing"] == "申报.part2.rar"
    assert "package.broken" not in codes(unpacked)


def test_a_later_volume_alone(tmp_path: Path, open_archive: Open) -> None:
    source = real("rarfile/rar5-vols.part2.rar")
    (tmp_path / "x.part2.rar").write_bytes(source.read_bytes())
    unpacked = open_archive(tmp_path / "x.part2.rar", "x.part2.rar")
    assert [(f.code, f.params["missing"]) for f in unpacked.findings] == [
        ("package.volume_missing", "x.part1.rar")
    ]


def test_behind_a_program(open_archive: Open, tmp_path: Path) -> None:
    body = real("rarfile/rar5-crc.sfx").read_bytes()
    program = b"MZ" + body[2:]
    (tmp_path / "a.exe").write_bytes(program)
    assert archive_format(tmp_path / "a.exe") == "rar5"
    assert set(outcomes(open_archive(program)).values()) == {"stored"}
