"""The text in a receipt's QR code: what it is about, signed, to be checked without the PDF.

`HZ1|programme|回执编号|申报编号|time|digest|key id|signature`, in ASCII: what is not a letter or
a digit is percent-encoded within a field. The digest is the SHA-256 of the receipt's facts, as
they are filed beside it; the signature (Ed25519) is over everything before it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from receipts.signing import SigningKey

VERSION = "HZ1"
LONGEST = 4096
"""Characters of a text that can be such a code."""
TIME = "%Y%m%dT%H%M%SZ"
QUERY = "code"


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """application_no: "" where nobody was identified. made_at: to the second. digest: SHA-256 of
    the receipt's facts, 32 bytes. key_id: of the key that signed it."""

    programme: str
    receipt_no: str
    application_no: str
    made_at: datetime
    digest: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class SignedCode:
    """A code as it was read; whether it is good is not known yet."""

    code: ReceiptCode
    signed: bytes
    signature: bytes

    def is_good(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(self.signature, self.signed)
        except InvalidSignature:
            return False
        return True


def write_code(
    programme: str,
    receipt_no: str,
    application_no: str,
    made_at: datetime,
    facts: bytes,
    key: SigningKey,
) -> str:
    """The signed text of a receipt."""
    fields = (
        VERSION,
        *(quote(one, safe="") for one in (programme, receipt_no, application_no)),
        made_at.astimezone(UTC).strftime(TIME),
        _text(hashlib.sha256(facts).digest()),
        key.id,
    )
    signed = "|".join(fields)
    return f"{signed}|{_text(key.private.sign(signed.encode('ascii')))}"


def read_code(text: str) -> SignedCode:
    """The code in a text, which may be the address in a QR code, or broken over lines.

    Raises: ValueError where there is none.
    """
    text = "".join(text.split())
    if len(text) > LONGEST:
        raise ValueError("too long")
    if re.match(r"https?://", text, re.IGNORECASE):
        text = parse_qs(urlsplit(text).query).get(QUERY, [""])[0]
    fields = text.split("|")
    if len(fields) != 8 or fields[0] != VERSION or not text.isascii():
        raise ValueError("not the eight fields of a code")
    programme, receipt_no, application_no = (unquote(one, errors="strict") for one in fields[1:4])
    code = ReceiptCode(
        programme=programme,
        receipt_no=receipt_no,
        application_no=application_no,
        made_at=datetime.strptime(fields[4], TIME).replace(tzinfo=UTC),
        digest=_bytes(fields[5], 32),
        key_id=fields[6],
    )
    signed = text.rpartition("|")[0].encode("ascii")
    return SignedCode(code, signed, _bytes(fields[7], 64))


def qr_svg(text: str, verify_url: str = "") -> bytes:
    """The QR code of a text, as SVG of square modules. verify_url: the page to open with it."""
    content = f"{verify_url}?{urlencode({QUERY: text})}" if verify_url else text
    picture = BytesIO()
    segno.make(content, micro=False, error="m", boost_error=False).save(
        picture, kind="svg", border=4, xmldecl=False, svgns=True
    )
    return picture.getvalue()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str, length: int) -> bytes:
    """Of one spelling only, so that a code has no second text."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(data) != length or _text(data) != text:
        raise ValueError("not of the form that it has to have")
    return data
