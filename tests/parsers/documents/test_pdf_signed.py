"""PDF: signatures, their pictures, changes after signing, closed files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler, StandardSecuritySettingsRevision
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from console.demo.papers import pdf_text
from model.document import Document, ReadRequest
from parsers.documents.pdf.read import read_pdf
from parsers.documents.signing import sm2
from tests.builders.odd_pdfs import OddPdf
from tests.builders.ofd_writer import seal, signature, stamp_picture
from tests.builders.papers import ruled_pdf
from tests.builders.signed_pdf import BOX, signed_pdf

LETTER = pdf_text([["承诺书", "本单位承诺所报送材料真实有效。"]])
RED = Image.new("RGB", (60, 60), (220, 20, 30))


def read(data: bytes, folder: Path, **request: object) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_pdf(path, ReadRequest(**request), "application/pdf")  # type: ignore[arg-type]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_a_signed_letter_with_a_seal(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    document = read(signed_pdf(LETTER, picture=RED), tmp_path, into=into)
    (one,) = document.signatures
    assert (one.format, one.signer, one.unchanged, one.whole, one.page, one.note) == (
        "pdf", "山东某某有限公司", True, True, 1, "",
    )  # fmt: skip
    assert one.signed_at.startswith("20")
    expected = (BOX[0], 842 - BOX[3], BOX[2], 842 - BOX[1])
    assert one.box == pytest.approx(expected, abs=1)
    (shown,) = document.seals
    assert (shown.kind, shown.ink, shown.text, shown.page) == (
        "electronic", "", "山东某某有限公司", 1,
    )  # fmt: skip
    assert shown.box == pytest.approx(expected, abs=1)
    assert shown.image
    assert shown.image.parent == into
    with Image.open(shown.image) as picture:
        red, green, blue = picture.convert("RGB").getpixel(
            (picture.width // 2, picture.height // 2)
        )  # type: ignore[misc]
    assert red > 150 > 100 > max(green, blue)
    assert codes(document) == []
    assert document.text.split() == ["承诺书", "本单位承诺所报送材料真实有效。"]


def test_a_signature_without_a_picture_is_no_seal(tmp_path: Path) -> None:
    document = read(signed_pdf(LETTER), tmp_path)
    assert (len(document.signatures), document.seals) == (1, ())


def test_a_second_signature_leaves_the_first_sound(tmp_path: Path) -> None:
    twice = signed_pdf(signed_pdf(LETTER), "张三", "Signature2")
    document = read(twice, tmp_path)
    told = [(one.signer, one.unchanged, one.whole) for one in document.signatures]
    assert told == [("山东某某有限公司", True, False), ("张三", True, True)]
    assert codes(document) == []


def test_signed_bytes_that_were_changed(tmp_path: Path) -> None:
    data = signed_pdf(LETTER)
    place = data.index(b"> Tj") - 1
    spoilt = data[:place] + (b"1" if data[place : place + 1] != b"1" else b"2") + data[place + 1 :]
    document = read(spoilt, tmp_path)
    assert [one.unchanged for one in document.signatures] == [False]
    told = [(one.code, dict(one.params)) for one in document.findings]
    assert told == [("pdf.changed_after_signing", {"signers": "山东某某有限公司"})]


def test_a_file_changed_after_signing(tmp_path: Path) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf(LETTER)), strict=False)
    page = writer.root["/Pages"]["/Kids"][0]
    other = generic.StreamObject(stream_data=b"BT /F1 12 Tf 60 400 Td <59D4> Tj ET")
    page["/Contents"] = writer.add_object(other)
    writer.update_container(page)
    target = io.BytesIO()
    writer.write(target)
    document = read(target.getvalue(), tmp_path)
    assert [(one.unchanged, one.whole) for one in document.signatures] == [(True, False)]
    assert "after signing" in document.signatures[0].note
    assert codes(document) == ["pdf.changed_after_signing"]


def _chinese_seal() -> bytes:
    """A signature field that holds SES_Signature over the SM3 of the bytes, as local tools make."""
    pdf = OddPdf()
    room = 6000
    value = pdf.add(
        b"<< /Type /Sig /Filter /GM.sm2seal /SubFilter /GM.sm2seal /ByteRange [0 AAAAAAAAAA "
        b"BBBBBBBBBB CCCCCCCCCC] /Contents <%b> >>" % (b"0" * 2 * room)
    )
    widget = pdf.add(
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal1) /V %d 0 R /Rect [380 100 500 220] "
        b"/F 4 >>" % value
    )
    pdf.page(b"", notes=[widget])
    pdf.form(widget, more=b"/SigFlags 3")
    data = pdf.bytes()
    start = data.index(b"/Contents <0") + 10
    end = start + 2 * room + 2
    data = data.replace(b"AAAAAAAAAA", b"%10d" % start).replace(b"BBBBBBBBBB", b"%10d" % end)
    data = data.replace(b"CCCCCCCCCC", b"%10d" % (len(data) - end))
    sealed = seal("山东某某有限公司", stamp_picture(40))
    made = signature(sealed, data[:start] + data[end:], "山东某某有限公司", "x")
    held = made.hex().encode().ljust(2 * room, b"0")
    return data[: start + 1] + held + data[end - 1 :]


@pytest.mark.skipif(not sm2.has_sm3(), reason="this OpenSSL has no SM3")
def test_a_signature_after_the_chinese_standard(tmp_path: Path) -> None:
    data = _chinese_seal()
    (one,) = read(data, tmp_path).signatures
    assert (one.signer, one.unchanged, one.whole) == ("山东某某有限公司", True, True)
    assert one.signed_at == "2021-06-01T09:30:00Z"
    spoilt = data.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 594 842]")
    assert spoilt != data
    assert [one.unchanged for one in read(spoilt, tmp_path).signatures] == [False]


def _closed(data: bytes, user: str) -> bytes:
    """The same file, closed with RC4 or AES of 128 bits; "" opens it with restrictions."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(data), strict=False))
    identity = writer.document_id[0].original_bytes
    handler = StandardSecurityHandler.build_from_pw_legacy(
        StandardSecuritySettingsRevision.RC4_OR_AES128,
        identity,
        b"owner",
        user.encode("ascii"),
        keylen_bytes=16,
        use_aes128=True,
    )
    writer.security_handler = handler
    writer._encrypt = writer.add_object(handler.as_pdf_object())
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_password_that_was_given_opens_it(tmp_path: Path) -> None:
    closed = _closed(ruled_pdf([["企业名称", "甲公司"], ["联系人", "张三"]]), "2021")
    shut = read(closed, tmp_path, passwords=("0000",))
    assert (codes(shut), shut.readable) == (["document.encrypted"], False)
    document = read(closed, tmp_path, passwords=("0000", "2021"))
    assert codes(document) == ["pdf.opened_with_password"]
    assert document.tables[0].rows == (("企业名称", "甲公司"), ("联系人", "张三"))


def test_restrictions_of_the_owner_do_not_keep_a_file_from_being_read(tmp_path: Path) -> None:
    document = read(_closed(LETTER, ""), tmp_path)
    assert document.text.split() == ["承诺书", "本单位承诺所报送材料真实有效。"]
    assert codes(document) == []
