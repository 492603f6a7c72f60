"""What follows from the findings: one table, the strongest effect first."""

from __future__ import annotations

from collections.abc import Iterable

from model.finding import Effect, Finding
from model.verdict import Outcome

OUTCOMES = (
    # A machine's mail is nobody's submission, whatever else is wrong with it.
    (Effect.IGNORE, Outcome.IGNORED),
    # The notice refuses late mail as such: its defects do not matter any more.
    (Effect.REFUSE, Outcome.LATE_REFUSED),
    # What cannot be tied to an applicant or opened cannot wait for a decision either.
    (Effect.RETURN, Outcome.RETURNED),
    # Until the clerk has decided, no correction is asked for; the defects are told along with it.
    (Effect.PEND, Outcome.LATE_PENDING),
    (Effect.CORRECT, Outcome.CORRECTION),
)


def outcome(findings: Iterable[Finding]) -> Outcome:
    """The outcome of the strongest finding; complete where none asks for anything."""
    effects = {finding.effect for finding in findings}
    return next((result for effect, result in OUTCOMES if effect in effects), Outcome.COMPLETE)
