"""The table itself: how much of domain.md it tries, and that no case stands in another's way."""

from __future__ import annotations

from collections import Counter

from tests.cases.case import Case
from tests.cases.tables import (
    agreement,
    bureaus,
    fourth,
    mailboxes,
    names,
    numbers,
    packages,
    papers,
    receipts,
    registers,
    revisions,
    scans,
    subjects,
    times,
    tracks,
)

SECTIONS = (
    agreement, bureaus, fourth, mailboxes, names, numbers, packages, papers, receipts, registers,
    revisions, scans, subjects, times, tracks,
)  # fmt: skip
CASES: tuple[Case, ...] = tuple(case for section in SECTIONS for case in section.CASES)
FEWEST = 120
"""Whole mails that the table is to hold at least."""


def test_it_is_large_enough() -> None:
    assert sum(len(case.steps) + len(case.inner) for case in CASES) >= FEWEST


def test_every_call_has_its_cases() -> None:
    calls = Counter(case.programme for case in CASES)
    assert calls["star-2023"] >= 12
    assert min(calls[name] for name in ("national-2021", "provincial-2021", "gaoxin-2021")) >= 5


def test_every_outcome_and_letter_is_tried() -> None:
    wants = [want for case in CASES for _, want in case.steps]
    assert {want.outcome for want in wants} >= {
        "complete", "correction", "returned", "late_refused", "late_pending", "duplicate",
        "forwarded", "ignored",
    }  # fmt: skip
    assert {want.letter for want in wants} >= {
        "complete", "correction", "returned", "late_refused", "late_pending", "duplicate",
        "superseding", "",
    }  # fmt: skip


def test_no_two_cases_share_an_id() -> None:
    ids = [case.id for case in CASES] + [one.id for case in CASES for one in case.inner]
    assert [name for name, times_ in Counter(ids).items() if times_ > 1] == []


def test_no_two_cases_of_a_call_share_a_number() -> None:
    numbers_ = Counter((case.programme, case.who.number) for case in CASES)
    assert [number for number, times_ in numbers_.items() if times_ > 1] == []


def test_every_case_says_the_rule_that_it_tries() -> None:
    assert [case.id for case in CASES if len(case.rule) < 8] == []
