"""What one case of the hostile set says, and the words that all of its modules share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.builders.mails import mail, multipart, part

NUMBER = "ZB20210137"
UNIT = "山东某某精密机械制造有限公司"
SUBJECT = f"{NUMBER}+{UNIT}"
NAME = f"{SUBJECT}.rar"
RARE = "朱镕基龑𠮷㐀"
"""镕 and 龑 stand in GBK but not in GB2312; 𠮷 and 㐀 take four bytes of GB18030."""
PACK = b"Rar!\x1a\x07\x01\x00" + bytes(range(256)) * 3
SHEET = b"%PDF-1.4\n" + bytes(reversed(range(256)))
ADDRESS = "a@example.cn"
HELLO = b"hello\n"

Files = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HostileMail:
    """One mail and what a careful clerk would read in it.

    source: the bytes, or what makes them where they are many. sender: (display name, address),
    the name None where no reading of it is the right one. files: (name, SHA-256 in hex) in order;
    whole: these and no others, else at least these, in this order. codes: findings that must be
    there. text: words that must stand in the text. clean: no finding at all. sent: of the Date
    header. flat: the files that a reader gives which opens inner mails itself.
    why: what makes it right.
    """

    name: str
    source: bytes | Callable[[], bytes]
    subject: str
    sender: tuple[tuple[str | None, str], ...]
    files: Files
    codes: frozenset[str]
    text: str | None
    why: str
    whole: bool = True
    clean: bool = False
    sent: datetime | None = None
    flat: Files | None = None

    @property
    def raw(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def case(
    name: str,
    source: bytes | Callable[[], bytes],
    why: str,
    *,
    subject: str = "test",
    sender: Sequence[tuple[str | None, str]] = (("", ADDRESS),),
    files: Iterable[tuple[str, bytes]] = (),
    codes: Iterable[str] = (),
    text: str | None = None,
    whole: bool = True,
    clean: bool = False,
    sent: datetime | None = None,
    flat: Iterable[tuple[str, bytes]] | None = None,
) -> HostileMail:
    """A case; codes come without their "message." prefix, files with their bytes."""
    return HostileMail(
        name=name,
        source=source,
        subject=subject,
        sender=tuple(sender),
        files=_digests(files),
        codes=frozenset(f"message.{code}" for code in codes),
        text=text,
        why=why,
        whole=whole,
        clean=clean,
        sent=sent,
        flat=None if flat is None else _digests(flat),
    )


def _digests(files: Iterable[tuple[str, bytes]]) -> Files:
    return tuple((name, digest(data)) for name, data in files)


def subject_case(
    name: str, raw: bytes, expected: str, why: str, *, codes: Iterable[str] = ()
) -> HostileMail:
    """A mail of one line whose Subject is given raw."""
    source = mail(b"\n" + HELLO, subject=raw)
    return case(f"subject: {name}", source, why, subject=expected, codes=codes, text="hello")


def sender_case(
    name: str,
    raw: bytes,
    expected: Sequence[tuple[str | None, str]],
    why: str,
    *,
    codes: Iterable[str] = (),
) -> HostileMail:
    """A mail of one line whose From is given raw."""
    source = mail(b"\n" + HELLO, sender=raw)
    return case(f"sender: {name}", source, why, sender=expected, codes=codes, text="hello")


def name_case(
    name: str,
    disposition: bytes,
    expected: str,
    why: str,
    *,
    media_type: bytes = b"application/octet-stream",
    more: bytes = b"",
    codes: Iterable[str] = (),
) -> HostileMail:
    """A mail with one attachment whose headers are given raw."""
    one = part(PACK, disposition=disposition, media_type=media_type, more=more)
    source = mail(multipart(text_part(HELLO), one))
    files = [(expected, PACK)]
    return case(f"name: {name}", source, why, files=files, codes=codes, text="hello")


def text_part(data: bytes, media_type: bytes = b"text/plain") -> bytes:
    return part(data, media_type=media_type, encoding="")


def file_part(data: bytes = PACK, name: bytes = b"a.rar", more: bytes = b"") -> bytes:
    """An attachment with a plain name."""
    return part(data, disposition=b'attachment; filename="' + name + b'"', more=more)


def percent(data: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in data)
