"""What a careful colleague would ask about a programme file before it is used.

Nothing here is a fault: the file is valid and does what it says. The sentences stand in
`common/cautions.toml`, in English for the operator and in Chinese for the clerk.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from model.finding import Effect, finding_kinds
from model.programme import Programme
from model.workdays import is_calendar_known, is_workday
from programmes.sentences import day, word

FILE = Path(__file__).parent / "common" / "cautions.toml"
STRENGTH = list(Effect)
"""From the mildest to the strongest."""
Said = Iterator[tuple[str, dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Caution:
    """One remark. code: a key of the table. text: English. chinese: the same for the clerk."""

    code: str
    text: str
    chinese: str


def cautions(rules: Programme, today: date) -> tuple[Caution, ...]:
    """All remarks on a programme. today: in its own zone."""
    return tuple(
        Caution(
            code,
            _table()[code]["text"].format_map(values),
            _table()[code]["chinese"].format_map(
                {name: _in_chinese(value) for name, value in values.items()}
            ),
        )
        for look in LOOKS
        for code, values in look(rules, today)
    )


def _in_chinese(value: object) -> object:
    return day(value) if isinstance(value, date) else value


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def _last_day(rules: Programme) -> date:
    return (rules.window.ends_before(rules.zone) - timedelta(seconds=1)).date()


def _window(rules: Programme, today: date) -> Said:
    last, closes = _last_day(rules), rules.window.closes
    if last < today:
        yield "window_past", {"closes": last}
    if isinstance(closes, datetime) and closes.time() == time.min:
        yield "closes_at_midnight", {"day": last}
    if is_calendar_known(last.year) and not is_workday(last):
        yield "deadline_on_day_off", {"day": last}
    if last.year != rules.year:
        yield "year_differs", {"year": rules.year, "closes": last.year}


def _corrections(rules: Programme, today: date) -> Said:
    rule, last = rules.resubmission, _last_day(rules)
    if rule.correction_day_kind == "working":
        # Letters are written from now on until the end, and due some weeks after.
        years = {today.year, last.year, (max(today, last) + timedelta(days=31)).year}
        unknown = sorted(year for year in years if not is_calendar_known(year))
        if unknown:
            yield "calendar_unknown", {"years": ", ".join(map(str, unknown))}
    closing = rules.late.closed_from(rules.zone)
    if closing is not None:
        until = (closing - timedelta(seconds=1)).date()
        if rule.last_correction is None or rule.last_correction > until:
            yield "correction_after_closing", {"until": until}
    if rule.last_correction is not None and rule.last_correction < last:
        yield "correction_before_end", {"last": rule.last_correction}
    for days in rules.reminders.correction_days_before:
        if days >= rule.correction_days:
            yield "reminder_too_early", {"days": days, "due": rule.correction_days}
    if rules.reminders.not_sent_days_before:
        yield "not_sent_needs_register", {}


def _naming(rules: Programme, _today: date) -> Said:
    naming, quota = rules.naming, rules.number_register.quota
    if naming is None:
        if quota is not None:
            yield "no_naming_for_quota", {}
        return
    if quota is not None and naming.number_pattern is None:
        yield "no_number_pattern", {}
    if not naming.example:
        yield "no_example", {}


def _materials(rules: Programme, _today: date) -> Said:
    for one in rules.materials:
        known = one.recognise
        told = known.name_words or known.content_words or known.form_labels
        if one.least and not told and not one.rest:
            yield "no_words", {"label": one.label}
        if one.least and not one.how_to:
            yield "no_how_to", {"label": one.label}
        if one.seal and one.seal_missing == "correct":
            yield "black_and_white", {"label": one.label}
    for first, second in combinations(rules.materials, 2):
        shared = set(first.recognise.name_words) & set(second.recognise.name_words)
        for each in sorted(shared):
            yield "same_word", {"first": first.label, "second": second.label, "word": each}


def _letters(rules: Programme, _today: date) -> Said:
    if not rules.receipt.phone and not rules.receipt.email:
        yield "no_contact", {}
    if not rules.receipt.issuer:
        yield "no_issuer", {}
    if "{fonds" in rules.archival.code and not rules.archival.fonds:
        yield "no_fonds", {}


def _effects(rules: Programme, _today: date) -> Said:
    for code, after in rules.effects.items():
        before = finding_kinds()[code].effect
        decides = STRENGTH.index(before) >= STRENGTH.index(Effect.CORRECT)
        if decides and STRENGTH.index(after) < STRENGTH.index(before):
            yield (
                "softened",
                {
                    "code": code,
                    "before": before.value,
                    "after": after.value,
                    "before_words": word("effects", before.value),
                    "after_words": word("effects", after.value),
                },
            )


LOOKS: tuple[Callable[[Programme, date], Said], ...] = (
    _window, _naming, _materials, _corrections, _letters, _effects,
)  # fmt: skip
