"""A subject line or a package's name, read by a programme's naming rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model.finding import Finding
from model.reading import NameReading, SubjectVerdict
from parsers.subject.automatic import automatic_kind
from parsers.subject.brackets import Part
from parsers.subject.fold import Folded, fold
from parsers.subject.judge import judge
from parsers.subject.notes import Notes
from parsers.subject.regex import Regex

if TYPE_CHECKING:
    from model.programme import NamingRule

_ABOUT_SUBJECT = "邮件主题"
_ARCHIVE_ENDING = Regex(
    r"\.(?:rar|zip|zipx|7z|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|iso|cab|arj|lzh|exe|"
    r"[rz]\d{2,3}|part\d{1,4}|\d{3})",
    re.IGNORECASE,
)
_LONGEST_ENDING = 9


def read_subject(text: str, rule: NamingRule) -> NameReading:
    """Read a decoded subject line; see `model.reading.NameReading`. Any text is taken."""
    folded = fold(text)
    kind = automatic_kind(folded.text)
    if kind:
        note = Finding(kind, _ABOUT_SUBJECT)
        return NameReading(text, SubjectVerdict.IGNORE, notes=(note,))
    return _read(text, folded, len(folded.text), rule, _ABOUT_SUBJECT)


def read_package_name(file_name: str, rule: NamingRule) -> NameReading:
    """Read an archive's file name, its endings (.rar, .part1.rar, .7z.001) taken off.

    A name is only a name: nothing in it makes the mail one to ignore.
    """
    folded = fold(re.split(r"[/\\]", file_name)[-1] if file_name else "")
    shown = folded.spelling(0, len(folded.text))
    return _read(file_name, folded, _without_endings(folded.text), rule, f"压缩包名“{shown}”")


def _without_endings(text: str) -> int:
    """The length of a folded file name without its archive endings."""
    end = len(text)
    while True:
        dot = text.rfind(".", max(0, end - _LONGEST_ENDING), end)
        if dot <= 0 or _ARCHIVE_ENDING.fullmatch(text, dot, end) is None:
            return end
        if text[dot + 1 : end].isdigit() and end == len(text) and not _is_volume(text, dot):
            return end
        end = dot


def _is_volume(text: str, dot: int) -> bool:
    """Whether a last .001 follows another archive ending: alone it may be part of a number."""
    before = text.rfind(".", max(0, dot - _LONGEST_ENDING), dot)
    return before > 0 and _ARCHIVE_ENDING.fullmatch(text, before, dot) is not None


def _read(text: str, folded: Folded, hi: int, rule: NamingRule, about: str) -> NameReading:
    notes = Notes(folded, about)
    if folded.invisible:
        notes.add("subject.invisible_characters", count=str(folded.invisible))
    verdict, number, name = judge(Part(folded, 0, hi, rule), notes)
    known = number is not None and name is not None
    return NameReading(
        text=text,
        verdict=verdict,
        application_no=number,
        full_name=name,
        expected=rule.expected(number or "", name or "") if known else None,
        notes=notes.findings(),
    )
