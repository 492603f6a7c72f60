"""Which of several programmes a mail belongs to, told by what it shows before it is read.

Each sign outweighs all below it together, so the score is only another way to write their order.
Among those that show the same, an open one goes before a closed one and then the configured order
decides; where none is open, the one that closed last answers. Only configured programmes are ever
chosen from: mail for any other is nobody's guess. Nothing here depends on the time of day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntFlag

from model.finding import Finding
from model.labels import squeezed
from model.programme import Programme
from model.reading import NameReading, SubjectVerdict
from parsers.subject import read_package_name, read_subject

READ = (SubjectVerdict.ACCEPT, SubjectVerdict.ACCEPT_WITH_NOTE)


class Sign(IntFlag):
    """What speaks for a programme, the strongest last; the values are the score's.

    OPEN: its window was open on arrival. CARRIER: the mail around this one is its. EXACT: subject
    or package's name is as its naming rule asks. READABLE: it gives number and name by that rule.
    PATTERN: that rule says what its numbers look like, and the number does; any rule reads the
    numbers of a notice that says nothing. FILED: a mail for that number is filed under it.
    REGISTERED: the number is in its register. WORDS: one of its own words stands there.
    """

    OPEN = 1
    CARRIER = 2
    EXACT = 4
    READABLE = 8
    PATTERN = 16
    FILED = 32
    REGISTERED = 64
    WORDS = 128


IN_WORDS = {
    Sign.WORDS: "主题或压缩包名称含有该项目的标识词",
    Sign.REGISTERED: "申报编号在该项目的登记册中",
    Sign.FILED: "该申报编号已在该项目登记",
    Sign.PATTERN: "申报编号符合该项目的编号格式",
    Sign.READABLE: "主题或压缩包名称可按该项目的命名规则识别",
    Sign.EXACT: "主题或压缩包名称完全符合该项目的命名规则",
    Sign.CARRIER: "转发它的邮件归入该项目",
    Sign.OPEN: "收到时该项目在申报窗口内",
}
NO_SIGN = "均无明显标识，按设置的先后次序"
OF_THE_MAIL = Sign.EXACT | Sign.READABLE | Sign.PATTERN | Sign.FILED | Sign.REGISTERED | Sign.WORDS
"""Signs that the mail itself bears; the others only say what is likely."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a mail shows before it is read. names: of its attachments, asked for only where the
    subject does not tell. carrier: the programme of the mail around it, "" where there is none."""

    subject: str
    received_at: datetime
    names: Callable[[], Sequence[str]]
    carrier: str = ""


KnownNumber = Callable[[str, str], Sign]
"""(programme's id, number) → which of REGISTERED and FILED hold of it."""


def nothing_known(_programme: str, _number: str) -> Sign:
    """Where there is no ledger to be asked."""
    return Sign(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """The programme, and the finding that says why."""

    programme: Programme
    why: Finding


@dataclass(frozen=True, slots=True)
class _Fit:
    programme: Programme
    signs: Sign

    @property
    def own(self) -> Sign:
        return self.signs & OF_THE_MAIL


def choose(
    arrival: Arrival, programmes: Sequence[Programme], known: KnownNumber = nothing_known
) -> Choice:
    """The programme of a mail. programmes: at least one, in the order in which they are preferred.

    The subject is asked first, and the attachments' names only where it does not tell.
    """
    fits = [_fit(one, arrival, (), known) for one in programmes]
    if not _is_told(fits):
        names = tuple(arrival.names())
        fits = [_fit(one, arrival, names, known) for one in programmes] if names else fits
    best = max(fits, key=lambda one: one.signs)
    if Sign.OPEN not in best.signs:
        tied = [one for one in fits if one.signs == best.signs]
        best = max(tied, key=lambda one: _nearness(one.programme, arrival.received_at))
    return Choice(best.programme, _finding(_code(best, fits), best, fits))


def _code(best: _Fit, fits: Sequence[_Fit]) -> str:
    if not _rivals(best, fits):
        return "programme.chosen"
    if not best.own and not any(Sign.OPEN in one.signs for one in fits):
        return "programme.none_open"
    return "programme.unsure"


def _fit(programme: Programme, arrival: Arrival, names: Sequence[str], known: KnownNumber) -> _Fit:
    signs = Sign(0)
    shown = [squeezed(text).casefold() for text in (arrival.subject, *names)]
    words = [squeezed(word).casefold() for word in programme.told_apart.words]
    if any(word in text for word in words for text in shown):
        signs |= Sign.WORDS
    for reading in _readings(programme, arrival.subject, names):
        if reading.verdict in READ:
            signs |= Sign.READABLE
            if programme.naming is not None and programme.naming.number_pattern:
                signs |= Sign.PATTERN
        if reading.verdict is SubjectVerdict.ACCEPT:
            signs |= Sign.EXACT
        if reading.application_no:
            signs |= known(programme.id, reading.application_no)
    if arrival.carrier == programme.id:
        signs |= Sign.CARRIER
    if _is_open(programme, arrival.received_at):
        signs |= Sign.OPEN
    return _Fit(programme, signs)


def _readings(programme: Programme, subject: str, names: Sequence[str]) -> Iterator[NameReading]:
    naming = programme.naming
    if naming is None:
        return
    if "subject" in naming.applies_to:
        yield read_subject(subject, naming)
    if "package" in naming.applies_to:
        yield from (read_package_name(name, naming) for name in names if name)


def _is_told(fits: Sequence[_Fit]) -> bool:
    """Whether one programme is told from all others by what the mail itself bears."""
    best = max(fits, key=lambda one: one.signs)
    return bool(best.own) and not _rivals(best, fits)


def _rivals(best: _Fit, fits: Sequence[_Fit]) -> list[_Fit]:
    """Those that fit as well, or for which something speaks that does not for the best one."""
    return [
        one for one in fits if one is not best and (one.signs == best.signs or one.own & ~best.own)
    ]


def _is_open(programme: Programme, at: datetime) -> bool:
    starts = programme.window.starts_at(programme.zone)
    ends = programme.window.ends_before(programme.zone)
    moment = at.astimezone(UTC)
    return (starts is None or starts.astimezone(UTC) <= moment) and moment < ends.astimezone(UTC)


def _nearness(programme: Programme, at: datetime) -> tuple[bool, float]:
    """The higher, the later it closed; one that is still to open comes after all that closed."""
    ends = programme.window.ends_before(programme.zone)
    if ends <= at:
        return True, ends.timestamp()
    opens = programme.window.starts_at(programme.zone) or ends
    return False, -opens.timestamp()


def _finding(code: str, best: _Fit, fits: Sequence[_Fit]) -> Finding:
    ranked = sorted(fits, key=lambda one: -one.signs)
    shown = best.signs & ~Sign.READABLE if Sign.EXACT in best.signs else best.signs
    told = [words for sign, words in IN_WORDS.items() if sign in shown]
    params = {
        "title": best.programme.title,
        "reasons": "、".join(told) or NO_SIGN,
        "scores": "，".join(f"{one.programme.id}得{int(one.signs)}分" for one in ranked),
        "others": "、".join(f"“{one.programme.title}”" for one in _rivals(best, fits)),
    }
    return Finding(code, best.programme.id, params)
