"""Commands and answers of IMAP4rev1 (RFC 3501) as bytes: words, sequence sets, dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BufferedIOBase
from typing import TypeAlias

# A parenthesised list is a list of words.
Word: TypeAlias = "bytes | list[Word]"

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r?\n$")
_TOKEN = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|((?:[^\s()"\[\]]|\[[^\]]*\])+))')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_command(
    stream: BufferedIOBase, go_ahead: Callable[[], None], most_bytes: int
) -> list[Word] | None:
    """One command with its literals, as words; None at the connection's end.

    go_ahead: called before a literal that waits for leave to be sent.
    Raises: ValueError for a literal over `most_bytes` or an unbalanced list.
    """
    open_lists: list[list[Word]] = [[]]
    while True:
        line = stream.readline(1 << 20)
        if not line:
            return None
        literal = _LITERAL.search(line)
        _tokens(line[: literal.start()] if literal else line, open_lists)
        if literal is None:
            if len(open_lists) != 1:
                raise ValueError("unbalanced parentheses")
            return open_lists[0]
        size = int(literal[1])
        if size > most_bytes:
            raise ValueError("literal too large")
        if not literal[2]:
            go_ahead()
        open_lists[-1].append(stream.read(size))


def _tokens(text: bytes, open_lists: list[list[Word]]) -> None:
    end = 0
    while found := _TOKEN.match(text, end):
        end = found.end()
        opened, closed, quoted, atom = found.groups()
        if opened:
            inner: list[Word] = []
            open_lists[-1].append(inner)
            open_lists.append(inner)
        elif closed:
            open_lists.pop()
            if not open_lists:
                raise ValueError("unbalanced parentheses")
        else:
            open_lists[-1].append(re.sub(rb"\\(.)", rb"\1", quoted) if atom is None else atom)


def text_of(token: Word) -> str:
    """A token that must not be a list, as text. Raises: TypeError."""
    if isinstance(token, list):
        raise TypeError("a list where a word was expected")
    return token.decode("utf-8", "replace")


def quoted(text: str) -> str:
    """The text as a quoted string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def words_of(token: Word) -> list[str]:
    """A token that must be a list of words. Raises: TypeError."""
    if not isinstance(token, list):
        raise TypeError("a word where a list was expected")
    return [text_of(item) for item in token]


def chosen(spec: str, there: list[int]) -> list[int]:
    """Which of `there` (ascending) a sequence set such as "3,7:9,12:*" names.

    "*" is the last there is, and a range may stand either way round, so "9:*" always names the
    last one (RFC 3501, section 9, seq-range).
    """
    if not there:
        return []
    named: set[int] = set()
    for part in spec.split(","):
        ends = [there[-1] if end == "*" else int(end) for end in part.split(":")]
        low, high = min(ends), max(ends)
        named.update(number for number in there if low <= number <= high)
    return sorted(named)


def internal_date(moment: datetime) -> str:
    """A date-time of RFC 3501, in the moment's own zone."""
    return f"{moment.day:2d}-{_MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S %z}"


def parse_internal_date(text: str) -> datetime:
    """The opposite. Raises: ValueError."""
    day, month, rest = text.strip().split("-", 2)
    number = _MONTHS.index(month.title()) + 1
    return datetime.strptime(f"{int(day):02d}-{number:02d}-{rest}", "%d-%m-%Y %H:%M:%S %z")
