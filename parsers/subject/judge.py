"""Exactly one number and one name, or the reason why not."""

from __future__ import annotations

from model.full_name import normal_name
from model.reading import SubjectVerdict
from parsers.subject.brackets import Part, front_tag
from parsers.subject.decorations import reply_prefix
from parsers.subject.exact import read_exact
from parsers.subject.letters import marks_of_letter
from parsers.subject.names import NameKind
from parsers.subject.notes import Notes, note_joint
from parsers.subject.numbers import Candidate, Numbers, find_numbers
from parsers.subject.segments import Removed, read_side
from parsers.subject.vocabulary import NAME_LABELS, NUMBER_LABELS

Reading = tuple[SubjectVerdict, str | None, str | None]
"""Verdict, number, name."""

LONGEST = 400
"""Folded characters behind the reply prefixes. A number and a name of a hundred characters each
and everything people add fit well; a longer text is not a subject, and the work on it would not
be linear."""

_FATAL = {
    NameKind.BRANCH: "subject.branch",
    NameKind.PLACEHOLDER: "subject.template_text",
    NameKind.DAMAGED: "subject.unreadable_characters",
    NameKind.TWO: "subject.two_names",
}
Names = list[tuple[Part, NameKind]]


def judge(part: Part, notes: Notes) -> Reading:
    """Read folded text by the rule and note everything that is not as asked."""
    part = _front(part, notes, bare_prefixes=part.rule.number_pattern is None)
    found = _exact(part, notes)
    if found is None and part.rule.number_pattern is not None:
        part = _front(part, notes, bare_prefixes=True)
        found = _exact(part, notes)
    if found is not None:
        return found
    if part.lo >= part.hi:
        return _return(notes, "subject.empty")
    if part.hi - part.lo > LONGEST:
        notes.add("subject.too_long", limit=str(LONGEST))
        return SubjectVerdict.RETURN, None, None
    if _is_template(part):
        return _return(notes, "subject.template_text")
    return _loose(part, notes)


def _return(notes: Notes, code: str, number: str | None = None, name: str | None = None) -> Reading:
    notes.add(code)
    return SubjectVerdict.RETURN, number, name


def _front(part: Part, notes: Notes, *, bare_prefixes: bool) -> Part:
    """Take reply prefixes, tags and what is our own letter's off, in any order and number.

    bare_prefixes: also those without a colon, which a pattern might want as part of a number.
    """
    removed: list[Removed] = []
    while part.lo < part.hi:
        code, rest = "subject.reply_prefix", reply_prefix(part)
        if rest is not None and not bare_prefixes and part.folded.text[rest.lo - 1] not in ":∶꞉":
            rest = None
        if rest is None and part.hi - part.lo <= LONGEST:
            rest = marks_of_letter(part)
        if rest is None and part.hi - part.lo <= LONGEST:
            code, rest = "subject.tag", front_tag(part)
        if rest is None:
            break
        removed.append(Removed(code, part.lo, rest.lo))
        if rest.hi < part.hi:
            removed.append(Removed(code, rest.hi, part.hi))
        part = rest
    notes.removed(removed)
    return part


def _exact(part: Part, notes: Notes) -> Reading | None:
    if not 0 < part.hi - part.lo <= LONGEST or (found := read_exact(part)) is None:
        return None
    verdict = SubjectVerdict.ACCEPT_WITH_NOTE if notes else SubjectVerdict.ACCEPT
    return verdict, found.number, found.name


def _is_template(part: Part) -> bool:
    """Whether the text is the notice's own: a label for the number beside one for the name."""
    text = "".join(character for character in part.text if character.isalnum())
    return any(
        text in (number + name, name + number)
        for number in NUMBER_LABELS
        for name in NAME_LABELS
        if len(text) == len(number) + len(name)
    )


def _loose(part: Part, notes: Notes) -> Reading:
    numbers = find_numbers(part.folded, part.lo, part.hi, part.rule)
    spans = numbers.candidates or numbers.refused
    names, unknown, removed = _beside(part, spans)
    at = numbers.candidates[0] if len({one.value for one in numbers.candidates}) == 1 else None
    if at is not None and not names and _is_short_name(unknown):
        names, unknown = [(unknown[0], NameKind.FULL)], []
    distinct = _distinct(names)
    real = [(one, kind) for one, kind in distinct if kind is not NameKind.PLACEHOLDER]
    name = real[0][0] if len(real) == 1 and real[0][1] is NameKind.FULL else None
    removed += [Removed("subject.repeated", one.lo, one.hi) for one in spans[1:] if at is not None]
    removed += [Removed("subject.repeated", one.lo, one.hi) for one, _ in names if one.lo not in
                {first.lo for first, _ in distinct}]  # fmt: skip
    if distinct:
        removed += [Removed("subject.other_words", one.lo, one.hi) for one in unknown]
    if numbers.unclear:
        notes.add("subject.ambiguous", words=numbers.unclear)
        return SubjectVerdict.RETURN, None, None
    notes.removed(_placed(removed, at, name))
    if at is None:
        _note_number(part, numbers, removed, unknown, notes)
    _note_names(distinct, notes)
    if not distinct:
        _note_no_name(unknown, removed, part, notes)
    if at is None or name is None or len(real) < len(distinct):
        return SubjectVerdict.RETURN, at.value if at else None, _spelling(name)
    if name.lo == at.hi and name.text.startswith("加") and name.lo not in name.folded.gaps:
        notes.add("subject.ambiguous", words=part.folded.spelling(at.lo, name.lo + 1))
        return SubjectVerdict.RETURN, at.value, None
    note_joint(notes, part, at, name, removed)
    if not notes:
        _note_ends(part, at, name, notes)
    verdict = SubjectVerdict.ACCEPT_WITH_NOTE if notes else SubjectVerdict.ACCEPT
    return verdict, at.value, _spelling(name)


