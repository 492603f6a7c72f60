"""Signed and encrypted messages: real CMS (RFC 5652), and BER as Outlook writes it."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zhang@example.cn")])
_FROM, _TO = datetime(2021, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)


def _certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    builder = x509.CertificateBuilder(_NAME, _NAME, key.public_key(), 7, _FROM, _TO)
    signer = key if isinstance(key, rsa.RSAPrivateKey) else _KEY
    return builder.sign(signer, hashes.SHA256())


_KEY = ec.generate_private_key(ec.SECP256R1())
_CERTIFICATE = _certificate(_KEY)
_CHUNK_BYTES = 1024
_END = b"\0\0"


def signed(content: bytes, *, detached: bool = False) -> bytes:
    """SignedData in DER over the bytes as they stand."""
    options = [pkcs7.PKCS7Options.Binary]
    if detached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    return builder.add_signer(_CERTIFICATE, _KEY, hashes.SHA256()).sign(Encoding.DER, options)


def certificates() -> bytes:
    """SignedData with certificates and nothing signed (smime-type certs-only)."""
    return pkcs7.serialize_certificates([_CERTIFICATE], Encoding.DER)


def enveloped(content: bytes) -> bytes:
    """EnvelopedData in DER."""
    key = rsa.generate_private_key(65537, 2048)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(_certificate(key))
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _der(tag: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return bytes([tag, 0x84]) + len(data).to_bytes(4, "big") + data


_COMPRESSED_DATA = bytes.fromhex("060b2a864886f70d0109100109")
_ZLIB = bytes.fromhex("060b2a864886f70d0109100308")
_PLAIN_DATA = bytes.fromhex("06092a864886f70d010701")


def compressed(content: bytes) -> bytes:
    """CompressedData (RFC 3274 1.1)."""
    inner = _der(0x30, _PLAIN_DATA, _der(0xA0, _der(0x04, zlib.compress(content))))
    body = _der(0x30, b"\x02\x01\x00", _der(0x30, _ZLIB), inner)
    return _der(0x30, _COMPRESSED_DATA, _der(0xA0, body))


def _split(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Elements of DER: tag, contents, the element as it stands."""
    found = []
    at = 0
    while at < len(data):
        size, start = data[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[at + 2 : start], "big")
        found.append((data[at], data[start : start + size], data[at : start + size]))
        at = start + size
    return found


def _open(tag: int, *parts: bytes) -> bytes:
    """A constructed element of indefinite length."""
    return bytes([tag, 0x80]) + b"".join(parts) + _END


def _octets(data: bytes) -> bytes:
    """OCTET STRINGs of a chunk each, with lengths of two bytes."""
    chunks = [data[at : at + _CHUNK_BYTES] for at in range(0, len(data), _CHUNK_BYTES)]
    return b"".join(b"\x04\x82" + len(one).to_bytes(2, "big") + one for one in chunks)


def as_ber(der: bytes) -> bytes:
    """The same SignedData streamed: lengths indefinite, content in chunks (X.690 8.1.3.6)."""
    [(_, info, _)] = _split(der)
    (_, _, oid), (_, explicit, _) = _split(info)
    [(_, body, _)] = _split(explicit)
    version, algorithms, content, *rest = _split(body)
    (_, _, kind), (_, held, _) = _split(content[1])
    [(_, octets, _)] = _split(held)
    inner = _open(0x30, kind, _open(0xA0, _open(0x24, _octets(octets))))
    signed_data = _open(0x30, version[2], algorithms[2], inner, *(one[2] for one in rest))
    return _open(0x30, oid, _open(0xA0, signed_data))
