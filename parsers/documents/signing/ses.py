"""Electronic seals and the signatures made with them: the DER structure SES_Signature.

Sources: GB/T 38540-2020, 6 (seal) and 7 (signature), version 4; GM/T 0031-2014, 5 and 6, versions
1 and 2, which differ in where the certificate stands and in how times are written.

Residual risks: whose certificate it is, whether it was withdrawn, and whether the maker of the
seal may make seals, nobody here knows. Producers' deviations beyond order and types are not met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.documents.signing.sm2 import has_sm3, sm2_fits

_MAX_ITEMS = 2_000
_SEQUENCE, _SET, _INTEGER, _BITS, _OCTETS, _OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
_TIMES = (0x17, 0x18)
_TEXTS = (0x0C, 0x13, 0x14, 0x16, 0x1E)
_SM2_KEY = bytes.fromhex("2a811ccf5501822d")
"""1.2.156.10197.1.301, the curve, as it stands in a certificate's key."""


class NoSeal(ValueError):
    """The bytes are no SES_Signature and no SESeal."""


@dataclass(frozen=True, slots=True)
class Item:
    """One DER value. whole: with its head, as it was signed."""

    tag: int
    value: bytes
    whole: bytes

    def items(self) -> list[Item]:
        """What is inside of it. Raises: NoSeal."""
        return list(_items(self.value))


@dataclass(frozen=True, slots=True)
class ElectronicSeal:
    """name: of the seal. maker: who issued it, "" where its certificate does not say.

    width, height: millimetres. picture_type: "png", "ofd", … times as ISO 8601, "" if not given.
    """

    name: str
    maker: str
    made_at: str
    valid_from: str
    valid_to: str
    picture: bytes
    picture_type: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SealSignature:
    """What was signed with a seal. digest: of the signed data. fits: the signature's value belongs
    to these bytes and the certificate's key, None where that could not be reckoned."""

    seal: ElectronicSeal
    signer: str
    signed_at: str
    digest: bytes
    data: str
    fits: bool | None


def read_signature(data: bytes) -> SealSignature:
    """Raises: NoSeal."""
    try:
        return _signature(data)
    except (IndexError, UnicodeDecodeError, RecursionError) as error:
        raise NoSeal from error


def read_seal(data: bytes) -> ElectronicSeal:
    """A seal alone, as in Seal.esl. Raises: NoSeal."""
    try:
        return _seal(_one(data))
    except (IndexError, UnicodeDecodeError, RecursionError) as error:
        raise NoSeal from error


def signer_of(certificate: bytes) -> str:
    """The common name of the certificate's subject, else its organisation; "" where unreadable."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        subject = x509.load_der_x509_certificate(certificate).subject
    except (ValueError, TypeError):
        return ""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for one in subject.get_attributes_for_oid(oid):
            return one.value if isinstance(one.value, str) else ""
    return ""


def _signature(data: bytes) -> SealSignature:
    parts = _one(data).items()
    signed = parts[0]
    inner = signed.items()
    seal = _seal(inner[1])
    digest = _bits(inner[3])
    covered = _text(inner[4]) if len(inner) > 4 and inner[4].tag in _TEXTS else ""
    if len(parts) >= 4 and parts[1].tag == _OCTETS:
        certificate, value = parts[1].value, _bits(parts[3])
    else:
        # GM/T 0031: the certificate is among what is signed.
        certificate, value = inner[5].value, _bits(parts[1])
    return SealSignature(
        seal=seal,
        signer=signer_of(certificate),
        signed_at=_time(inner[2]),
        digest=digest,
        data=covered,
        fits=value_fits(certificate, signed.whole, value),
    )


def _seal(item: Item) -> ElectronicSeal:
    parts = item.items()
    info = parts[0].items()
    about, picture = info[2].items(), info[3].items()
    certificate = parts[1]
    if certificate.tag == _SEQUENCE:
        certificate = certificate.items()[0]
    times = [_time(one) for one in about if one.tag in _TIMES]
    times += [""] * (3 - len(times))
    sizes = [int.from_bytes(one.value, "big", signed=True) for one in picture[2:4]]
    sizes += [0] * (2 - len(sizes))
    return ElectronicSeal(
        name=_text(about[1]),
        maker=signer_of(certificate.value),
        made_at=times[0],
        valid_from=times[1],
        valid_to=times[2],
        picture=picture[1].value,
        picture_type=_text(picture[0]).lower().lstrip("."),
        width=float(min(max(sizes[0], 0), 1000)),
        height=float(min(max(sizes[1], 0), 1000)),
    )


def value_fits(certificate: bytes, signed: bytes, value: bytes) -> bool | None:
    """Whether the value is the SM2 or RSA signature of `signed` by the certificate's key."""
    place = certificate.find(_SM2_KEY)
    if place < 0:
        return _rsa_fits(certificate, signed, value)
    public = certificate[place + len(_SM2_KEY) :][:68]
    # BIT STRING of 66 bytes, none of its bits unused.
    if not public.startswith(b"\x03\x42\x00") or not has_sm3():
        return None
    try:
        if value[:1] == b"\x30":
            r, s = (int.from_bytes(one.value, "big") for one in _one(value).items()[:2])
        else:
            r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:64], "big")
        return sm2_fits(public[3:], signed, r, s)
    except ValueError:
        return None


def _rsa_fits(certificate: bytes, signed: bytes, value: bytes) -> bool | None:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256

    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPublicKey):
        return None
    for digest in (SHA256(), SHA1()):  # noqa: S303 (what old seals were signed with)
        try:
            key.verify(value, signed, PKCS1v15(), digest)
        except (InvalidSignature, UnsupportedAlgorithm):
            continue
        return True
    return False


def _one(data: bytes) -> Item:
    for item in _items(data):
        return item
    raise NoSeal("empty")


def _items(data: bytes) -> Iterator[Item]:
    """The DER values that stand one after another (X.690, 8.1).

    Raises: NoSeal.
    """
    at = count = 0
    while at < len(data):
        start = at
        count += 1
        if at + 2 > len(data) or count > _MAX_ITEMS:
            raise NoSeal("cut short")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            width = length & 0x7F
            if not 0 < width <= 4:
                raise NoSeal("length of a kind not met in DER")
            length = int.from_bytes(data[at : at + width], "big")
            at += width
        if at + length > len(data):
            raise NoSeal("cut short")
        yield Item(tag, data[at : at + length], data[start : at + length])
        at += length


def _text(item: Item) -> str:
    if item.tag == 0x1E:
        return item.value.decode("utf-16-be")
    try:
        return item.value.decode("utf-8")
    except UnicodeDecodeError:
        return item.value.decode("gb18030")


def _bits(item: Item) -> bytes:
    """A BIT STRING's bytes; some producers write an OCTET STRING."""
    return item.value[1:] if item.tag == _BITS else item.value


def _time(item: Item) -> str:
    """ISO 8601 of a UTCTime or GeneralizedTime; of a BIT STRING that holds either (GM/T 0031)."""
    raw = _bits(item)
    if raw[:1] and raw[0] in _TIMES and item.tag not in _TIMES:
        return _time(_one(raw))
    text = raw.decode("ascii", "replace").strip()
    digits = text[:-1] if text.endswith("Z") else text
    digits = digits.partition(".")[0]
    if len(digits) == 12 and digits.isdecimal():
        digits = ("20" if digits < "50" else "19") + digits
    if len(digits) < 14 or not digits[:14].isdecimal():
        return ""
    date = (
        f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}"
    )
    return date + ("Z" if text.endswith("Z") else "")
