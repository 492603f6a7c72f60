"""RAR 5.0 archives, stored without compression: what the demo's applicants attach.

Nothing free writes RAR; storing needs no compressor. With a password the data is encrypted, and
the headers too if wanted. The same input gives the same bytes.

Source: "RAR 5.0 archive format" (technote of WinRAR 5): vint, general block format, main,
file, encryption and end of archive headers, file encryption record.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SIGNATURE = b"Rar!\x1a\x07\x01\x00"

MAIN, FILE, SERVICE, ENCRYPTION, END = 1, 2, 3, 4, 5
EXTRA_AREA, DATA_AREA = 0x01, 0x02
_UNIX_TIME, _HAS_CRC, _DIRECTORY = 0x02, 0x04, 0x01
_UNIX_HOST = 1
_FILE_MODE, _FOLDER_MODE = 0o100644, 0o40755
_PASSWORD_CHECK = 0x01
_ITERATIONS_LOG2 = 15
"""What WinRAR uses: 2^15 rounds of PBKDF2-HMAC-SHA256."""
_WHEN = 1_621_209_600
"""2021-05-17 00:00 UTC, seconds since 1970: the time on every member."""
_AES_BLOCK = 16


def rar5(
    members: Sequence[tuple[str, bytes]],
    *,
    password: str | None = None,
    encrypt_headers: bool = False,
    seed: bytes = b"demo",
) -> bytes:
    """An archive of the members (name with "/", content); a name ending in "/" is a folder.

    seed: what salt and initialisation vectors are made from, instead of chance.
    """
    if password is None:
        blocks = (_file(name, data) for name, data in members)
        return SIGNATURE + main_header() + b"".join(blocks) + end_header()
    lock = _Lock.made(password, seed)
    head = encryption_header(lock) if encrypt_headers else b""
    out = [SIGNATURE, head, _sealed(main_header(), lock, b"main", encrypt_headers)]
    for number, (name, data) in enumerate(members):
        mark = f"{number} {name}".encode()
        vector = lock.vector(b"data " + mark)
        packed = b"" if name.endswith("/") else lock.encrypt(data, vector)
        record = b"" if name.endswith("/") else _encryption_record(lock, vector)
        header = file_header(name, data, packed_size=len(packed), extra=record)
        out += [_sealed(header, lock, b"head " + mark, encrypt_headers), packed]
    return b"".join([*out, _sealed(end_header(), lock, b"end", encrypt_headers)])


def vint(number: int) -> bytes:
    """A variable length integer: seven bits a byte, lowest first, the high bit means more."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def block(
    kind: int, body: bytes, *, flags: int = 0, extra: bytes = b"", data_size: int = 0
) -> bytes:
    """A header: CRC-32, size, type, flags, sizes of extra and data area, body, extra area."""
    flags |= (EXTRA_AREA if extra else 0) | (DATA_AREA if data_size else 0)
    header = vint(kind) + vint(flags)
    header += vint(len(extra)) if extra else b""
    header += vint(data_size) if data_size else b""
    header += body + extra
    header = vint(len(header)) + header
    return struct.pack("<I", zlib.crc32(header)) + header


def record(kind: int, body: bytes) -> bytes:
    """One record of an extra area."""
    content = vint(kind) + body
    return vint(len(content)) + content


def main_header(*, volume: int | None = None) -> bytes:
    """The main archive header; volume: from 0, for one of several."""
    if volume is None:
        return block(MAIN, vint(0))
    return block(MAIN, vint(0x01 | 0x02) + vint(volume) if volume else vint(0x01))


def end_header(*, more: bool = False) -> bytes:
    """The end of archive header; more: another volume follows."""
    return block(END, vint(1 if more else 0))


def file_header(
    name: str | bytes,
    data: bytes,
    *,
    packed_size: int | None = None,
    extra: bytes = b"",
    flags: int = 0,
    size: int | None = None,
    crc: int | None = None,
) -> bytes:
    """A file header for stored data; size and crc: other than the data's, where wanted."""
    raw = name.encode() if isinstance(name, str) else name
    folder = raw.endswith(b"/")
    raw = raw.rstrip(b"/")
    body = vint(_UNIX_TIME | (_DIRECTORY if folder else _HAS_CRC))
    body += vint(len(data) if size is None else size)
    body += vint(_FOLDER_MODE if folder else _FILE_MODE)
    body += struct.pack("<I", _WHEN)
    if not folder:
        body += struct.pack("<I", zlib.crc32(data) if crc is None else crc)
    body += vint(0) + vint(_UNIX_HOST) + vint(len(raw)) + raw
    area = len(data) if packed_size is None else packed_size
    return block(FILE, body, flags=flags, extra=extra, data_size=area)


def encryption_header(lock: _Lock) -> bytes:
    """The archive encryption header: all that follows is encrypted."""
    body = vint(0) + vint(_PASSWORD_CHECK) + bytes([_ITERATIONS_LOG2]) + lock.salt + lock.check
    return block(ENCRYPTION, body)


def _file(name: str, data: bytes) -> bytes:
    return file_header(name, data) + data


def _encryption_record(lock: _Lock, vector: bytes) -> bytes:
    body = vint(0) + vint(_PASSWORD_CHECK) + bytes([_ITERATIONS_LOG2])
    return record(0x01, body + lock.salt + vector + lock.check)


def _sealed(header: bytes, lock: _Lock, mark: bytes, encrypt: bool) -> bytes:
    """A header as it stands in the archive: encrypted, with its vector before it, or as it is."""
    if not encrypt:
        return header
    vector = lock.vector(mark)
    return vector + lock.encrypt(header, vector)


@dataclass(frozen=True, slots=True)
class _Lock:
    """What a password becomes: 16 bytes of salt, the AES-256 key, and 12 bytes that tell a
    wrong password (eight of check, four of their SHA-256)."""

    salt: bytes
    key: bytes
    check: bytes

    @classmethod
    def made(cls, password: str, seed: bytes) -> _Lock:
        salt = hashlib.sha256(b"salt " + seed).digest()[:16]
        rounds = 1 << _ITERATIONS_LOG2
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
        value = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds + 32)
        folded = bytes(value[i] ^ value[i + 8] ^ value[i + 16] ^ value[i + 24] for i in range(8))
        return cls(salt, key, folded + hashlib.sha256(folded).digest()[:4])

    def vector(self, mark: bytes) -> bytes:
        return hashlib.sha256(b"vector " + self.salt + mark).digest()[:_AES_BLOCK]

    def encrypt(self, data: bytes, vector: bytes) -> bytes:
        padded = data + b"\0" * (-len(data) % _AES_BLOCK)
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(vector)).encryptor()
        return encryptor.update(padded) + encryptor.finalize()
