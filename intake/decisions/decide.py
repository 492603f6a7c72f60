"""A clerk decides about one mail: proposed and shown first, taken down, then carried out.

A decision is kept for ever as a version of its own in the archive, and is undone only by a further
one. It is taken down in the ledger before anything follows from it, so that a kill at any
instruction leaves a decision that the next run carries out, under the same receipt number.

The mail's origin is the object that it was filed under when it came; all decisions about it stand
there. Its home is where it belongs by the decisions that hold: the origin, or the application that
it was tied to. Objects that it has left say so, and keep what they have.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from intake.answering import smtp_settings
from intake.decisions.decided import Decided, judge_decided
from intake.decisions.possible import check_fits, check_number, check_revokes
from intake.decisions.versions import file_decision, outdated_letter, withdraw_outdated
from intake.turns import application_lock
from intake.workplace import Workplace
from model.decision import Decision, DecisionKind
from model.errors import DecisionError
from model.naming import NamingRule
from model.programme import Programme
from model.record import Record
from receipts.letter import Letter
from storage.ledger import decisions, events, queries

logger = logging.getLogger(__name__)

TELLS = (DecisionKind.RETURN, DecisionKind.TIE)
"""Kinds of which the sender is told even where the outcome stays what it was."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision as it would be carried out now; nothing is written yet.

    programme, object_id: of the mail's origin. heads: the newest version of every object that it
    touches, as they were seen. before: what holds now. after: what would. letter: the receipt
    that would go out, None where none would, with the reason in `why_no_letter`.
    """

    programme: str
    object_id: str
    decision: Decision
    heads: dict[str, int]
    before: Record
    after: Decided
    letter: Letter | None
    why_no_letter: str = ""


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A decision that was carried out. receipt_no: of the letter that it owes, "" if none."""

    decision: Decision
    object_id: str
    version: int
    outcome: str
    receipt_no: str


def propose(
    place: Workplace,
    programme: str,
    object_id: str,
    kind: DecisionKind,
    *,
    by: str,
    reason: str,
    version: int | None = None,
    application_no: str = "",
    full_name: str = "",
    revokes: str = "",
    letter: bool | None = None,
) -> Proposal:
    """What a decision on a mail would change, and the letter that would go out.

    version: whose mail is meant, by default that of the version in force. letter: whether a new
    receipt is owed; by default where the decision changes what the sender was told.
    Raises: IntakeError where the decision is not possible, with what is.
    """
    for name, value in (("name", by), ("reason", reason)):
        if not value.strip():
            raise DecisionError(
                "needs_words", f"A decision needs a {name}.", "Both stay in the record for ever."
            )
    rules = place.programme(programme)
    smtp_settings(place.settings)
    origin, sha256 = _origin(place, programme, object_id, version)
    made = Decision(
        id=uuid.uuid4().hex,
        kind=kind,
        by=by.strip(),
        reason=reason.strip(),
        at=place.clock(),
        on_version=_first_version(place, programme, origin, sha256),
        origin=origin,
        application_no=application_no.strip(),
        full_name=full_name.strip(),
        revokes=revokes.strip(),
    )
    if kind is DecisionKind.TIE:
        made = replace(made, full_name=_name_for(place, rules, made))
        check_number(rules.naming or NamingRule(), made.application_no)
    elif kind is DecisionKind.REVOKE:
        check_revokes(place, rules, made, sha256)
    after = judge_decided(place, rules, origin, made, sha256)
    check_fits(after)
    moved = after.home != after.before.object_id
    wanted = moved or kind in TELLS or after.verdict.outcome is not after.before.outcome
    made = replace(made, letter=wanted if letter is None else letter)
    after = replace(after, decision=made)
    words, why = after.letter(place, rules)
    heads = {name: _head(place, programme, name) for name in after.objects}
    return Proposal(programme, origin, made, heads, after.before, after, words, why)


def decide(place: Workplace, proposal: Proposal) -> CarriedOut:
    """Take a proposed decision down, and carry it out.

    Raises: IntakeError where something has come in between since it was shown.
    """
    with _locked(place, proposal.programme, list(proposal.heads)):
        for name, seen in proposal.heads.items():
            if _head(place, proposal.programme, name) != seen:
                raise DecisionError(
                    "changed",
                    f"{name} has changed since the decision was shown.",
                    "Look at it again, and decide then.",
                )
        with place.ledger.write() as tx:
            waiting = [one.object_id for one in decisions.pending(tx, proposal.programme)]
            if proposal.object_id in waiting:
                raise DecisionError(
                    "busy",
                    f"Another decision about {proposal.object_id} waits to be carried out.",
                    "Try again in a moment; `intake decisions` tells what keeps it.",
                )
            made = proposal.decision
            decisions.take_down(tx, proposal.programme, proposal.object_id, made)
            events.note(tx, made.at, made.by, made.kind.value, proposal.object_id, made.reason)
        return _carry_out(place, proposal.programme, proposal.object_id, made)


