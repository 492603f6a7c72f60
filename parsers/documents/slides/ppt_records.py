"""The records of a binary presentation, and where its slides lie in the stream.

Source: [MS-PPT] 2.1.2 (how the stream is read), 2.3.1 (RecordHeader), 2.3.2 (CurrentUserAtom),
2.3.3 (UserEditAtom), 2.3.4 (PersistDirectoryAtom).

Residual risks: lengths and offsets are the sender's; a record ends at latest where the one around
it ends, and each edit of the chain is followed once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

USER_EDIT, PERSIST_DIRECTORY = 0x0FF5, 0x1772
_ENCRYPTED_TOKEN = 0xF3D1C4DF
_MAX_EDITS = 10_000
_MAX_OBJECTS = 200_000
_MAX_DEPTH = 32
_HEADER = struct.Struct("<HHI")


class Encrypted(Exception):
    """The presentation is encrypted."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its kind, its instance, whether it holds others, where its data lies."""

    kind: int
    instance: int
    holds: bool
    start: int
    end: int


def record_at(stream: bytes, at: int, end: int) -> Record | None:
    """The record at that place, None where there is no room for its head."""
    if at < 0 or at + 8 > end:
        return None
    head, kind, size = _HEADER.unpack_from(stream, at)
    return Record(kind, head >> 4, head & 0xF == 0xF, at + 8, min(at + 8 + size, end))


def children(stream: bytes, start: int, end: int) -> Iterator[Record]:
    """The records one after another in that stretch."""
    at = start
    while (found := record_at(stream, at, end)) is not None:
        yield found
        at = found.end


def descendants(stream: bytes, record: Record, depth: int = 0) -> Iterator[Record]:
    """All records within one, each before what it holds."""
    for child in children(stream, record.start, record.end):
        yield child
        if child.holds and depth < _MAX_DEPTH:
            yield from descendants(stream, child, depth + 1)


def integer(stream: bytes, record: Record, at: int) -> int:
    """Four bytes of a record as a number, 0 where it is shorter."""
    if record.start + at + 4 > record.end:
        return 0
    return int.from_bytes(stream[record.start + at : record.start + at + 4], "little")


def live_objects(stream: bytes, current_user: bytes) -> tuple[dict[int, int], int]:
    """Where each persistent object lies in the stream, and the number of the document's.

    Of several edits the last one counts. ({}, 0) where the chain leads nowhere.

    Raises: Encrypted.
    """
    if len(current_user) < 20:
        return {}, 0
    token, edit = struct.unpack_from("<II", current_user, 12)
    if token == _ENCRYPTED_TOKEN:
        raise Encrypted
    objects: dict[int, int] = {}
    document = 0
    seen: set[int] = set()
    while edit not in seen and len(seen) < _MAX_EDITS:
        seen.add(edit)
        record = record_at(stream, edit, len(stream))
        if record is None or record.kind != USER_EDIT or record.end - record.start < 20:
            break
        if record.end - record.start >= 32 and integer(stream, record, 28):
            raise Encrypted
        document = document or integer(stream, record, 16)
        for number, place in _directory(stream, integer(stream, record, 12)):
            objects.setdefault(number, place)
        edit = integer(stream, record, 8)
        if not edit or len(objects) > _MAX_OBJECTS:
            break
    return objects, document


def _directory(stream: bytes, at: int) -> Iterator[tuple[int, int]]:
    record = record_at(stream, at, len(stream))
    if record is None or record.kind != PERSIST_DIRECTORY:
        return
    place = 0
    size = record.end - record.start
    while place + 4 <= size:
        packed = integer(stream, record, place)
        place += 4
        for number in range(packed >> 20):
            if place + 4 > size:
                return
            yield (packed & 0xFFFFF) + number, integer(stream, record, place)
            place += 4
