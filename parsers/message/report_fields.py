"""The machine-readable parts of a report: delivery status, disposition, the returned headers.

Source: RFC 3464 2, RFC 8098 3, RFC 6533 for the forms with other letters than ASCII.
Residual risk: the fields are data of strangers; lengths are bounded here, meaning is not judged.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from parsers.message.headers import RawHeader, decode_header
from parsers.message.heads import read_head, skip_leader
from parsers.message.limits import MessageLimits
from parsers.message.lines import Source
from parsers.message.notes import Notes

PART_BYTES = 64 << 10
"""Of one part, how much is read."""
GROUPS = 50
VALUE_CHARACTERS = 2_000
_LIMITS = MessageLimits(header_bytes=PART_BYTES)


@dataclass(frozen=True, slots=True)
class Fields:
    """One block of fields: names in lower case, values unfolded and decoded, in order."""

    pairs: tuple[tuple[str, str], ...]

    def first(self, *names: str) -> str:
        """The first value under the first of the names that has one, "" where none has."""
        return next(
            (value for wanted in names for name, value in self.pairs if name == wanted and value),
            "",
        )


def field_groups(path: Path) -> list[Fields]:
    """The blocks of fields of a part, those about the message before those about recipients."""
    with path.open("rb") as file:
        data = file.read(PART_BYTES)
    return list(_groups(Source(io.BytesIO(data))))


def returned_head(path: Path) -> Fields:
    """The header block that a returned mail, or a part with its headers alone, begins with."""
    with path.open("rb") as file:
        return head_in(file.read(PART_BYTES))


def head_in(data: bytes) -> Fields:
    """The header block that `data` begins with."""
    source = Source(io.BytesIO(data[:PART_BYTES]))
    skip_leader(source)
    return _fields(read_head(source, _LIMITS, Notes()).headers)


def _groups(source: Source) -> Iterator[Fields]:
    for _ in range(GROUPS):
        while (line := source.peek_line()) and not line.strip():
            source.skip(len(line))
        if not line:
            return
        headers = read_head(source, _LIMITS, Notes()).headers
        if headers:
            yield _fields(headers)
        else:
            source.line()  # no field: past it, or it would be met for ever


def _fields(headers: tuple[RawHeader, ...]) -> Fields:
    return Fields(
        tuple((one.name, decode_header(one.value).text[:VALUE_CHARACTERS]) for one in headers)
    )
