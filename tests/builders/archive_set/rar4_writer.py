"""RAR 1.5 to 4 byte by byte: stored, encrypted, in volumes, with comments.

Source: the RAR 4.x technote ("technote.txt" of WinRAR 4.2); the key of RAR 3 as unrar 4 derives
it (SetCryptKeys: 2^18 rounds of SHA-1 over password, salt and a counter).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SIGNATURE = b"Rar!\x1a\x07\x00"
MAIN, FILE, SUB, END = 0x73, 0x74, 0x7A, 0x7B
SPLIT_BEFORE, SPLIT_AFTER, CRYPT, LARGE, UNICODE, SALT = 0x01, 0x02, 0x04, 0x100, 0x200, 0x400
VOLUME, SOLID, NEW_NAMING, CLOSED, FIRST = 0x01, 0x08, 0x10, 0x80, 0x100
_FOLDER = 0xE0
_ROUNDS = 1 << 18
_SALT = b"saltsalt"


@dataclass(frozen=True, slots=True)
class Item:
    """A member. name: bytes as they stand there. unicode: the name's second form, for the flag
    0x200. host: 0 MS-DOS, 2 Windows, 3 Unix. size, crc: as declared, None for the true ones."""

    name: bytes
    data: bytes = b""
    unicode: str = ""
    host: int = 2
    attributes: int = 0x20
    size: int | None = None
    crc: int | None = None
    packed: bytes | None = None
    flags: int = 0
    method: int = 0x30
    version: int = 29
    password: str = ""
    large: bool = False

    def written(self, kind: int = FILE) -> bytes:
        head, body = self.pieces(kind)
        return head + body

    def pieces(self, kind: int = FILE) -> tuple[bytes, bytes]:
        body = self.data if self.packed is None else self.packed
        flags, tail = self.flags, b""
        if self.password:
            flags |= CRYPT | SALT
            body, tail = sealed(body, self.password), _SALT
        name = self.name
        if self.unicode:
            flags |= UNICODE
            name += b"\0" + packed_unicode(self.unicode)
        size = len(self.data) if self.size is None else self.size
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        fixed = struct.pack("<LLBLLBBHL", len(body), size & 0xFFFFFFFF, self.host, crc, 0x52B10000,
                            self.version, self.method, len(name), self.attributes)  # fmt: skip
        if self.large:
            flags |= LARGE
            fixed += struct.pack("<LL", 0, size >> 32)
        return block(kind, 0x8000 | flags, fixed + name + tail), body


def block(kind: int, flags: int, body: bytes) -> bytes:
    header = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(header) & 0xFFFF) + header


def folder(name: bytes) -> Item:
    return Item(name, flags=_FOLDER, attributes=0x10)


def link(name: bytes, target: bytes) -> Item:
    return Item(name, target, host=3, attributes=0o120777)


def rar4(items: Sequence[Item], *, note: bytes = b"", flags: int = 0, before: bytes = b"") -> bytes:
    """An archive; note: its comment, stored."""
    said = Item(b"CMT", note).written(SUB) if note else b""
    body = b"".join(item.written() for item in items)
    head = before + SIGNATURE + block(MAIN, flags, bytes(6))
    return head + said + body + block(END, 0x4000, b"")


def closed(items: Sequence[Item], password: str) -> bytes:
    """An archive with encrypted names: each header behind eight bytes of salt."""
    out = [SIGNATURE, block(MAIN, CLOSED, bytes(6))]
    for item in items:
        head, body = item.pieces()
        out += [_SALT, sealed(head, password), body]
    return b"".join([*out, _SALT, sealed(block(END, 0x4000, b""), password)])


def volumes(item: Item, volume_bytes: int, *, new_names: bool) -> list[bytes]:
    """One stored member over several volumes."""
    data, out = item.data, []
    starts = range(0, len(data), volume_bytes)
    for number, at in enumerate(starts):
        part, last = data[at : at + volume_bytes], number == len(starts) - 1
        flags = (SPLIT_BEFORE if number else 0) | (0 if last else SPLIT_AFTER)
        crc = zlib.crc32(data if last else part)
        piece = Item(item.name, data, packed=part, crc=crc, flags=flags, unicode=item.unicode)
        main = VOLUME | (NEW_NAMING if new_names else 0) | (0 if number else FIRST)
        # The end block: 1 more volumes, 2 data checksum, 8 volume number (technote, ENDARC).
        tail = block(END, 0x4008 | (0 if last else 1), struct.pack("<H", number))
        out.append(SIGNATURE + block(MAIN, main, bytes(6)) + piece.written() + tail)
    return out


def sealed(data: bytes, password: str) -> bytes:
    seed = password.encode("utf-16-le") + _SALT
    digest, vector = hashlib.sha1(), b""
    for number in range(_ROUNDS):
        digest.update(seed + number.to_bytes(3, "little"))
        if number % (_ROUNDS // 16) == 0:
            vector += digest.copy().digest()[19:20]
    key = b"".join(digest.digest()[at : at + 4][::-1] for at in range(0, 16, 4))
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return cipher.update(data + bytes(-len(data) % 16)) + cipher.finalize()


def packed_unicode(name: str) -> bytes:
    """The second form of a name: no common high byte, every character as two bytes (mode 2)."""
    units = name.encode("utf-16-le")
    out = b"\0"
    pairs = [units[at : at + 2] for at in range(0, len(units), 2)]
    for at in range(0, len(pairs), 4):
        four = pairs[at : at + 4]
        out += bytes([sum(2 << 6 - 2 * place for place in range(len(four)))]) + b"".join(four)
    return out
