"""S/MIME: the signed content is the mail's, in DER or streamed BER; what is locked stays a file."""

from __future__ import annotations

import base64
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from model.message import Message
from parsers.message import MessageLimits, read_message
from parsers.message.ber import Ber, BerError
from parsers.message.cms import Cms, cms_content, cms_kind
from tests.builders.hostile.cms import as_ber, certificates, compressed, enveloped, signed
from tests.builders.mails import mail, multipart, part

PACK = bytes(range(256)) * 5
ENTITY = multipart(
    part("正文".encode("gbk"), media_type=b"text/plain; charset=gb2312", encoding=""),
    part(PACK, disposition=b"attachment; filename=a.rar"),
    boundary=b"inner",
)
TYPE = b"application/pkcs7-mime; name=smime.p7m"


def _read(
    data: bytes, tmp_path: Path, media_type: bytes = TYPE, limits: MessageLimits | None = None
) -> Message:
    path = tmp_path / "m.eml"
    path.write_bytes(mail(part(data, media_type=media_type)))
    message = read_message(path, tmp_path / "parts", limits)
    assert set((tmp_path / "parts").iterdir()) == {file.path for file in message.attachments}
    return message


def _codes(message: Message) -> list[str]:
    return [finding.code.removeprefix("message.") for finding in message.findings]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("media_type", [TYPE, b"application/octet-stream; name=x.P7M"])
def test_signed_content_is_read(streamed: bool, media_type: bytes, tmp_path: Path) -> None:
    data = as_ber(signed(ENTITY)) if streamed else signed(ENTITY)
    message = _read(data, tmp_path, media_type)
    assert message.text == "正文"
    assert [(file.name, file.path.read_bytes()) for file in message.attachments] == [
        ("a.rar", PACK)
    ]
    assert _codes(message) == ["smime_signed"]


def test_signed_twice_and_compressed(tmp_path: Path) -> None:
    head = b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n"
    inner = head + base64.encodebytes(signed(ENTITY))
    packed = head + base64.encodebytes(compressed(inner))
    data = signed(packed)
    message = _read(data, tmp_path)
    assert [file.name for file in message.attachments] == ["a.rar"]
    assert set(_codes(message)) == {"smime_signed", "smime_compressed"}

    (tmp_path / "less").mkdir()
    message = _read(data, tmp_path / "less", limits=MessageLimits(wrappings=2))
    assert "limit_wrappings" in _codes(message)
    [file] = message.attachments
    assert cms_kind(BytesIO(file.path.read_bytes())) is Cms.SIGNED


def test_signed_document_is_a_file(tmp_path: Path) -> None:
    message = _read(signed(PACK), tmp_path, b"application/pkcs7-mime; name=contract.docx.p7m")
    assert [(file.name, file.path.read_bytes()) for file in message.attachments] == [
        ("contract.docx", PACK)
    ]


@pytest.mark.parametrize(
    ("data", "kind", "codes"),
    [
        (enveloped(ENTITY), Cms.ENCRYPTED, ["smime_encrypted"]),
        (certificates(), Cms.DETACHED, []),
        (signed(ENTITY, detached=True), Cms.DETACHED, []),
        (b"PK\x03\x04", Cms.OTHER, ["smime_broken"]),
    ],
)
def test_what_stays_a_file(data: bytes, kind: Cms, codes: list[str], tmp_path: Path) -> None:
    assert cms_content(BytesIO(data), bytearray().extend, 1 << 20) is kind
    message = _read(data, tmp_path)
    assert [(file.name, file.path.read_bytes()) for file in message.attachments] == [
        ("smime.p7m", data)
    ]
    assert _codes(message) == codes


@pytest.mark.parametrize("data", [signed(ENTITY), as_ber(signed(ENTITY)), compressed(ENTITY)])
def test_cut_anywhere(data: bytes) -> None:
    for size in range(len(data)):
        out = bytearray()
        kind = cms_content(BytesIO(data[:size]), out.extend, 1 << 20)
        assert ENTITY.startswith(bytes(out))
        if kind in (Cms.SIGNED, Cms.COMPRESSED):
            assert bytes(out) == ENTITY
        else:
            assert kind in (Cms.BROKEN, Cms.OTHER)
        assert kind is not Cms.OTHER or cms_kind(BytesIO(data[:size])) is Cms.OTHER


def test_cut_content_is_kept_beside_the_file(tmp_path: Path) -> None:
    data = signed(ENTITY)[:900]
    message = _read(data, tmp_path)
    assert message.text == "正文"
    first, last = message.attachments
    assert PACK.startswith(first.path.read_bytes())
    assert last.path.read_bytes() == data
    assert {"smime_broken", "part_truncated"} <= set(_codes(message))


def test_compressed_content_is_cut_at_its_limit() -> None:
    out = bytearray()
    data = compressed(b"\0" * 5_000_000)
    assert cms_content(BytesIO(data), out.extend, 100_000) is Cms.BROKEN
    assert len(out) == 100_000
    damaged = data.replace(zlib.compress(b"\0" * 5_000_000)[:9], b"x" * 9)
    assert cms_content(BytesIO(damaged), out.extend, 100_000) is Cms.BROKEN


def test_octets_within_octets() -> None:
    chunks = (
        b"$\x80" + b"$\x06\x04\x01a\x04\x01b" + b"\x04\x81\x02cd" + b"$\x80\x04\x01e\0\0" + b"\0\0"
    )
    ber = Ber(BytesIO(chunks))
    assert b"".join(ber.octets(ber.enter(0x24))) == b"abcde"
    for wrong in (b"$\x80" * 40, b"$\x80\x0c\x01a\0\0", b"$\x80\x04\x05a", b"$\x03\x04\x05a"):
        ber = Ber(BytesIO(wrong))
        with pytest.raises(BerError):
            b"".join(ber.octets(ber.enter(0x24)))


def test_skipping_what_has_no_length() -> None:
    ber = Ber(
        BytesIO(
            b"\x31\x80" + b"\x30\x80\x06\x01a\0\0" + b"\x02\x01\x05" + b"\0\0" + b"\x02\x01\x07"
        )
    )
    ber.skip(ber.next())
    assert ber.value(0x02, 1) == b"\x07"


def test_more_pieces_than_any_program_writes() -> None:
    few, many = (b"$\x80" + b"\x04\x01a" * count + b"\0\0" for count in (1_000, 500_001))
    ber = Ber(BytesIO(few))
    assert b"".join(ber.octets(ber.enter(0x24))) == b"a" * 1_000
    ber = Ber(BytesIO(many))
    with pytest.raises(BerError):
        b"".join(ber.octets(ber.enter(0x24)))
