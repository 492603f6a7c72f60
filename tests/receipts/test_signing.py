"""Keys and signatures: made once, kept for ever, checked by others' rules."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from model.errors import SettingsError
from receipts import minisign
from receipts.signing import PRIVATE, SigningKey, public_keys, signing_key

DATA = b"%PDF-1.7 \x00\xff"


def _pem(key: object, lock: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(  # type: ignore[attr-defined, no-any-return]
        Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption()
    )


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first, second = signing_key(folder), signing_key(folder)
    assert first.id == second.id
    assert stat.S_IMODE((folder / PRIVATE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(one.name for one in folder.iterdir()) == sorted([PRIVATE, f"{first.id}.pub"])
    assert list(public_keys(folder)) == [first.id]


def test_processes_that_come_at_once_get_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    start, ready = os.pipe()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            os.read(start, 1)
            (tmp_path / f"{os.getpid()}.id").write_text(signing_key(folder).id)
            os._exit(0)
        children.append(child)
    os.write(ready, b"x" * len(children))
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    made = {one.read_text() for one in tmp_path.glob("*.id")}
    assert len(list(tmp_path.glob("*.id"))) == len(children)
    assert made == set(public_keys(folder)) == {signing_key(folder).id}
    assert not list(folder.glob(".*"))


def test_another_key_leaves_the_old_receipts_checkable(tmp_path: Path) -> None:
    old = signing_key(tmp_path)
    signature = minisign.sign(DATA, old.private, "old")
    (tmp_path / PRIVATE).unlink()
    new = signing_key(tmp_path)
    assert new.id != old.id
    keys = public_keys(tmp_path)
    assert set(keys) == {old.id, new.id}
    read = minisign.read_signature(signature)
    assert read.key_id == old.id
    assert minisign.is_good(read, DATA, keys[old.id])
    assert not minisign.is_good(read, DATA, keys[new.id])


def test_a_key_of_the_operators_own(tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    private = Ed25519PrivateKey.generate()
    own.write_bytes(_pem(private))
    folder = tmp_path / "keys"
    assert signing_key(folder, own).id == minisign.key_id(private.public_key())
    assert not (folder / PRIVATE).exists()
    assert len(public_keys(folder)) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "cannot be used"),  # a secret that was not mounted must not become a new key
        (b"", "no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"),
        (_pem(generate_private_key(SECP256R1())), "not of the kind Ed25519"),
        (_pem(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"x")), "without a password"),
    ],
    ids=["missing", "empty", "garbage", "elliptic", "locked"],
)
def test_a_key_that_cannot_be_used(tmp_path: Path, data: bytes | None, said: str) -> None:
    own = tmp_path / "own.pem"
    if data is not None:
        own.write_bytes(data)
    with pytest.raises(SettingsError, match=said):
        signing_key(tmp_path / "keys", own)
    assert not list((tmp_path / "keys").glob("*.p*"))


def test_a_broken_public_key_is_told(tmp_path: Path) -> None:
    key = signing_key(tmp_path)
    file = tmp_path / f"{key.id}.pub"
    file.write_text(file.read_text().replace("RW", "RX"))
    with pytest.raises(SettingsError, match=key.id):
        public_keys(tmp_path)


def test_the_form_is_that_of_minisign() -> None:
    """By the page of its formats, without our own reader."""
    key = SigningKey.throwaway()
    lines = minisign.sign(DATA, key.private, "HZ1|x").decode("ascii").splitlines()
    head, second = base64.b64decode(lines[1]), base64.b64decode(lines[3])
    assert lines[0].startswith("untrusted comment: ")
    assert lines[2] == "trusted comment: HZ1|x"
    assert head[:2] == b"ED"
    digest = hashlib.blake2b(DATA).digest()
    public = key.private.public_key()
    public.verify(head[10:], digest)
    public.verify(second, head[10:] + b"HZ1|x")
    shown = minisign.encode_public_key(public).splitlines()
    raw = base64.b64decode(shown[1])
    assert raw == b"Ed" + head[2:10] + public.public_bytes_raw()
    assert shown[0].endswith(f"{int.from_bytes(head[2:10], 'little'):016X}")


@pytest.mark.parametrize("place", range(0, 250, 7))
def test_a_signature_with_one_letter_changed(place: int) -> None:
    key = SigningKey.throwaway()
    signature = bytearray(minisign.sign(DATA, key.private, "HZ1|x"))
    first = signature.index(b"\n") + 1  # what stands before is not trusted, and says so
    place = first + place % (len(signature) - first)
    signature[place] ^= 1
    try:
        read = minisign.read_signature(bytes(signature))
    except ValueError:
        return
    good = read.key_id == key.id and minisign.is_good(read, DATA, key.private.public_key())
    assert not good


def test_another_file_is_not_what_was_signed() -> None:
    key = SigningKey.throwaway()
    read = minisign.read_signature(minisign.sign(DATA, key.private, "x"))
    assert minisign.is_good(read, DATA, key.private.public_key())
    assert not minisign.is_good(read, DATA + b"\n", key.private.public_key())


@pytest.mark.parametrize("data", [b"", b"x", b"\xff" * 300, b"a\nb\nc\nd\n", b"x" * 10_000])
def test_what_is_no_signature(data: bytes) -> None:
    with pytest.raises(ValueError):
        minisign.read_signature(data)
