"""Lines of a file as entries of a register, each one taken or refused with the reason."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from intake.register.numbers import ROUNDED, all_are_cut, wrong_number
from intake.register.table import TableLine
from model.fields import NAME_FIELD, NUMBER_FIELD, USCC_FIELD, FieldKind
from model.full_name import hyphens, is_invisible, normal_name
from model.labels import squeezed
from model.naming import NamingRule
from model.register import RegisterEntry, plain_number
from model.register_import import LineNote
from parsers.fields.values import value_of

_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
"""How a number is kept as text in a CSV file that Excel opens: ="00123"."""
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]")
_TOLD_EMPTY = ("city", "recommended_by")
"""Columns that units are counted by."""
KINDS = {
    USCC_FIELD: FieldKind.USCC, "city": FieldKind.CITY, "recommended_by": FieldKind.FULL_NAME,
    "contact": FieldKind.PERSON, "mobile": FieldKind.MOBILE, "phone": FieldKind.PHONE,
    "email": FieldKind.EMAIL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entries:
    """What became of the lines. doubtful: taken all the same."""

    entries: tuple[RegisterEntry, ...]
    refused: tuple[LineNote, ...]
    doubtful: tuple[LineNote, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    entry: RegisterEntry
    line: TableLine


def entries_of(
    lines: Iterable[TableLine], columns: Mapping[str, str], naming: NamingRule | None
) -> Entries:
    """columns: what each field's column is called. naming: whose pattern the numbers follow."""
    taken: list[_Taken] = []
    refused: list[LineNote] = []
    doubtful: list[LineNote] = []
    lines = list(lines)
    cut = all_are_cut([_number(one) for one in lines])
    for one in lines:
        line, told = _filled(one, columns)
        found = _entry(line, columns, naming, cut=cut)
        if isinstance(found, LineNote):
            refused.append(found)
            continue
        taken.append(_Taken(found, line))
        doubtful += [*told, *_doubts(found, line, naming)]
    kept, twice = _once_each(taken)
    doubtful += [*_short_numbers(kept), *_several_numbers(kept)]
    return Entries(
        tuple(one.entry for one in kept),
        tuple(sorted((*refused, *twice), key=lambda one: (one.sheet, one.line))),
        tuple(sorted(doubtful, key=lambda one: (one.sheet, one.line))),
    )


def _note(line: TableLine, code: str, **params: str) -> LineNote:
    return LineNote(line.line, code, line.sheet, params, line.shown)