def carry_out_pending(place: Workplace) -> list[CarriedOut]:
    """Carry out what was decided and not finished: its process was killed.

    One that cannot be carried out keeps neither the others nor any mail waiting: its error is
    noted beside it, and it is tried again.
    """
    with place.ledger.read() as tx:
        rows = decisions.pending(tx)
    done = []
    for row in rows:
        try:
            if (one := _finish(place, row)) is not None:
                done.append(one)
        except Exception as error:
            logger.exception("The decision %s cannot be carried out.", row.id)
            with place.ledger.write() as tx:
                decisions.note_error(tx, row.id, str(error) or type(error).__name__)
    return done


def give_up(place: Workplace, decision_id: str, by: str, reason: str) -> None:
    """A decision that waits is not carried out any more.

    Raises: DecisionError where none of that id waits.
    """
    with place.ledger.write() as tx:
        if not decisions.give_up(tx, decision_id):
            raise DecisionError(
                "no_decision", f"No decision {decision_id} waits.", "See `intake decisions`."
            )
        events.note(tx, place.clock(), by, "give up decision", decision_id, reason)


def _finish(place: Workplace, row: Row[Any]) -> CarriedOut | None:
    """None where another process has done it meanwhile."""
    made, rules = decisions.as_decision(row), place.programme(row.programme)
    sha256 = _mail_of(place, row.programme, row.object_id, made.on_version)
    names = judge_decided(place, rules, row.object_id, made, sha256).objects
    with _locked(place, row.programme, list(names)):
        with place.ledger.read() as tx:
            again = decisions.find(tx, made.id)
        if again is None or again.state != decisions.PENDING:
            return None
        return _carry_out(place, row.programme, row.object_id, made)


def _carry_out(place: Workplace, programme: str, origin: str, made: Decision) -> CarriedOut:
    """The locks are held."""
    sha256 = _mail_of(place, programme, origin, made.on_version)
    after = judge_decided(place, place.programme(programme), origin, made, sha256)
    record, version = file_decision(place, place.programme(programme), after)
    with place.ledger.write() as tx:
        if outdated := outdated_letter(after, record):
            withdraw_outdated(tx, outdated, made.id)
        decisions.settle(tx, made.id, decisions.DONE)
    return CarriedOut(
        made, record.object_id, version, record.outcome.value, record.answer.receipt_no
    )


def _locked(place: Workplace, programme: str, names: list[str]) -> ExitStack:
    """The locks of several applications, always taken in the same order."""
    with ExitStack() as stack:
        for name in sorted(names):
            stack.enter_context(application_lock(place, programme, name))
        return stack.pop_all()


def _origin(
    place: Workplace, programme: str, object_id: str, version: int | None
) -> tuple[str, str]:
    """Where the mail that is meant was filed when it came, and its digest."""
    with place.ledger.read() as tx:
        rows = queries.versions(tx, programme, object_id)
        if not rows:
            raise DecisionError(
                "no_application",
                f"There is no {object_id} in {programme}.",
                "See `intake search`, or the ledger.",
            )
        if version is None:
            current = queries.current(tx, programme)
            row = next(one for one in current if one.object_id == object_id)
        else:
            found = [one for one in rows if one.version == version]
            if not found:
                raise DecisionError(
                    "no_version",
                    f"{object_id} has no version {version}.",
                    f"It has 1 to {rows[-1].version}.",
                )
            row = found[0]
        first = queries.by_message(tx, row.sha256)
        first = [one for one in first if one.programme == programme and one.kind == "mail"]
    return first[0].object_id, row.sha256


def _first_version(place: Workplace, programme: str, object_id: str, sha256: str) -> int:
    with place.ledger.read() as tx:
        rows = queries.versions(tx, programme, object_id)
    return min(int(row.version) for row in rows if row.sha256 == sha256)


def _mail_of(place: Workplace, programme: str, object_id: str, version: int) -> str:
    with place.ledger.read() as tx:
        rows = queries.versions(tx, programme, object_id)
    return next(str(row.sha256) for row in rows if row.version == version)


def _head(place: Workplace, programme: str, object_id: str) -> int:
    head = place.archive(programme).head(object_id)
    return head.number if head else 0


def _name_for(place: Workplace, rules: Programme, made: Decision) -> str:
    """The full name of the application that a mail is tied to: as given, else the one that it is
    filed under."""
    if made.full_name:
        return made.full_name
    with place.ledger.read() as tx:
        rows = queries.versions(tx, rules.id, made.application_no)
    known = [row.full_name for row in rows if row.full_name]
    if not known:
        raise DecisionError(
            "no_full_name",
            f"Nothing is filed under {made.application_no} yet, so its full name is not known.",
            "Give the full name as well.",
        )
    return str(known[-1])
