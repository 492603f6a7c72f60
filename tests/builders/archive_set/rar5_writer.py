"""RAR 5.0 archives byte by byte: stored, encrypted, in volumes, with every field free to lie.

Source: "RAR 5.0 archive format" (technote of WinRAR 5), section numbers as headings there.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from console.demo.rar import ENCRYPTION, FILE, MAIN, SERVICE, SIGNATURE, block, record, vint

CRYPT, HASH, TIME, VERSION, LINK, OWNER = 1, 2, 3, 4, 5, 6
UNIX_LINK, WINDOWS_LINK, JUNCTION, HARD_LINK, FILE_COPY = 1, 2, 3, 4, 5
SPLIT_BEFORE, SPLIT_AFTER = 0x08, 0x10
VOLUME, NUMBERED, SOLID, LOCKED = 0x01, 0x02, 0x04, 0x10
_UNKNOWN_SIZE = 0x08
WHEN = 1_621_209_600


@dataclass(frozen=True, slots=True)
class Key:
    """A password as RAR 5 uses it. log2: of the rounds of PBKDF2."""

    password: str
    log2: int = 15
    salt: bytes = b"salt of this set"

    def derived(self, more: int) -> bytes:
        rounds = (1 << self.log2) + more
        return hashlib.pbkdf2_hmac("sha256", self.password.encode(), self.salt, rounds)

    @property
    def check(self) -> bytes:
        value = self.derived(32)
        folded = bytes(value[i] ^ value[i + 8] ^ value[i + 16] ^ value[i + 24] for i in range(8))
        return folded + hashlib.sha256(folded).digest()[:4]

    def sealed(self, data: bytes, vector: bytes) -> bytes:
        padded = data + bytes(-len(data) % 16)
        cipher = Cipher(algorithms.AES(self.derived(0)), modes.CBC(vector)).encryptor()
        return cipher.update(padded) + cipher.finalize()

    def keyed_crc(self, crc: int) -> int:
        """The checksum under the flag 0x0002 of the encryption record (tweaked checksums)."""
        mac = hmac.digest(self.derived(16), struct.pack("<I", crc), "sha256")
        folded = 0
        for place in range(32):
            folded ^= mac[place] << (place & 3) * 8
        return folded


@dataclass(frozen=True, slots=True)
class Item:
    """A member; what is None is the truth. packed: the bytes as they stand in the archive.
    link: type and target. method, dictionary: of the compression information."""

    name: str | bytes
    data: bytes = b""
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    no_crc: bool = False
    unknown_size: bool = False
    link: tuple[int, str] | None = None
    extra: bytes = b""
    flags: int = 0
    method: int = 0
    dictionary: int = 0
    version: int = 0
    host: int = 1
    mode: int = 0o100644
    folder: bool = False
    key: Key | None = None
    tweaked: bool = False

    def written(self, *, kind: int = FILE) -> bytes:
        """The header and the bytes."""
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        body, extra = self.data if self.packed is None else self.packed, self.extra
        if self.key:
            vector = hashlib.sha256(self.data).digest()[:16]
            body = self.key.sealed(body, vector)
            head = vint(0) + vint(0x01 | (0x02 if self.tweaked else 0)) + bytes([self.key.log2])
            extra += record(CRYPT, head + self.key.salt + vector + self.key.check)
            crc = self.key.keyed_crc(crc) if self.tweaked else crc
        if self.link:
            target = self.link[1].encode()
            extra += record(LINK, vint(self.link[0]) + vint(0) + vint(len(target)) + target)
        raw = self.name.encode() if isinstance(self.name, str) else self.name
        flags = 0x02 | (0x01 if self.folder else 0) | (0 if self.no_crc else 0x04)
        head = vint(flags | (_UNKNOWN_SIZE if self.unknown_size else 0))
        head += vint(len(self.data) if self.size is None else self.size) + vint(self.mode)
        head += struct.pack("<I", WHEN)
        head += b"" if self.no_crc else struct.pack("<I", crc)
        head += vint(self.version | self.method << 7 | self.dictionary << 10) + vint(self.host)
        head += vint(len(raw)) + raw
        return block(kind, head, flags=self.flags, extra=extra, data_size=len(body)) + body


def main(flags: int = 0, number: int = 0) -> bytes:
    """The main header; number: of the volume, from 0."""
    flags |= NUMBERED if number else 0
    return block(MAIN, vint(flags) + (vint(number) if number else b""))


def ending(*, more: bool = False) -> bytes:
    return block(5, vint(1 if more else 0))


def comment(text: bytes) -> bytes:
    """The service header that holds the archive's comment."""
    return Item(b"CMT", text, no_crc=False).written(kind=SERVICE)


def rar5(
    items: Sequence[Item], *, note: bytes = b"", flags: int = 0, before: bytes = b"",
    end: bytes | None = None,
) -> bytes:  # fmt: skip
    """An archive. before: a program in front of it. end: instead of the end header."""
    said = comment(note) if note else b""
    tail = ending() if end is None else end
    body = b"".join(item.written() for item in items)
    return before + SIGNATURE + main(flags) + said + body + tail


def closed(items: Sequence[Item], key: Key, *, shown_log2: int | None = None) -> bytes:
    """An archive with encrypted names. shown_log2: rounds as declared, where they lie."""
    log2 = key.log2 if shown_log2 is None else shown_log2
    head = block(ENCRYPTION, vint(0) + vint(1) + bytes([log2]) + key.salt + key.check)
    out = [SIGNATURE, head]
    if shown_log2 is not None:
        return b"".join([*out, bytes(160)])
    pieces = [main(), *(_head_and_body(item) for item in items), ending()]
    for number, piece in enumerate(pieces):
        header, body = piece if isinstance(piece, tuple) else (piece, b"")
        vector = hashlib.sha256(b"%d" % number).digest()[:16]
        out += [vector, key.sealed(header, vector), body]
    return b"".join(out)


def volumes(items: Sequence[Item], volume_bytes: int) -> list[bytes]:
    """Stored members over as many volumes as they take."""
    done: list[bytes] = []
    out, room = bytearray(SIGNATURE + main(VOLUME, 0)), volume_bytes
    for item in items:
        at = 0
        while True:
            part = item.data[at : at + room]
            last = at + len(part) == len(item.data)
            flags = (SPLIT_BEFORE if at else 0) | (0 if last else SPLIT_AFTER)
            crc = zlib.crc32(item.data if last else part)
            piece = Item(item.name, item.data, packed=part, crc=crc, flags=flags)
            out += piece.written()
            at, room = at + len(part), room - len(part)
            if last:
                break
            done.append(bytes(out + ending(more=True)))
            out = bytearray(SIGNATURE + main(VOLUME, len(done)))
            room = volume_bytes
    return [*done, bytes(out + ending())]


def blake2sp_record(digest: bytes) -> bytes:
    return record(HASH, vint(0) + digest)


def _head_and_body(item: Item) -> tuple[bytes, bytes]:
    written = item.written()
    size = len(item.data) + (-len(item.data) % 16 if item.key else 0)
    return (written[: len(written) - size], written[len(written) - size :])
