"""Received headers (RFC 5321 4.4) as Postfix, Exim, qmail, Exchange, Coremail write them.

Residual risk: the name behind HELO is the sender's word, and so is every header further down.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from model.authenticity import Hop
from parsers.authenticity.results import after_comment

TEXT_CHARACTERS = 4_000
_KEYWORDS = frozenset({"from", "by", "via", "with", "id", "for"})
_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]{3,45})\]", re.IGNORECASE)
_BARE_ADDRESS = re.compile(
    r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.:])"
)
_SAID = re.compile(r"\b(?:helo|ehlo)[ =]\s*([^\s()\[\]]+)", re.IGNORECASE)
_REVERSE = re.compile(r"\(\s*([\w.-]+\.[\w-]+)\.?\s*\(?\s*\[")
_NO_NAME = frozenset({"unknown", "unverified", "no-reverse-dns"})


def read_received(text: str) -> Hop:
    """One header's value, unfolded; what it does not say stays ""."""
    text = text[:TEXT_CHARACTERS]
    body, semicolon, date = text.rpartition(";")
    clauses = _clauses(body if semicolon else text)
    source = clauses.get("from", "")
    helo, host, ip = _source(source)
    return Hop(
        helo=helo,
        host=host,
        ip=ip,
        by=_first(clauses.get("by", "")),
        protocol=_plain(clauses.get("with", "")),
        at=_moment(date) if semicolon else None,
        text=text,
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip()[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # the header's text is kept, so its date can be read by a person
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000": RFC 5322, 3.3


def _source(source: str) -> tuple[str, str, str]:
    first = _first(source)
    said = _SAID.search(source)
    reverse = _REVERSE.search(source)
    host = reverse[1] if reverse else ""
    helo = first
    if said:  # Exim and qmail put the reverse name first, and HELO in a comment
        helo = said[1].strip("[]")
        host = host or (first if not first.startswith("[") else "")
    if host.lower() in _NO_NAME:
        host = ""
    ip = next(
        (
            address
            for pattern in (_ADDRESS, _BARE_ADDRESS)
            for match in pattern.finditer(source)
            if (address := _address(match[1]))
        ),
        "",
    )
    return helo, host, ip


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def _clauses(text: str) -> dict[str, str]:
    """What stands behind each keyword, comments included; the first of a kind counts."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        if text[at] == "(":
            at = after_comment(text, at)
        else:
            while at < len(text) and not text[at].isspace() and text[at] != "(":
                at += 1
        piece = text[start:at]
        # A keyword ends a clause only if that has a value: a host may be called "by".
        if piece.lower() in _KEYWORDS and (current is None or current):
            # Of a second clause of the same kind nothing is kept.
            current = [] if piece.lower() in found else found.setdefault(piece.lower(), [])
        elif current is not None:
            current.append(piece)
    return {name: " ".join(pieces) for name, pieces in found.items()}


def _first(clause: str) -> str:
    word = clause.split(" ", 1)[0]
    return "" if word.startswith("(") else word


def _plain(clause: str) -> str:
    """The clause without its comments."""
    out = []
    at = 0
    while at < len(clause):
        if clause[at] == "(":
            at = after_comment(clause, at)
        else:
            out.append(clause[at])
            at += 1
    return " ".join("".join(out).split())
