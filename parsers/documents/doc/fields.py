"""Fields of the old Word formats: which signs are codes, what codes without a result show.

Sources: [MS-DOC] 2.8.25 (Plcfld: 0x13 begins a field, 0x14 ends its code, 0x15 ends it), 2.9.157
(NilPICFAndBinData), 2.9.78 (FFData); ECMA-376 part 1, 17.16.5 for the codes.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from parsers.documents.docx.symbols import EMPTY_BOX, TICKED, overstrike

BEGIN, SEPARATOR, END = "\x13", "\x14", "\x15"
_SIGNS = re.compile("[\x13-\x15]")
_BUTTON = re.compile(r"^\s*MACROBUTTON\s+\S+\s+", re.IGNORECASE)
_CHECK_BOX = re.compile(r"^\s*FORMCHECKBOX\b", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"^\s*(?:INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDE|DDEAUTO|RD)\s+(.*)", re.IGNORECASE
)
_QUOTED = re.compile(r'"([^"]*)"|(\S+)')
_CODE_CHARACTERS = 10_000
_SHORT_CODE = 60
"""What strikes signs over each other; longer ones would cost the matcher their square."""
_DEFAULT = 25
"""iRes of a check box that is as its default says."""


@dataclass(slots=True)
class Field:
    """A field while it is read. data: place of its form data in the stream `Data`, or -1."""

    in_code: bool = True
    code: list[str] = field(default_factory=list)
    data: int = -1


def sound_signs(text: str, start: int, end: int) -> frozenset[int]:
    """Positions of the signs that belong to whole fields; a field without an end hides nothing."""
    if text.find(BEGIN, start, end) < 0:
        return frozenset()
    sound: set[int] = set()
    opened: list[list[int]] = []
    for found in _SIGNS.finditer(text, start, end):
        sign = found.group()
        if sign == BEGIN:
            opened.append([found.start()])
        elif opened and sign == SEPARATOR and len(opened[-1]) == 1:
            opened[-1].append(found.start())
        elif opened and sign == END:
            sound.update(opened.pop(), (found.start(),))
    return frozenset(sound)


def shown(instruction: str, *, ticked: bool, result: bool) -> str:
    """What a field shows besides its result: a check box, a button's words, struck over signs.

    ticked: what its form data say. result: the field has one.
    """
    instruction = instruction[:_CODE_CHARACTERS]
    if _CHECK_BOX.match(instruction):
        return TICKED if ticked else EMPTY_BOX
    if not result:
        button = _BUTTON.match(instruction)
        if button:
            return instruction[button.end() :].strip()
    return overstrike(instruction) if len(instruction) <= _SHORT_CODE else ""


def outside(instruction: str) -> str:
    """What a field takes in from outside the file, "" where it does not."""
    found = _OUTSIDE.match(instruction[:_CODE_CHARACTERS])
    if not found:
        return ""
    words = [quoted or plain for quoted, plain in _QUOTED.findall(found.group(1))]
    return next((word for word in words if re.search(r"[\\/.]", word)), "")


def ticked(stream: bytes, place: int) -> bool:
    """Whether the form data at `place` of the stream `Data` are those of a ticked box."""
    if place < 0:
        return False
    try:
        (head,) = struct.unpack_from("<H", stream, place + 4)
        at = place + head
        _, bits = struct.unpack_from("<IH", stream, at)
        result = bits >> 2 & 0x1F
        if result != _DEFAULT:
            return bool(result == 1)
        (length,) = struct.unpack_from("<H", stream, at + 10)
        (default,) = struct.unpack_from("<H", stream, at + 12 + 2 * length + 2)
    except struct.error:
        return False
    return bool(default == 1)
