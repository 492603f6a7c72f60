"""The subject of a letter of ours, which a reply carries: all of it but the application number is
ours, and no fault of whoever replies."""

from __future__ import annotations

from model.letter_marks import ANY_TITLE, NUMBER_AT_END, TAGS, TITLE_BEHIND_TAG
from parsers.subject.brackets import Part
from parsers.subject.names import NameKind

_LONGEST_NUMBER = 160
"""Characters of the subject's end in which a letter's number is looked for."""


def marks_of_letter(part: Part) -> Part | None:
    """What stands between 【材料接收回执】需补正 in front and （HZ2021-00042） at the very end."""
    text, lo = part.folded.text, part.lo
    tag = next((one for one in TAGS if text.startswith(one, lo, part.hi)), "")
    if not tag:
        return None
    inner = part.cut(lo + len(tag), part.hi)
    end = _before_number(inner)
    return part.cut(_behind_title(inner, end), end)


def _behind_title(part: Part, end: int) -> int:
    """Where the title ends. One that the operator has worded anew is whatever stands before white
    space, in a subject that still has the letter's number at its end."""
    text = part.folded.text
    known = TITLE_BEHIND_TAG.match(text, part.lo, end)
    if known is not None:
        return known.end()
    other = ANY_TITLE.match(text, part.lo, end)
    if end == part.hi or other is None or other.end() not in (*part.folded.gaps, end):
        return part.lo
    is_name = part.cut(part.lo, other.end()).kind() in (NameKind.FULL, NameKind.TWO)
    return part.lo if is_name else other.end()


def _before_number(part: Part) -> int:
    """Where the letter's number begins in folded text, the part's end where there is none.

    It is looked for as it was sent: folded, its brackets would be those of anybody.
    """
    if part.lo == part.hi:
        return part.hi
    raw, starts, end = part.folded.raw, part.folded.starts, part.folded.ends[part.hi - 1]
    found = NUMBER_AT_END.search(raw, max(0, end - _LONGEST_NUMBER), end)
    if found is None:
        return part.hi
    return next((at for at in range(part.lo, part.hi) if starts[at] >= found.start()), part.hi)
