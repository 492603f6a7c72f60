"""The page on which a clerk decides: what would follow is shown with its letter, then done.

The page asks for no password: whoever may open it may decide, under the name that is typed in. So
it is there only where `intake console` listens on loopback, or was told to decide all the same.
"""

from __future__ import annotations

import json
import logging
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from intake.decisions.decide import CarriedOut, Proposal, decide, propose
from intake.decisions.decided import records_of
from intake.decisions.rulings import decided_on, standing
from intake.sheets.words import DECISIONS, OUTCOMES
from intake.workplace import Workplace
from model.decision import DecisionKind
from model.errors import DecisionError, IntakeError
from storage.ledger import queries

logger = logging.getLogger(__name__)

MOST_FORM_BYTES = 64 << 10
MOST_DIGITS = 6
"""Of a version's number."""
FIELDS = ("kind", "by", "reason", "application_no", "full_name", "revokes", "letter", "version")


@cache
def words() -> dict[str, Any]:
    """What the page says, by key."""
    return tomllib.loads(Path(__file__).with_name("deciding.toml").read_text("utf-8"))


def form(place: Workplace, programme: str, object_id: str, version: str) -> dict[str, Any] | None:
    """The empty form; None where there is no such application. version: whose mail is meant, by
    default that in force."""
    return _page(place, programme, object_id, {"version": version})


def sent(
    place: Workplace, programme: str, object_id: str, fields: dict[str, bytes]
) -> dict[str, Any] | None:
    """The page with what would follow, or, where that was shown and confirmed, what was done."""
    given = {name: fields.get(name, b"").decode("utf-8", "replace").strip() for name in FIELDS}
    page = _page(place, programme, object_id, given)
    if page is None:
        return None
    try:
        proposal = _proposal(place, programme, object_id, given)
        seen = json.dumps(proposal.heads, sort_keys=True)
        shown = {"proposal": _shown(proposal), "seen": seen}
        if not fields.get("confirmed"):
            return page | shown
        if fields.get("seen", b"").decode("utf-8", "replace") != seen:
            return page | shown | {"trouble": words()["changed"]}
        return page | {"done": _done(decide(place, proposal))}
    except _Refused as refused:
        return page | {"trouble": refused.text}
    except DecisionError as error:
        return page | {"trouble": words()["not_possible"][error.code]}
    except IntakeError:
        logger.exception("A decision about %s cannot be carried out now.", object_id)
        return page | {"trouble": words()["operator"]}


class _Refused(Exception):
    """What the clerk has to fill in first, in Chinese."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _proposal(place: Workplace, programme: str, object_id: str, given: dict[str, str]) -> Proposal:
    if given["kind"] not in {kind.value for kind in DecisionKind}:
        raise _Refused(words()["which"])
    for name in ("by", "reason"):
        if not given[name]:
            raise _Refused(words()["needs_" + name])
    kind = DecisionKind(given["kind"])
    if kind is DecisionKind.TIE and not given["application_no"]:
        raise _Refused(words()["needs_number"])
    if kind is DecisionKind.REVOKE and not given["revokes"]:
        raise _Refused(words()["needs_decision"])
    return propose(
        place,
        programme,
        object_id,
        kind,
        by=given["by"],
        reason=given["reason"],
        version=_version(given["version"]),
        application_no=given["application_no"] if kind is DecisionKind.TIE else "",
        full_name=given["full_name"] if kind is DecisionKind.TIE else "",
        revokes=given["revokes"] if kind is DecisionKind.REVOKE else "",
        letter={"yes": True, "no": False}.get(given["letter"]),
    )


def _version(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def _page(
    place: Workplace, programme: str, object_id: str, given: dict[str, str]
) -> dict[str, Any] | None:
    with place.ledger.read() as tx:
        rows = queries.versions(tx, programme, object_id)
    if not rows:
        return None
    zone = place.programme(programme).zone
    records = records_of(place, programme, object_id)
    version = _version(given.get("version", "")) or _in_force(place, programme, object_id)
    if not 1 <= version <= len(records):
        return None
    record = records[version - 1]
    origin = record.decision.origin if record.decision else object_id
    holding = standing(decided_on(records_of(place, programme, origin), record.message.sha256))
    return {
        "programme": programme,
        "object_id": object_id,
        "record": record,
        "outcome_text": OUTCOMES[record.outcome.value],
        "findings": [one for one in record.findings if one.effect not in ("note", "remind")],
        "kinds": [(kind.value, words()["kinds"][kind.value]) for kind in DecisionKind],
        "holding": [
            {"id": one.id, "words": _called(one.kind, one.application_no), "by": one.by,
             "reason": one.reason, "at": f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}"}
            for one in holding
        ],
        "given": {name: given.get(name, "") for name in FIELDS},
        "proposal": None,
        "seen": "",
        "trouble": "",
        "done": None,
    }  # fmt: skip


def _in_force(place: Workplace, programme: str, object_id: str) -> int:
    with place.ledger.read() as tx:
        current = queries.current(tx, programme)
    return next(int(row.version) for row in current if row.object_id == object_id)


def _called(kind: DecisionKind, application_no: str) -> str:
    return DECISIONS[kind.value].format(elsewhere=application_no)


def _shown(proposal: Proposal) -> dict[str, Any]:
    after = proposal.after
    return {
        "words": _called(proposal.decision.kind, proposal.decision.application_no),
        "before": OUTCOMES[proposal.before.outcome.value],
        "after": OUTCOMES[after.verdict.outcome.value],
        "home": after.home,
        "findings": [
            one for one in after.verdict.findings if one.effect.value not in ("note", "remind")
        ],
        "to": after.owed.recipient,
        "subject": proposal.letter.subject if proposal.letter else "",
        "text": proposal.letter.text if proposal.letter else "",
        "why_no_letter": proposal.why_no_letter,
    }


def _done(done: CarriedOut) -> dict[str, str]:
    return {
        "object_id": done.object_id,
        "outcome": OUTCOMES[done.outcome],
        "receipt_no": done.receipt_no,
    }
