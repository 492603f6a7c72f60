"""What an S/MIME file is, and the content of one that is signed or compressed.

Source: RFC 5652 (CMS), RFC 3274 (compressed data), RFC 8551 (S/MIME). Read as a stream.

Residual risks: no signature is verified and no certificate looked at, so "signed" says nothing
about who wrote it. Compressed content grows; it is cut at a limit, and told.
"""

from __future__ import annotations

import zlib
from enum import Enum
from typing import BinaryIO

from parsers.message.ber import OCTETS, Ber, BerError, Element
from parsers.message.decoder import Write

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME_CT = bytes.fromhex("2a864886f70d01091001")
_SEQUENCE, _SET, _OID, _INTEGER, _EXPLICIT_0 = 0x30, 0x31, 0x06, 0x02, 0xA0
_OCTET_STRING = (OCTETS, OCTETS | 0x20)
_OID_BYTES = 64
_INFLATED_BLOCK = 1 << 20


class Cms(Enum):
    """What the outermost layer of a CMS file is."""

    SIGNED = "signed"
    COMPRESSED = "compressed"
    ENCRYPTED = "encrypted"
    DETACHED = "detached"
    """Signatures or certificates only: there is no content in it."""
    BROKEN = "broken"
    """CMS of one of the first two kinds whose content does not come out whole."""
    OTHER = "other"


_KINDS = {
    _PKCS7 + b"\x02": Cms.SIGNED,
    _PKCS7 + b"\x03": Cms.ENCRYPTED,
    _PKCS7 + b"\x04": Cms.ENCRYPTED,
    _PKCS7 + b"\x06": Cms.ENCRYPTED,
    _SMIME_CT + b"\x09": Cms.COMPRESSED,
    _SMIME_CT + b"\x17": Cms.ENCRYPTED,
}


def cms_kind(file: BinaryIO) -> Cms:
    """By the first bytes; `file` stands at its beginning. Not whether it is whole."""
    try:
        return _open(Ber(file))
    except BerError:
        return Cms.OTHER


def cms_content(file: BinaryIO, write: Write, most_bytes: int) -> Cms:
    """Give the content of a signed or compressed file to `write`; returns what it is.

    BROKEN: it ends early, is damaged, or inflates to more than most_bytes; what came is written.
    """
    ber = Ber(file)
    try:
        kind = _open(ber)
        if kind not in (Cms.SIGNED, Cms.COMPRESSED):
            return kind
    except BerError:
        return Cms.OTHER
    try:
        first = _content_of(ber)
        if first is None:
            return Cms.DETACHED
        if kind is Cms.COMPRESSED:
            whole = _inflate(ber, first, write, most_bytes)
            return kind if whole else Cms.BROKEN
        for block in ber.octets(first):
            write(block)
    except (BerError, zlib.error):
        return Cms.BROKEN
    return kind


def _open(ber: Ber) -> Cms:
    """ContentInfo up to its content (RFC 5652, 3)."""
    ber.enter(_SEQUENCE)
    return _KINDS.get(ber.value(_OID, _OID_BYTES), Cms.OTHER)


def _content_of(ber: Ber) -> Element | None:
    """The OCTET STRING of encapContentInfo, which stands at one place in both kinds."""
    ber.enter(_EXPLICIT_0)
    ber.enter(_SEQUENCE)
    ber.value(_INTEGER, 8)
    ber.skip(ber.enter(_SET, _SEQUENCE))  # digestAlgorithms, compressionAlgorithm
    inner = ber.enter(_SEQUENCE)
    ber.value(_OID, _OID_BYTES)
    if ber.ended(inner):
        return None
    ber.enter(_EXPLICIT_0)
    return ber.enter(*_OCTET_STRING)


def _inflate(ber: Ber, first: Element, write: Write, most_bytes: int) -> bool:
    inflater = zlib.decompressobj()
    left = most_bytes
    for block in ber.octets(first):
        while block and left > 0:
            out = inflater.decompress(block, min(left, _INFLATED_BLOCK))
            write(out)
            left -= len(out)
            block = inflater.unconsumed_tail
    return inflater.eof and left > 0
