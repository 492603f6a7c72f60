"""Signatures beside a file, in the form of minisign: any copy of that program can check them.

Source: https://jedisct1.github.io/minisign/ (formats of public keys and signatures; "ED" signs
the BLAKE2b-512 digest of the file, the second signature covers the first and the comment).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LONGEST = 4096
"""Bytes of a signature's file that can be one of ours."""
UNTRUSTED, TRUSTED = "untrusted comment: ", "trusted comment: "


@dataclass(frozen=True, slots=True)
class Signature:
    """key_id: 16 hex digits. comment: signed as well. both: the signature of the file's digest,
    and that of the first and the comment."""

    key_id: str
    comment: str
    both: tuple[bytes, bytes]


def sign(data: bytes, key: Ed25519PrivateKey, comment: str) -> bytes:
    """The signature's file. comment: one line, ASCII."""
    first = key.sign(_digest(data))
    second = key.sign(first + comment.encode("ascii"))
    head = b"ED" + _raw_id(key.public_key()) + first
    lines = (
        f"{UNTRUSTED}Ed25519 signature, minisign format",
        _text(head),
        TRUSTED + comment,
        _text(second),
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def read_signature(data: bytes) -> Signature:
    """Raises: ValueError where it is not the file of such a signature."""
    if len(data) > LONGEST:
        raise ValueError("too long")
    lines = data.decode("ascii").replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) != 4 or not lines[0].startswith(UNTRUSTED) or not lines[2].startswith(TRUSTED):
        raise ValueError("not the four lines of a signature")
    head, second = _bytes(lines[1], 74), _bytes(lines[3], 64)
    if head[:2] != b"ED":
        raise ValueError("not a signature of a digest")
    return Signature(_shown_id(head[2:10]), lines[2].removeprefix(TRUSTED), (head[10:], second))


def is_good(signature: Signature, data: bytes, key: Ed25519PublicKey) -> bool:
    """Whether file and comment are what was signed."""
    first, second = signature.both
    try:
        key.verify(first, _digest(data))
        key.verify(second, first + signature.comment.encode("ascii"))
    except InvalidSignature:
        return False
    return True


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a public key: the first 8 bytes of its SHA-256, as minisign writes an id."""
    return _shown_id(_raw_id(key))


def encode_public_key(key: Ed25519PublicKey) -> str:
    raw = _raw_id(key)
    text = _text(b"Ed" + raw + key.public_bytes_raw())
    return f"{UNTRUSTED}minisign public key {_shown_id(raw)}\n{text}\n"


def decode_public_key(text: str) -> Ed25519PublicKey:
    """Raises: ValueError where it is not one, or its id is not made as ours are."""
    lines = text.splitlines()
    if len(lines) != 2:
        raise ValueError("not the two lines of a public key")
    data = _bytes(lines[1], 42)
    key = Ed25519PublicKey.from_public_bytes(data[10:])
    if data[:10] != b"Ed" + _raw_id(key):
        raise ValueError("the id is not the key's")
    return key


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=64).digest()


def _raw_id(key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(key.public_bytes_raw()).digest()[:8]


def _shown_id(raw: bytes) -> str:
    return f"{int.from_bytes(raw, 'little'):016X}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str, length: int) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(data) != length or _text(data) != text:
        raise ValueError("not of the form that it has to have")
    return data
