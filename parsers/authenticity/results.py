"""Authentication-Results headers (RFC 8601 2.2), as servers really write them.

Kept beyond the grammar: no authserv-id at all (Exchange Online), values with "=" outside quotes,
comments anywhere, unclosed comments and quotes.

Residual risk: anybody can write such a header; `evidence.py` says which ones count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from model.authenticity import MethodResult

TEXT_CHARACTERS = 16 << 10
RESULTS = 50
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r'[^\s;="()]+')
_VALUE = re.compile(r'[^\s;"()]+')


class _Token(NamedTuple):
    """kind: "word", "=", ";" or "quoted"."""

    kind: str
    text: str


class Read(NamedTuple):
    """server: the authserv-id, "" if there is none. whole: every part was of the form."""

    server: str
    results: tuple[MethodResult, ...]
    whole: bool


def read_results(text: str) -> Read:
    """One header's value, unfolded."""
    whole = len(text) <= TEXT_CHARACTERS
    parts: list[list[_Token]] = [[]]
    for token in _tokens(text[:TEXT_CHARACTERS]):
        if token.kind == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    server = ""
    if not any(token.kind == "=" for token in parts[0]):
        # A version may stand behind it; there is only one so far.
        server = parts[0][0].text.lower() if parts[0] else ""
        parts = parts[1:]
    results = []
    for part in parts[:RESULTS]:
        if not part or (len(part) == 1 and part[0].text.lower() == "none"):
            continue
        result = _result(part)
        if result is None:
            whole = False
        else:
            results.append(result)
    return Read(server, tuple(results), whole and len(parts) <= RESULTS)


def _result(part: list[_Token]) -> MethodResult | None:
    """method [/version] = result [reason = value] (type.property = value)*"""
    pairs: list[tuple[str, str]] = []
    name = ""
    at = 0
    while at < len(part):
        if part[at].kind != "=":
            # "smtp . mailfrom" may be written apart
            name += part[at].text if not name or name.endswith((".", "/")) else ""
            if at + 1 < len(part) and part[at + 1].text[:1] in (".", "/") and name:
                name += part[at + 1].text
                at += 1
        elif not name or at + 1 >= len(part):
            return None
        else:
            pairs.append((name, part[at + 1].text))
            name = ""
            at += 1
        at += 1
    if not pairs or name:
        return None
    method = pairs[0][0].partition("/")[0].lower()
    reason = next((value for key, value in pairs[1:] if key.lower() == "reason"), "")
    properties = tuple((key.lower(), value) for key, value in pairs[1:] if key.lower() != "reason")
    return MethodResult(method, pairs[0][1].lower(), reason, properties)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    after_equals = False
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        mark = text[at]
        if mark == "(":
            at = after_comment(text, at)
            continue
        if mark == '"':
            value, at = _quoted(text, at)
            yield _Token("quoted", value)
            after_equals = False
        elif word := (_VALUE if after_equals else _WORD).match(text, at):
            yield _Token("word", word[0])
            at = word.end()
            after_equals = False
        else:
            if mark in "=;":
                yield _Token(mark, mark)
            after_equals = mark == "="
            at += 1


def after_comment(text: str, at: int) -> int:
    """Past the comment that begins at `at`; its end is the text's where it is not closed."""
    depth = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return len(text)


def _quoted(text: str, at: int) -> tuple[str, int]:
    out = []
    at += 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        out.append(text[at])
        at += 1
    return "".join(out), at + 1
