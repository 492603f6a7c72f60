"""Addresses, date and Received by mail-parser, fed with a few repaired headers.

mail-parser reads address syntax better than the standard library, but it decodes words by
themselves, leaves those in quotes, drops bytes that are not of the declared charset, and takes
the first of two From headers. So what we decoded goes in as an atom of letters and digits and
is put back into the names afterwards: no decoded comma or angle bracket can become syntax.
The body stays out of it: mail-parser normalises text to NFC, and an applicant's text is kept
as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import mailparser

from model.message import Address
from parsers.message.headers import RawHeader, decode_header, one_line, tokens_of

ADDRESS_HEADERS = ("from", "to", "cc", "reply-to")
_ADDR_SPEC = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-])"
)
_LOOSE_DATE = re.compile(
    r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?[T\s]{0,3}(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:\.\d{1,9})?\s{0,3}(?:(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})|(Z|GMT|UTC))"
)
_FULL_WIDTH = re.compile("[＜＞＠]")
_REPEATED = re.compile(r"([,;])[\s,;]{20,}")
_SEMICOLON = re.compile(r"(?<=[\w>])\s{0,9};(?=[^;,\"@]{0,200}@)")
"""A semicolon between two addresses, as Outlook shows them."""
_ATOM = re.compile(r"w[0-9a-f]{24}n[0-9]{1,7}w")
_SPACED = re.compile(r"\s{0,3}(?:GMT|UTC)([+-]\d{2}):?(\d{2})")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What mail-parser made of the headers.

    repaired: headers whose one address we had to find in their text. unread: headers of which
    an item, or all, is no address by any reading. cut: headers that were too long to read whole.
    """

    addresses: dict[str, tuple[Address, ...]]
    sent_at: datetime | None
    repaired: tuple[str, ...]
    unread: tuple[str, ...]
    cut: tuple[str, ...]


def read_envelope(headers: Sequence[RawHeader], address_bytes: int, nearby: str = "") -> Envelope:
    """Addresses of all headers of a kind together; the first Date that can be read.

    address_bytes: how much is read of the headers of one kind. nearby: see `decode_header`.
    """
    atoms: dict[str, str] = {}
    lines = []
    cut = []
    for name in ADDRESS_HEADERS:
        values = [_atomised(one.value, atoms, nearby) for one in headers if one.name == name]
        if values:
            line = _REPEATED.sub(r"\1", ", ".join(value for value in values if value))
            if len(line) > address_bytes:
                cut.append(name)
                line = line[: max(0, line.rfind(",", 0, address_bytes))]
            lines.append(f"{name}: {line if ':' in line else _SEMICOLON.sub(',', line)}")
    dates = [decode_header(header.value).text for header in headers if header.name == "date"]
    mail = _parse("\n".join(lines) + "\n\n")
    addresses: dict[str, tuple[Address, ...]] = {}
    repaired = []
    if mail is None:
        unread = [line.split(":")[0] for line in lines]
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in ADDRESS_HEADERS}
    else:
        defects = mail.address_header_defects
        unread = [defect["header"] for defect in defects if not defect["recovered"]]
        found = {
            "from": mail.from_, "to": mail.to, "cc": mail.cc, "reply-to": mail.reply_to,
        }  # fmt: skip
    for name in ADDRESS_HEADERS:
        addresses[name] = tuple(
            Address(_restored(display, atoms), _restored(address, atoms))
            for display, address in found[name] or ()
            if "@" in address and not _FULL_WIDTH.search(address)
        )
        if not addresses[name]:
            addresses[name] = _loose(headers, name)
            if addresses[name]:
                repaired.append(name)
                unread = [other for other in unread if other != name]
    sent_at = next((date for text in dates if (date := read_date(text))), None)
    return Envelope(addresses, sent_at, tuple(repaired), tuple(dict.fromkeys(unread)), tuple(cut))


def _parse(text: str) -> Any:
    try:
        return mailparser.parse_from_string(text)
    except Exception:  # noqa: BLE001 - another's parser on hostile headers; None is told by callers
        return None


def received_at(headers: Sequence[RawHeader]) -> datetime | None:
    """When the topmost Received header says that the last server took the mail, with zone."""
    top = next((header.value for header in headers if header.name == "received"), None)
    if top is None:
        return None
    _, _, date = decode_header(top).text.rpartition(";")
    return read_date(date.strip())


def read_date(text: str) -> datetime | None:
    """A Date header, with the zone it was written in: mail-parser, then looser forms."""
    text = _SPACED.sub(r" \1\2", one_line(text).strip()[:200])
    mail = _parse(f"date: {text}\n\n")
    if mail is not None and mail.date is not None:
        return _zoned(mail.date, mail.timezone)
    loose = _LOOSE_DATE.search(text)
    try:
        if loose is None:
            parsed = parsedate_to_datetime(text)
            return parsed if parsed.tzinfo else None
        year, month, day, hour, minute = (int(loose[group]) for group in range(1, 6))
        offset = timedelta(hours=int(loose[8] or 0), minutes=int(loose[9] or 0))
        zone = timezone(-offset if loose[7] == "-" else offset)
        return datetime(year, month, day, hour, minute, int(loose[6] or 0), tzinfo=zone)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None  # no date by any reading; the caller says so


def _zoned(moment: datetime, offset_hours: str | float) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)  # noqa: UP017
    try:
        return aware.astimezone(timezone(timedelta(hours=float(offset_hours))))
    except (ValueError, OverflowError):
        return aware


def _atomised(value: bytes, atoms: dict[str, str], nearby: str) -> str:
    """The header with each run of encoded words as one atom; raw text stays, decoded."""
    out = []
    # Nobody can have written these names into the header.
    key = hashlib.sha256(value).hexdigest()[:24]
    equals = f"w{key}n0w"
    atoms[equals] = "=?"
    for number, token in enumerate(tokens_of(value, nearby), start=1):
        if token.word:
            atom = f"w{key}n{number}w"
            atoms[atom] = token.text
            out.append(atom)
        else:
            # What is left of a broken word would be decoded by mail-parser, and may stop it.
            out.append(token.text.replace("=?", equals))
    return one_line("".join(out)).strip().strip(",")


def _restored(text: str, atoms: dict[str, str]) -> str:
    return one_line(_ATOM.sub(lambda match: atoms.get(match[0], match[0]), text)).strip()


def _loose(headers: Sequence[RawHeader], name: str) -> tuple[Address, ...]:
    """The address in a header that no grammar allows, if there is exactly one in it."""
    text = ", ".join(decode_header(header.value).text for header in headers if header.name == name)
    found = list(dict.fromkeys(match[0] for match in _ADDR_SPEC.finditer(text)))
    if len(found) != 1:
        return ()
    display = text.split(found[0])[0].strip(" <＜\"',;:[（(")
    return (Address(display, found[0]),)
