"""What the decisions on one mail come to, taken together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from model.decision import Decision, DecisionKind
from model.record import Record
from model.standing import Ruling


def decided_on(records: Iterable[Record], sha256: str) -> tuple[Decision, ...]:
    """The decisions on a mail that stand in an object's records, oldest first, each once."""
    found: dict[str, Decision] = {}
    for record in records:
        if record.decision is not None and record.message.sha256 == sha256:
            found.setdefault(record.decision.id, record.decision)
    return tuple(found.values())


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Those that no later one has revoked; a revocation may itself be revoked."""
    holds: dict[str, Decision] = {}
    gone: dict[str, tuple[str, Decision]] = {}
    for one in decisions:
        if one.kind is DecisionKind.REVOKE and one.revokes in holds:
            gone[one.id] = (one.revokes, holds.pop(one.revokes))
        elif one.kind is DecisionKind.REVOKE and one.revokes in gone:
            number, back = gone.pop(one.revokes)
            holds[number] = back
        elif one.kind is not DecisionKind.REVOKE:
            holds[one.id] = one
    return tuple(holds.values())


def ruling(decisions: Iterable[Decision]) -> Ruling | None:
    """The ruling for the next judgement, None where nothing was decided, or all of it revoked.

    Of decisions that contradict one another the later one holds.
    """
    made: Ruling | None = None
    for one in standing(decisions):
        base = replace(made or Ruling(), by=one.by, reason=one.reason)
        match one.kind:
            case DecisionKind.ACCEPT_LATE:
                made = replace(base, accept_late=True, send_back=False, not_a_submission=False)
            case DecisionKind.ACCEPT:
                made = replace(base, accept=True, send_back=False, not_a_submission=False)
            case DecisionKind.RETURN:
                made = replace(
                    base, send_back=True, accept=False, accept_late=False, not_a_submission=False
                )
            case DecisionKind.NOT_A_SUBMISSION:
                made = replace(base, not_a_submission=True, accept=False, accept_late=False)
            case DecisionKind.TIE:
                made = replace(
                    base,
                    application_no=one.application_no,
                    full_name=one.full_name,
                    not_a_submission=False,
                )
            case DecisionKind.CHECKED:
                made = replace(base, checked=True)
            case DecisionKind.REVOKE:
                continue
    return made
