"""OFD: electronic seals and signatures, the structures they are held in, their pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from model.document import Document, ReadRequest
from parsers.documents.ofd.read import read_ofd
from parsers.documents.signing import sm2
from parsers.documents.signing.ses import NoSeal, read_seal, read_signature
from tests.builders.ofd_writer import (
    Ofd,
    bits,
    certificate,
    der,
    rectangle,
    seal,
    sealed_ofd,
    sealed_parts,
    signature,
    stamp_picture,
    text,
)
from tests.builders.papers import package

pytestmark = pytest.mark.skipif(not sm2.has_sm3(), reason="this OpenSSL has no SM3")

NAME = "山东某某有限公司"
LETTER = Ofd([text(20, 20, "承诺书"), text(20, 20, "第二页")])


def read(data: bytes, folder: Path, **request: object) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_ofd(path, ReadRequest(**request), "application/ofd")  # type: ignore[arg-type]


@pytest.mark.parametrize("old", [False, True])
def test_a_sealed_letter(old: bool, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    stamps = ((1, "140 220 42 42"), (2, "190 100 20 42"))
    document = read(sealed_ofd(LETTER, NAME, stamps=stamps, old=old), tmp_path, into=into)
    (one,) = document.signatures
    assert (one.format, one.signer, one.unchanged, one.whole, one.page, one.note) == (
        "ofd", NAME, True, True, 1, "",
    )  # fmt: skip
    assert one.signed_at == "2021-06-01T09:30:00Z"
    mm = 72 / 25.4
    assert [(s.kind, s.ink, s.text, s.page) for s in document.seals] == [
        ("electronic", "", NAME, 1),
        ("electronic", "", NAME, 2),
    ]
    assert document.seals[0].box == pytest.approx((140 * mm, 220 * mm, 182 * mm, 262 * mm))
    shown = document.seals[0].image
    assert shown
    assert shown.parent == into
    with Image.open(shown) as picture:
        assert picture.size == (240, 240)
        assert picture.getpixel((120, 120))[0] > 200  # type: ignore[index]
    assert document.findings == ()


def test_parts_changed_after_sealing(tmp_path: Path) -> None:
    parts = sealed_parts(LETTER, NAME)
    page = "Doc_0/Pages/Page_1/Content.xml"
    parts[page] = str(parts[page]).replace("承诺书", "证明书")
    document = read(package(parts), tmp_path)
    (one,) = document.signatures
    assert one.unchanged is False
    assert page in one.note
    told = [(f.code, dict(f.params)) for f in document.findings]
    assert told == [("ofd.changed_after_signing", {"signers": NAME})]


def test_a_list_of_parts_that_was_not_the_one_signed(tmp_path: Path) -> None:
    parts = sealed_parts(LETTER, NAME)
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    parts[name] = str(parts[name]).replace("140 220 42 42", "20 20 42 42")
    (one,) = read(package(parts), tmp_path).signatures
    assert one.unchanged is False


def test_a_signed_value_that_was_tampered_with(tmp_path: Path) -> None:
    parts = sealed_parts(LETTER, NAME)
    name = "Doc_0/Signs/Sign_0/SignedValue.dat"
    value = bytes(parts[name])  # type: ignore[arg-type]
    parts[name] = value.replace(b"20210601093000Z", b"20200601093000Z")
    document = read(package(parts), tmp_path)
    assert [one.unchanged for one in document.signatures] == [False]
    assert "ofd.changed_after_signing" in [finding.code for finding in document.findings]


def test_parts_that_the_seal_does_not_cover(tmp_path: Path) -> None:
    parts = sealed_parts(LETTER, NAME) | {"Doc_0/Extra.xml": "<a/>"}
    (one,) = read(package(parts), tmp_path).signatures
    assert (one.unchanged, one.whole) == (True, False)


def test_digests_and_values_that_cannot_be_checked(tmp_path: Path) -> None:
    (one,) = read(sealed_ofd(LETTER, NAME, method="1.2.3.4"), tmp_path).signatures
    assert one.unchanged is None
    assert "1.2.3.4" in one.note
    document = read(sealed_ofd(LETTER, NAME, value=b"nothing"), tmp_path)
    (one,) = document.signatures
    # The seal beside it is still known, and so is where it stands.
    assert (one.unchanged, one.signer, document.seals[0].text) == (None, NAME, NAME)


def test_a_seal_whose_picture_is_a_drawing(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    drawing = Ofd([rectangle(0, 0, 42, 42, "220 20 30")], size=(42, 42)).bytes()
    data = sealed_ofd(LETTER, NAME, picture=drawing, kind="ofd")
    (shown,) = read(data, tmp_path, into=into).seals
    assert shown.image
    with Image.open(shown.image) as picture:
        assert picture.convert("RGB").getpixel((20, 20)) == (220, 20, 30)
    assert [path.name for path in into.iterdir()] == [shown.image.name]


def test_a_picture_that_is_none(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    (shown,) = read(sealed_ofd(LETTER, NAME, picture=b"\x89PNG no"), tmp_path, into=into).seals
    assert (shown.image, shown.text, list(into.iterdir())) == (None, NAME, [])


@pytest.mark.parametrize("old", [False, True])
def test_the_structure_alone(old: bool) -> None:
    sealed = seal(NAME, stamp_picture(30), maker="某制作中心", old=old)
    one = read_seal(sealed)
    assert (one.name, one.maker, one.picture_type, one.width) == (NAME, "某制作中心", "png", 42.0)
    assert (one.made_at, one.valid_to) == ("2021-03-01T08:00:00Z", "2031-03-01T08:00:00Z")
    made = read_signature(signature(sealed, b"list", NAME, "/a.xml", old))
    assert (made.signer, made.data, made.fits) == (NAME, "/a.xml", True)
    assert made.digest == sm2.sm3(b"list")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30", b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x30\x00", b"\x30\x02\x05\x00",
     der(0x30, bits(b"x")), certificate("x"), b"\x30" * 5000],
)  # fmt: skip
def test_bytes_that_are_no_seal(data: bytes) -> None:
    with pytest.raises(NoSeal):
        read_seal(data)
    with pytest.raises(NoSeal):
        read_signature(data)


def test_sm2_by_the_example_of_the_standard() -> None:
    """GB/T 32918.5-2017, A.2."""
    key = bytes.fromhex(
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    assert sm2.sm2_fits(key, b"message digest", r, s)
    assert not sm2.sm2_fits(key, b"message digesu", r, s)
    assert not sm2.sm2_fits(key, b"message digest", r, s + 1)
    assert not sm2.sm2_fits(key, b"message digest", 0, s)
    with pytest.raises(ValueError, match="point"):
        sm2.sm2_fits(key[:-1] + b"\x00", b"", r, s)
