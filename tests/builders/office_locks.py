"""Office files closed with a password ([MS-OFFCRYPTO] 2.3.4.10 and 2.3.6), built in code."""

from __future__ import annotations

import hashlib
import io
import struct

from msoffcrypto.format.ooxml import OOXMLFile
from msoffcrypto.method.rc4 import DocumentRC4

from tests.builders.ole_writer import ole
from tests.builders.word_binary import Run, Word

_SALT = bytes(range(16))
_PLAIN_HEAD = 68
"""Bytes of the stream WordDocument that stay as they are ([MS-DOC] 2.2.6.2)."""
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


def _rc4(data: bytes, password: str) -> bytes:
    """The cipher is its own inverse."""
    done: bytes = DocumentRC4.decrypt(password, _SALT, io.BytesIO(data)).read()
    return done
