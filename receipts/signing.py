"""The key that receipts are signed with, and the public keys that they can be checked by.

The private key is PKCS 8 in PEM, mode 0600; Ed25519 (RFC 8032). Of every key that was ever used
the public half stays in the same folder under its id, so that receipts outlive a change of keys:
put another key in the private one's place, or take it away, and the next receipt has the new one.

Residual risk: whoever can read the private key can make receipts; the ledger does not know them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from model.errors import SettingsError
from receipts.minisign import decode_public_key, encode_public_key, key_id

PRIVATE = "receipt.pem"
PublicKeys = Mapping[str, Ed25519PublicKey]
"""By key id, 16 hex digits."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """id: 16 hex digits that name its public half."""

    id: str
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> SigningKey:
        return cls(key_id(private.public_key()), private)

    @classmethod
    def throwaway(cls) -> SigningKey:
        """A key that nobody keeps: for samples, which must not pass for receipts."""
        return cls.of(Ed25519PrivateKey.generate())


def signing_key(folder: Path, own: Path | None = None) -> SigningKey:
    """The key in force; its public half lies in the folder when this returns.

    folder: where keys are kept. own: a private key that the operator keeps elsewhere; without it
    `receipt.pem` in the folder, which is made where there is none. Processes that come at the
    same time get the same one.

    Raises: SettingsError where the key cannot be read, or is of another kind.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if own is None:
            _make_once(folder / PRIVATE)
        key = SigningKey.of(_read(own or folder / PRIVATE))
        _keep_public(folder, key)
    except OSError as error:
        raise SettingsError(
            f"The key for receipts cannot be used: {error.strerror}: {error.filename}.",
            "Mend the permissions of that path, or bring the file back from a backup.",
        ) from error
    return key


def public_keys(folder: Path) -> PublicKeys:
    """Every key that receipts were ever signed with here.

    Raises: SettingsError where a file is no public key of this form.
    """
    found = {}
    for file in sorted(folder.glob("*.pub")):
        try:
            key = decode_public_key(file.read_text("utf-8"))
        except (ValueError, OSError) as error:
            raise SettingsError(
                f"{file}: this is no public key in the form of minisign: {error}.",
                "Bring it back from a backup; receipts signed with it cannot be checked without.",
            ) from error
        found[key_id(key)] = key
    return found


def _make_once(file: Path) -> None:
    """A new key under this name, unless there is one: a link is made whole or not at all."""
    if file.exists():
        return
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    beside = _written(file, pem, 0o600)
    try:
        os.link(beside, file)
    except FileExistsError:
        return  # another process was first, and its key counts
    finally:
        beside.unlink()
    _sync_folder(file.parent)


def _keep_public(folder: Path, key: SigningKey) -> None:
    file = folder / f"{key.id}.pub"
    if not file.exists():
        text = encode_public_key(key.private.public_key())
        _written(file, text.encode("ascii"), 0o644).rename(file)
        _sync_folder(folder)


def _read(file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise SettingsError(
            f"{file}: this is no private key in PEM without a password.",
            "Make one with `openssl genpkey -algorithm ed25519`.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(
            f"{file}: this key is not of the kind Ed25519.",
            "Make one with `openssl genpkey -algorithm ed25519`.",
        )
    return key


def _written(file: Path, data: bytes, mode: int) -> Path:
    """The bytes on the disk, in a file of its own beside the one that is meant."""
    beside = file.with_name(f".{file.name}.{uuid4().hex}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as stream:  # noqa: PTH123 - it is open already
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return beside


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
