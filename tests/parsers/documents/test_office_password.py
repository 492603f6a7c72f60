"""Office files closed with a password: what is given is tried in order, at a bounded cost."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import pytest

from console.demo.papers import docx
from model.document import Document, ReadLimits
from parsers.documents.read import READERS, read_document
from tests.builders.office_locks import locked_doc, locked_package, locked_ppt, locked_xls
from tests.builders.ole_writer import ole
from tests.builders.sheets import record, wide
from tests.builders.slides import OldSlide, slide_record, text_atoms, text_shape
from tests.builders.word_binary import Run

PASSWORD = "质量Biaogan2021"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CLOSED = "application/x-ooxml-encrypted"


@pytest.fixture(scope="module")
def closed_docx() -> bytes:
    return locked_package(docx("申报材料", ["第一段"], []), PASSWORD)


def read(data: bytes, folder: Path, *passwords: str, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits(), passwords=passwords)


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_closed_package_is_read_as_what_it_holds(
    closed_docx: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    document = read(closed_docx, tmp_path, "1234", "", PASSWORD)
    assert (document.media_type, document.text) == (DOCX, "申报材料\n第一段")
    assert codes(document) == ["office.opened"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["member"]


def test_closed_package_without_its_password(closed_docx: bytes, tmp_path: Path) -> None:
    document = read(closed_docx, tmp_path, "1234")
    assert (document.media_type, document.readable) == (CLOSED, False)
    assert codes(document) == ["document.encrypted"]


def test_closed_doc(tmp_path: Path) -> None:
    data = locked_doc([Run("质量标杆\r"), Run("推荐表\r")], PASSWORD)
    assert codes(read(data, tmp_path)) == ["document.encrypted"]
    document = read(data, tmp_path, "x", PASSWORD)
    assert (document.media_type, document.text) == ("application/msword", "质量标杆\n推荐表")
    assert codes(document) == ["office.opened"]


def test_closed_xls(tmp_path: Path) -> None:
    cell = record(0x0204, struct.pack("<3H", 0, 0, 0) + wide("质量标杆"))
    data = locked_xls([("统计表", 0, cell), ("附表", 0, cell * 80)], PASSWORD)
    assert codes(read(data, tmp_path)) == ["document.encrypted"]
    document = read(data, tmp_path, "x", PASSWORD)
    assert document.media_type == "application/vnd.ms-excel"
    assert [table.rows for table in document.tables] == [(("质量标杆",),)] * 2
    assert codes(document) == ["office.opened"]


def test_closed_ppt(tmp_path: Path) -> None:
    slides = [OldSlide(slide_record(text_shape(text_atoms(one)))) for one in ("质量", "标杆")]
    data = locked_ppt(slides, PASSWORD)
    assert codes(read(data, tmp_path)) == ["document.encrypted"]
    document = read(data, tmp_path, "x", PASSWORD)
    assert (document.media_type, document.text) == ("application/vnd.ms-powerpoint", "质量\n标杆")
    assert codes(document) == ["office.opened"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (locked_xls([("表", 0, b"")], "VelvetSweatshop"), "application/vnd.ms-excel"),
        (locked_ppt([], "/01Hannes Ruescher/01"), "application/vnd.ms-powerpoint"),
    ],
    ids=["xls", "ppt"],
)
def test_old_default_passwords(data: bytes, kind: str, tmp_path: Path) -> None:
    document = read(data, tmp_path)
    assert (document.media_type, document.readable) == (kind, True)


def test_default_password_is_no_secret(tmp_path: Path) -> None:
    """What only keeps changes off is opened without a word."""
    data = locked_package(docx("表", ["文字"], []), "VelvetSweatshop")
    document = read(data, tmp_path)
    assert (document.text, document.findings) == ("表\n文字", ())


def test_streams_that_go_round_are_not_decrypted(tmp_path: Path) -> None:
    """The last sector of the workbook names itself as the next."""
    data = bytearray(locked_xls([("表", 0, b"")], PASSWORD))
    assert read(bytes(data), tmp_path, PASSWORD).readable
    (sector,) = struct.unpack_from("<I", data, 60)
    last = data.index(struct.pack("<I", 0xFFFFFFFE), (sector + 1) * 512)
    struct.pack_into("<I", data, last, last % 512 // 4)
    document = read(bytes(data), tmp_path, PASSWORD)
    assert not document.readable
    assert document.findings


INFO = (
    '<?xml version="1.0"?>{dtd}<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption"'
    ' xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<keyEncryptors><p:encryptedKey spinCount="{count}"/></keyEncryptors></encryption>'
)


@pytest.mark.parametrize(
    ("count", "dtd", "encoding"),
    [
        ("10000000", "", "utf-8"),
        ("9999999", "", "utf-16-le"),
        ("&#57;000000", "", "utf-8"),
        ("1", '<!DOCTYPE a [<!ENTITY b "c">]>', "utf-8"),
    ],
)
def test_costly_passwords_are_not_tried(
    count: str, dtd: str, encoding: str, tmp_path: Path
) -> None:
    info = struct.pack("<HHI", 4, 4, 0x40) + INFO.format(count=count, dtd=dtd).encode(encoding)
    data = ole({"EncryptionInfo": info, "EncryptedPackage": bytes(5000)})
    document = read(data, tmp_path, *map(str, range(1000)))
    assert codes(document) == ["office.costly_password"]
    assert document.findings[0].text


@pytest.mark.parametrize("info", [b"", b"\x04\0\x04\0", bytes(70_000), b"\x02\0\x02\0" + bytes(60)])
def test_broken_locks(info: bytes, tmp_path: Path) -> None:
    document = read(ole({"EncryptionInfo": info, "EncryptedPackage": b"x"}), tmp_path, "a")
    assert not document.readable
    assert document.findings
    without = ole({"EncryptedPackage": b"x"})
    assert codes(read(without, tmp_path, "a")) == ["document.encrypted"]


def test_a_lock_within_a_lock_is_not_followed(closed_docx: bytes, tmp_path: Path) -> None:
    """What comes out is read once; a plain copy that is closed again stays closed."""
    assert CLOSED not in READERS
    small = read(closed_docx, tmp_path, PASSWORD, limits=ReadLimits(total_bytes=100))
    assert codes(small) == ["document.limit_parts"]