def _entry(
    line: TableLine, columns: Mapping[str, str], naming: NamingRule | None, *, cut: bool
) -> RegisterEntry | LineNote:
    """The entry of one line, or why there is none."""
    if line.hidden:
        return _note(line, "hidden")
    values = {name: _as_text(text) for name, text in line.values.items()}
    if any("\ufffd" in text for text in values.values()):
        return _note(line, "unreadable")
    for name, text in values.items():
        if text.startswith("="):
            return _note(line, "formula", column=columns[name])
        if re.fullmatch(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", text):
            return _note(line, "error_value", column=columns[name], value=text)
    number = _number(line)
    if not number:
        return _note(line, "no_number")
    wrong = wrong_number(number, naming, cut=cut)
    if wrong is not None:
        return _note(line, wrong.code, **wrong.params)
    full_name = value_of(values.get(NAME_FIELD, ""), FieldKind.FULL_NAME)
    if full_name is None:
        return _note(line, "no_name")
    uscc = squeezed(values.get(USCC_FIELD, ""))
    if ROUNDED.fullmatch(uscc):
        return _note(line, "uscc_rounded", uscc=uscc)
    clean = {one: value_of(values.get(one, ""), kind) for one, kind in KINDS.items()}
    code = clean[USCC_FIELD]
    if code is not None and code.flags:
        return _note(line, "uscc_wrong", uscc=uscc)
    texts = {
        one: value.text if value is not None and "invalid" not in value.flags else ""
        for one, value in clean.items()
    }
    former = _BETWEEN_NAMES.split(values.get("former_names", ""))
    return RegisterEntry(
        application_no=number,
        full_name=full_name.text,
        uscc=texts[USCC_FIELD],
        city=texts["city"],
        recommender=texts["recommended_by"],
        contact=texts["contact"],
        mobile=texts["mobile"] or _mobile(texts["phone"]),
        email=texts["email"],
        former_names=tuple(one.strip() for one in former if normal_name(one).strip("无-/")),
    )


def _number(line: TableLine) -> str:
    return hyphens(squeezed(_as_text(line.values.get(NUMBER_FIELD, ""))))


def _as_text(text: str) -> str:
    text = "".join(sign for sign in text if sign == "\n" or not is_invisible(sign)).strip()
    wrapped = _AS_TEXT.fullmatch(text)
    return (wrapped[1] if wrapped else text.removeprefix("'")).strip()


def _mobile(phone: str) -> str:
    """The telephone where it is a mobile one: many lists have one column for both."""
    value = value_of(phone, FieldKind.MOBILE)
    return value.text if value is not None and not value.flags else ""


def _filled(line: TableLine, columns: Mapping[str, str]) -> tuple[TableLine, list[LineNote]]:
    """The line with what merged cells further up say of it; that, and an empty city, is told."""
    if line.hidden:
        return line, []
    taken = {
        name: text
        for name, text in line.merged.items()
        if name != NUMBER_FIELD and name not in line.values
    }
    told = [
        _note(line, "taken_from_above", column=columns[name], value="".join(text.split()))
        for name, text in taken.items()
    ]
    line = replace(line, values={**line.values, **taken})
    blank = [name for name in _TOLD_EMPTY if name in columns and name not in line.values]
    return line, [*told, *(_note(line, "blank", column=columns[name]) for name in blank)]


def _doubts(entry: RegisterEntry, line: TableLine, naming: NamingRule | None) -> list[LineNote]:
    told = []
    full = normal_name(entry.full_name)
    if naming and not naming.short_names and not full.endswith(naming.name_endings):
        told.append(_note(line, "name_no_ending", name=entry.full_name))
    email = line.values.get("email", "").strip()
    if email and not entry.email and value_of(email, FieldKind.EMAIL) is not None:
        told.append(_note(line, "email_wrong", email=email))
    return told


def _once_each(taken: list[_Taken]) -> tuple[list[_Taken], list[LineNote]]:
    """Of lines with one number the first where they say the same, none where they do not."""
    by_number: dict[str, list[_Taken]] = defaultdict(list)
    for one in taken:
        by_number[plain_number(one.entry.application_no)].append(one)
    kept, refused = [], []
    for same in by_number.values():
        first, *more = same
        if all(one.entry == first.entry for one in more):
            kept.append(first)
            refused += [
                _note(one.line, "line_twice", first=_where(first.line, one.line)) for one in more
            ]
            continue
        for one in same:
            others = "、".join(_where(other.line, one.line) for other in same if other is not one)
            params = {"number": one.entry.application_no, "others": others}
            refused.append(_note(one.line, "number_twice", **params))
    return kept, refused


def _where(line: TableLine, seen_from: TableLine) -> str:
    sheet = f"“{line.sheet}”" if line.sheet != seen_from.sheet else ""
    return f"{sheet}第{line.line}行"


def _short_numbers(kept: list[_Taken]) -> list[LineNote]:
    """Numbers of digits alone that are shorter than nearly all others of the file."""
    lengths = Counter(
        len(one.entry.application_no) for one in kept if one.entry.application_no.isdigit()
    )
    if not lengths:
        return []
    usual, count = lengths.most_common(1)[0]
    if count * 2 <= len(kept):
        return []
    told = []
    for one in kept:
        number = one.entry.application_no
        if number.isdigit() and len(number) < usual:
            lacking = str(usual - len(number))
            told.append(_note(one.line, "number_shorter", number=number, count=lacking))
    return told


def _several_numbers(kept: list[_Taken]) -> list[LineNote]:
    by_name: dict[str, list[_Taken]] = defaultdict(list)
    for one in kept:
        by_name[normal_name(one.entry.full_name).casefold()].append(one)
    told = []
    for same in by_name.values():
        if len(same) > 1:
            numbers = "、".join(one.entry.application_no for one in same)
            name = same[-1].entry.full_name
            told.append(_note(same[-1].line, "name_twice", name=name, numbers=numbers))
    return told
