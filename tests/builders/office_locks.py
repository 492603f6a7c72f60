"""Office files closed with a password ([MS-OFFCRYPTO] 2.3.4.10, 2.3.5 and 2.3.6), built in code."""

from __future__ import annotations

import hashlib
import io
import struct

from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI

from tests.builders.ole_writer import ole
from tests.builders.sheets import biff8, record, xls
from tests.builders.slides import OldSlide, holder, ppt
from tests.builders.word_binary import Run, Word

_SALT = bytes(range(16))
_PLAIN_HEAD = 68
"""Bytes of the stream WordDocument that stay as they are ([MS-DOC] 2.2.6.2)."""
_KEY_BITS = 128
_HEADER = 52
"""Bytes of the encryption header in front of the table stream."""


def locked_package(plain: bytes, password: str) -> bytes:
    """An OOXML package in a compound file, with agile encryption."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(plain)).encrypt(password, target)
    return target.getvalue()


def locked_doc(body: list[Run], password: str) -> bytes:
    """A .doc with the RC4 encryption of Word 97."""
    streams = Word(body, flags=0x100, table_head=_HEADER).build_streams()
    verifier = bytes(range(100, 116))
    pair = _rc4(verifier + hashlib.md5(verifier).digest(), password)
    header = struct.pack("<HH", 1, 1) + _SALT + pair
    word = bytearray(streams["WordDocument"])
    struct.pack_into("<I", word, 14, len(header))
    word[_PLAIN_HEAD:] = _rc4(bytes(word), password)[_PLAIN_HEAD:]
    table = header + _rc4(streams["1Table"], password)[_HEADER:]
    return ole({"WordDocument": bytes(word), "1Table": table})


def locked_xls(sheets: list[tuple[str, int, bytes]], password: str) -> bytes:
    """An .xls with the RC4 encryption of Office 2002 ([MS-XLS] 2.2.10)."""
    plain = biff8(sheets, more=record(0x2F, struct.pack("<H", 1) + _session(password)))
    stream = bytearray(_newer_rc4(plain, password, 1024))
    at = 0
    while at < len(plain):
        kind, size = struct.unpack_from("<HH", plain, at)
        # Heads of records stay as they are, BOF and FilePass whole, of BoundSheet8 the place.
        seen = 4 + {0x0809: size, 0x2F: size, 0x85: 4}.get(kind, 0)
        stream[at : at + seen] = plain[at : at + seen]
        at += 4 + size
    return xls(bytes(stream))


def locked_ppt(slides: list[OldSlide], password: str) -> bytes:
    """A .ppt with the RC4 encryption of Office 2002 ([MS-PPT] 2.3.7)."""
    return ppt(
        slides,
        token=0xF3D1C4DF,
        lock=lambda number, one: _newer_rc4(one, password, len(one), number),
        session=holder(0x2F14, _session(password)),
    )


def _session(password: str) -> bytes:
    """The EncryptionInfo of RC4 CryptoAPI: 128 bits, SHA-1."""
    provider = "Microsoft Enhanced Cryptographic Provider v1.0\0".encode("utf-16-le")
    head = struct.pack("<8I", 4, 0, 0x6801, 0x8004, _KEY_BITS, 1, 0, 0) + provider
    verifier = bytes(range(100, 116))
    pair = _newer_rc4(verifier + hashlib.sha1(verifier).digest(), password, 1024)
    start = struct.pack("<HHII", 4, 2, 4, len(head)) + head
    return start + struct.pack("<I", 16) + _SALT + pair[:16] + struct.pack("<I", 20) + pair[16:]


def _newer_rc4(data: bytes, password: str, block_bytes: int, first: int = 0) -> bytes:
    done: bytes = DocumentRC4CryptoAPI.decrypt(
        password, _SALT, _KEY_BITS, io.BytesIO(data), block_bytes, first
    ).read()
    return done


def _rc4(data: bytes, password: str) -> bytes:
    """The cipher is its own inverse."""
    done: bytes = DocumentRC4.decrypt(password, _SALT, io.BytesIO(data)).read()
    return done
