"""The table of single mails: what each is owed, and what holds of all of them together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import whole
from tests.cases.case import Case
from tests.cases.faults import faults
from tests.cases.office import Office
from tests.cases.tables import mailboxes, names, numbers, packages, papers, receipts, subjects

CASES: tuple[Case, ...] = (
    *mailboxes.CASES,
    *names.CASES,
    *numbers.CASES,
    *packages.CASES,
    *papers.CASES,
    *receipts.CASES,
    *subjects.CASES,
)


@pytest.mark.parametrize("case", CASES, ids=[one.id for one in CASES])
def test_case(case: Case, office: Office) -> None:
    found = faults(case, office)
    assert not found, "\n".join(found)


def test_every_mail_has_one_letter_or_a_reason(office: Office) -> None:
    assert list(whole.answered_once(office)) == []


def test_receipt_numbers_have_no_gaps(office: Office) -> None:
    assert list(whole.gaps(office)) == []


def test_ledger_archive_and_spool_agree(office: Office) -> None:
    assert whole.disagreements(office) == []


def test_redelivered_mails_are_answered_by_nothing(office: Office) -> None:
    assert list(whole.said_again(office)) == []


def test_the_ledger_is_made_again_from_the_archive(office: Office, tmp_path: Path) -> None:
    assert list(whole.rebuilt(office, tmp_path)) == []
