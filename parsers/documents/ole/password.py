"""Opens Office files that are closed with a password, where the password is known.

Source: [MS-OFFCRYPTO] 2.3 (structures), 2.4.1 (default passwords); through msoffcrypto. Reads .doc
(RC4), .xls (RC4, XOR), .ppt (RC4) and OOXML in a compound file (standard and agile encryption).

Residual risks: the sender sets how often a password is hashed; beyond the limit nothing is tried.
XOR obfuscation of .doc files, rights management and encryption of OOXML by foreign providers are
not opened. The plain copy lies in a private folder while it is read; a process that is killed
leaves it there.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from model.document import Document, ReadRequest
from model.finding import Finding
from parsers.documents.ole.directory import ENCRYPTED_OOXML, SIGNATURE
from parsers.documents.ole.file import chains_end, open_ole, stream
from parsers.documents.ooxml.package import Unreadable

CLOSED = "document.encrypted"
_KINDS = (
    ENCRYPTED_OOXML, "application/msword", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
)  # fmt: skip
_DEFAULTS = {
    ENCRYPTED_OOXML: "VelvetSweatshop",
    "application/vnd.ms-excel": "VelvetSweatshop",
    "application/vnd.ms-powerpoint": "/01Hannes Ruescher/01",
}
"""Programs close files with these where only changes are to be kept off; everyone can open them
([MS-OFFCRYPTO] 2.4.2.3; [MS-PPT] 2.3.7)."""
_MOST_SPINS = 1_000_000
"""Hashes for one password; Word writes 100,000."""
_MOST_WORK = 8_000_000
"""Hashes for all passwords together, some ten seconds."""
_WRITTEN = (
    "WordDocument", "0Table", "1Table", "Data", "Workbook", "PowerPoint Document", "Current User",
)  # fmt: skip
"""Streams that the library writes back in their places."""
_ZIP = b"PK\x03\x04"
_INFO_BYTES = 1 << 16
_SPIN = re.compile(rb"""spinCount\s*=\s*["']([^"']*)["']""")

Read = Callable[[Path], Document]


def is_closed(document: Document) -> bool:
    """Whether a file could not be read for want of a password that may be tried here."""
    return document.media_type in _KINDS and any(one.code == CLOSED for one in document.findings)


def read_closed(path: Path, closed: Document, request: ReadRequest, read: Read) -> Document:
    """The document read with the first password that opens it, else as it was: closed.

    closed: what reading without one gave. read: reads the plain copy.
    """
    try:
        tried = _allowed(path, closed.media_type, request)
        with _plain_copy(path, tried) as (plain, password):
            if plain is None:
                return closed
            document = read(plain)
    except Unreadable as error:
        return replace(closed, findings=(error.finding,))
    note = () if password == _DEFAULTS.get(closed.media_type) else (Finding("office.opened"),)
    return replace(document, findings=(*note, *document.findings))


def _allowed(path: Path, kind: str, request: ReadRequest) -> tuple[str, ...]:
    """The passwords that may be tried for their cost.

    Raises: Unreadable where one alone costs too much, or the file is too large.
    """
    passwords = tuple(dict.fromkeys((*request.passwords, _DEFAULTS.get(kind, ""))))
    if path.stat().st_size > request.limits.total_bytes:
        raise Unreadable("document.limit_parts", part="EncryptedPackage")
    if kind != ENCRYPTED_OOXML:
        return passwords if _can_be_written(path) else ()
    with open_ole(path) as ole:
        few = replace(request.limits, part_bytes=_INFO_BYTES)
        info = stream(ole, "EncryptionInfo", few, missing=b"")
    if not info:
        return ()
    # In UTF-16 the letters have zeros between them.
    narrow = info.replace(b"\0", b"")
    counts = _SPIN.findall(narrow)
    spins = max((int(one) if one.isdigit() else _MOST_SPINS + 1 for one in counts), default=0)
    if spins > _MOST_SPINS or b"<!" in narrow:
        raise Unreadable("office.costly_password", count=str(spins))
    return passwords[: _MOST_WORK // spins] if spins else passwords


def _can_be_written(path: Path) -> bool:
    with open_ole(path) as ole:
        try:
            return chains_end(ole, _WRITTEN)
        except Exception as error:
            raise Unreadable("document.broken") from error


@contextmanager
def _plain_copy(path: Path, passwords: tuple[str, ...]) -> Iterator[tuple[Path | None, str]]:
    """A readable copy in a private folder and the password that made it; None where none did."""
    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        plain = Path(folder) / "member"
        for password in passwords:
            if password and _decrypted(path, password, plain):
                yield plain, password
                return
        yield None, ""


def _decrypted(path: Path, password: str, plain: Path) -> bool:
    from msoffcrypto import OfficeFile

    try:
        with path.open("rb") as file, plain.open("wb") as target:
            office = OfficeFile(file)
            # What comes out proves the password; to prove it beforehand costs as much again.
            office.load_key(password=password)
            office.decrypt(target)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what the library raises on broken files has no end
        return False
    with plain.open("rb") as file:
        return file.read(len(_ZIP)) in (_ZIP, SIGNATURE[: len(_ZIP)])