def _note_ends(part: Part, at: Candidate, name: Part, notes: Notes) -> None:
    """Separators before the first or behind the last of both: 。 after the number, and the like."""
    first, last = min(at.lo, name.lo), max(at.hi, name.hi)
    ends = [
        Removed("subject.decorated", part.lo, first),
        Removed("subject.decorated", last, part.hi),
    ]
    notes.removed([one for one in ends if one.lo < one.hi])


def _is_short_name(unknown: list[Part]) -> bool:
    """Whether all that is left is one short name, and the rule takes short names."""
    return len(unknown) == 1 and unknown[0].rule.short_names and unknown[0].kind() is NameKind.SHORT


def _beside(part: Part, spans: tuple[Candidate, ...]) -> tuple[Names, list[Part], list[Removed]]:
    """What stands before, between and behind the numbers: names, unknown words, decorations."""
    names: Names = []
    unknown: list[Part] = []
    removed: list[Removed] = []
    starts = [part.lo, *(one.hi for one in spans)]
    ends = [*(one.lo for one in spans), part.hi]
    for index, (lo, hi) in enumerate(zip(starts, ends, strict=True)):
        first, last = index == 0, index == len(spans)
        facing = "" if first and last else "hi" if first else "lo" if last else "both"
        side = read_side(part.cut(lo, hi), facing)
        names += side.names
        unknown += side.unknown
        removed += side.removed
    return names, unknown, removed


def _distinct(names: Names) -> Names:
    """Each name once, the first time it is given."""
    by_form: dict[str, tuple[Part, NameKind]] = {}
    for one, kind in names:
        by_form.setdefault(normal_name(one.text), (one, kind))
    return list(by_form.values())


def _placed(removed: list[Removed], at: Candidate | None, name: Part | None) -> list[Removed]:
    """Call words that stand before everything else what they are: not trailing."""
    first = min([one.lo for one in (at, name) if one is not None], default=None)
    return [
        Removed("subject.other_words", one.lo, one.hi)
        if one.code == "subject.trailing_words" and first is not None and one.hi <= first
        else one
        for one in removed
    ]


def _spelling(part: Part | None) -> str | None:
    return None if part is None else part.folded.spelling(part.lo, part.hi)


def _note_number(
    part: Part, numbers: Numbers, removed: list[Removed], unknown: list[Part], notes: Notes
) -> None:
    """Say why there is no number."""
    values = list(dict.fromkeys(one.value for one in numbers.candidates))
    if values:
        notes.add("subject.two_numbers", numbers="、".join(values))
    elif numbers.refused:
        notes.add("subject.number_not_as_pattern", number=numbers.refused[0].value)
    elif _was_label(part, removed, NUMBER_LABELS) and not unknown:
        notes.add("subject.template_text")
    else:
        notes.add("subject.no_number")


def _was_label(part: Part, removed: list[Removed], labels: tuple[str, ...]) -> bool:
    """Whether a label was taken off behind which a value should have stood."""
    words = {part.folded.text[one.lo : one.hi].rstrip(":∶꞉") for one in removed}
    return not words.isdisjoint(labels)


def _note_names(names: Names, notes: Notes) -> None:
    real = [_spelling(one) or "" for one, kind in names if kind is not NameKind.PLACEHOLDER]
    if len(real) > 1:
        notes.add("subject.two_names", names="、".join(real))
    for one, kind in names:
        if kind in _FATAL:
            spelling = _spelling(one) or ""
            notes.add(_FATAL[kind], name=spelling, names=spelling)


def _note_no_name(unknown: list[Part], removed: list[Removed], part: Part, notes: Notes) -> None:
    """Say why there is no name."""
    if not unknown and _was_label(part, removed, NAME_LABELS):
        notes.add("subject.template_text")
    elif len(unknown) == 1 and unknown[0].kind() is NameKind.SHORT:
        if not part.rule.short_names:
            notes.add("subject.short_name", name=_spelling(unknown[0]) or "")
    else:
        notes.add("subject.no_name")
