"""What each page shows, as plain values."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from console.web.origin import origins
from intake.answer import letter_of
from intake.bounces import in_words
from intake.sheet import OUTCOMES, STATES
from intake.workplace import Workplace
from model.errors import ArchiveError
from receipts.policy import reasons
from storage.ledger import bounces, outbox, queries, search, work
from storage.ledger.bounces import Mark

RECEIPTS = {
    "owed": "待发送",
    "held": "待放行",
    "sending": "发送中",
    "sent": "已发送",
    "failed": "发送失败",
    "unknown": "待核实",
}
KINDS = {"mail": "来件", "reprocess": "重新处理", "decision": "人工决定", "enrich": "后台识别"}


def ledger(place: Workplace, wanted: str, outcome: str) -> dict[str, Any]:
    """The newest state of every application, or of those that match a search."""
    with place.ledger.read() as tx:
        rows = queries.current(tx)
        if wanted:
            hits = {(row.programme, row.object_id) for row in search.find(tx, wanted, most=1000)}
            rows = [row for row in rows if (row.programme, row.object_id) in hits]
        mails, letters = work.states(tx), outbox.states(tx)
        marks = bounces.marks(tx)
    counts = {name: sum(row.outcome == name for row in rows) for name in OUTCOMES}
    persons = sum(row.needs_person for row in rows)
    undelivered = [row for row in rows if _is_undelivered(marks.get(row.receipt_no))]
    if outcome == bounces.UNDELIVERED:
        rows = undelivered
    elif outcome == "person":
        rows = [row for row in rows if row.needs_person]
    elif outcome:
        rows = [row for row in rows if row.outcome == outcome]
    return {
        "rows": [_row(place, row, marks.get(row.receipt_no)) for row in rows],
        "counts": [(name, OUTCOMES[name], count) for name, count in counts.items() if count],
        "persons": persons,
        "undelivered": len(undelivered),
        "wanted": wanted,
        "outcome": outcome,
        "waiting": mails.get("waiting", 0) + mails.get("working", 0),
        "quarantined": mails.get("quarantined", 0),
        "letters": [(RECEIPTS[name], count) for name, count in letters.items()],
    }


def application(place: Workplace, programme: str, object_id: str) -> dict[str, Any] | None:
    """Every version of one application, the newest first; None where there is none."""
    evidence = origins(place, programme, object_id)
    with place.ledger.read() as tx:
        rows = queries.versions(tx, programme, object_id)
        if not rows:
            return None
        letters = {row.receipt_no: row for row in outbox.of_object(tx, programme, object_id)}
        marks = bounces.marks(tx)
        versions = [
            {
                **_row(place, row, marks.get(row.receipt_no)),
                "version": row.version,
                "origin": evidence.get(row.version, []),
                "kind": KINDS[row.kind],
                "checklist": [
                    {"parts": [], **item, "state_text": STATES[item["state"]]}
                    for item in row.checklist
                ],
                "findings": queries.findings_of(tx, row.id),
                "files": queries.files_of(tx, row.id),
                "receipt_state": _letter_state(letters.get(row.receipt_no)),
                "no_letter": "" if row.receipt_no else reasons().get(row.answer_reason, ""),
                "rules_version": row.rules_version,
                "sha256": row.sha256,
                "by": row.by,
                "carrier": queries.carrier_of(tx, row.sha256),
                "carries": queries.carried_by(tx, row.sha256),
            }
            for row in reversed(rows)
        ]
    return {"programme": programme, "object_id": object_id, "versions": versions}


def receipt_text(place: Workplace, number: str) -> str | None:
    """A letter's plain text as it was sent, None where there is no such letter."""
    with place.ledger.read() as tx:
        row = outbox.find(tx, number)
    if row is None:
        return None
    mail = message_from_bytes(letter_of(place, row), policy=policy.default)
    body = mail.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n") if body else ""
    return f"收件人：{mail['to']}\n主题：{mail['subject']}\n\n{text}"


def filed_file(
    place: Workplace, programme: str, object_id: str, version: int, path: str
) -> Path | None:
    """Where a filed file lies; None where the archive has none of that name."""
    if programme not in place.archived_programmes():
        return None
    try:
        held = place.archive(programme).versions(object_id)
    except ArchiveError:
        return None
    for one in held:
        if one.number == version and path in one.state:
            return one.path(path)
    return None


def _is_undelivered(mark: Mark | None) -> bool:
    return mark is not None and mark.state == bounces.UNDELIVERED


def _row(place: Workplace, row: Any, mark: Mark | None) -> dict[str, Any]:
    zone = place.programme(row.programme).zone
    return {
        "programme": row.programme,
        "object_id": row.object_id,
        "application_no": row.application_no or "（未识别）",
        "full_name": row.full_name or "—",
        "received": f"{row.received_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        "revision": row.revision,
        "outcome": row.outcome,
        "outcome_text": OUTCOMES[row.outcome],
        "needs_person": row.needs_person,
        "receipt_no": row.receipt_no,
        "receipt_state": RECEIPTS.get(getattr(row, "receipt_state", None) or "", ""),
        "mark": in_words(mark, zone) if mark else "",
        "mark_said": f"{mark.recipient} {mark.diagnostic}".strip() if mark else "",
        "undelivered": _is_undelivered(mark),
        "sender": row.sender,
        "subject": row.subject,
    }


def _letter_state(row: Any) -> str:
    if row is None:
        return ""
    without_copy = row.state == "sent" and row.copy_to and row.error
    return RECEIPTS[row.state] + ("，抄送未成功" if without_copy else "")
