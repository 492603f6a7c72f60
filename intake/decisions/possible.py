"""Which decisions make sense for a mail as it stands; the others are refused with what would."""

from __future__ import annotations

import re

from intake.decisions.decided import Decided, records_of
from intake.decisions.rulings import decided_on, standing
from intake.workplace import Workplace
from model.decision import Decision, DecisionKind
from model.errors import DecisionError
from model.naming import NamingRule
from model.programme import Programme
from model.verdict import Outcome

LATE = (Outcome.LATE_PENDING, Outcome.LATE_REFUSED)


def check_revokes(place: Workplace, rules: Programme, made: Decision, sha256: str) -> None:
    """Raises: DecisionError where no such decision holds."""
    holding = standing(decided_on(records_of(place, rules.id, made.origin), sha256))
    if made.revokes not in {one.id for one in holding}:
        known = "; ".join(f"{one.id} ({one.kind}, {one.by}: {one.reason})" for one in holding)
        raise DecisionError(
            "no_decision",
            f"No decision {made.revokes!r} holds for this mail.",
            f"These do: {known}." if known else "None does.",
        )


def check_fits(after: Decided) -> None:
    """Raises: DecisionError where the decision makes no sense for the mail as it stands."""
    made, before = after.decision, after.before
    if before.outcome is Outcome.FORWARDED:
        raise DecisionError(
            "carrier",
            "The mail only carries others' mails, each of which is a submission of its own.",
            "Decide on these.",
        )
    if made.kind is DecisionKind.ACCEPT_LATE and before.outcome not in LATE:
        raise DecisionError(
            "not_late",
            f"The mail is {before.outcome.value}, not late.",
            "Use `accept` to take it in spite of else.",
        )
    if made.kind is DecisionKind.TIE and after.home == before.object_id:
        raise DecisionError(
            "same_application",
            f"The mail is filed under {after.home} already.",
            "Nothing to tie.",
        )
    accepts = made.kind in (DecisionKind.ACCEPT, DecisionKind.ACCEPT_LATE)
    if accepts and after.verdict.application_no is None:
        raise DecisionError(
            "unidentified",
            "Nobody is known as the mail's applicant.",
            "Tie it to an application first: intake decide tie … --to NUMBER.",
        )


def check_number(naming: NamingRule, number: str) -> None:
    if not re.fullmatch(naming.number, number):
        raise DecisionError(
            "no_number",
            f"{number!r} is no application number of this programme.",
            f"Its pattern is {naming.number}.",
        )
