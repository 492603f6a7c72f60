"""What a careful colleague would ask: each remark for the file that asks for it, and no other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from programmes.cautions import _table, cautions
from tests.builders.submissions import programme

APRIL = date(2021, 4, 1)
CALM: dict[str, Any] = {"receipt": {"phone": "0531-1"}, "number_register": {"quota": None}}
"""A change after which the national programme gives no cause for remarks."""


def _codes(changes: dict[str, Any], today: date = APRIL, base: str = "national-2021") -> set[str]:
    rules = programme(base, **{**CALM, **changes})
    return {one.code for one in cautions(rules, today)}


def _material(**changes: Any) -> dict[str, Any]:
    first, *rest = programme().model_dump()["materials"]
    return {"materials": [{**first, **changes}, *rest]}


NONE: dict[str, Any] = {"name_words": [], "content_words": [], "form_labels": []}
CASES: list[tuple[str, dict[str, Any], date]] = [
    ("window_past", {}, date(2021, 6, 17)),
    ("closes_at_midnight", {"window": {"closes": datetime(2021, 6, 16)}}, APRIL),  # noqa: DTZ001
    ("deadline_on_day_off", {"window": {"closes": date(2021, 6, 14)}}, APRIL),
    ("year_differs", {"year": 2022}, APRIL),
    ("calendar_unknown", {"window": {"closes": date(2099, 6, 16)}, "year": 2099}, APRIL),
    ("no_number_pattern", {"number_register": {"quota": 1}}, APRIL),
    ("no_example", {"naming": {"example": ""}}, APRIL),
    ("no_contact", {"receipt": {"phone": "", "email": ""}}, APRIL),
    ("no_issuer", {"receipt": {"issuer": "", "phone": "1"}}, APRIL),
    ("black_and_white", _material(seal_missing="correct"), APRIL),
    ("no_words", _material(recognise=NONE), APRIL),
    ("same_word", _material(recognise={"name_words": ["承诺书"]}), APRIL),
    ("no_how_to", _material(how_to=""), APRIL),
    ("correction_after_closing", {"late": {"until": date(2021, 6, 18)}}, APRIL),
    ("correction_before_end", {"resubmission": {"last_correction": date(2021, 6, 10)}}, APRIL),
    ("reminder_too_early", {"reminders": {"correction_days_before": [5]}}, APRIL),
    ("not_sent_needs_register", {"reminders": {"not_sent_days_before": [7]}}, APRIL),
    ("no_fonds", {"archival": {"code": "{fonds}-{serial}"}}, APRIL),
    ("softened", {"effects": {"material.missing": "remind"}}, APRIL),
]


def test_a_calm_programme() -> None:
    assert _codes({}) == set()


@pytest.mark.parametrize(("code", "changes", "today"), CASES)
def test_each_remark_and_no_other(code: str, changes: dict[str, Any], today: date) -> None:
    assert _codes(changes, today) == {code}


def test_a_quota_without_a_naming_rule() -> None:
    found = _codes({"number_register": {"quota": 1}}, base="provincial-2021")
    assert found == {"no_naming_for_quota", "deadline_on_day_off"}


def test_every_remark_of_the_table_is_tried_here() -> None:
    assert set(_table()) == {code for code, *_ in CASES} | {"no_naming_for_quota"}


def test_what_makes_a_programme_stricter_or_decides_nothing_is_no_cause() -> None:
    assert _codes({"effects": {"seal.not_seen": "correct", "window.early": "note"}}) == set()


def test_the_operator_is_told_in_english_and_the_clerk_in_chinese() -> None:
    rules = programme(**CALM, window={"closes": date(2021, 6, 14)})
    (one,) = cautions(rules, APRIL)
    assert "2021-06-14" in one.text
    assert "2021年6月14日" in one.chinese
