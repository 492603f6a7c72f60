"""What each page shows, as plain values."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from console.web.origin import origins
from console.web.side_by_side import COLUMNS, agreements
from intake.answer import letter_of
from intake.bounces import in_words
from intake.sheets.words import DECISIONS, OUTCOMES, STATES
from intake.workplace import Workplace
from model.errors import ArchiveError
from receipts.policy import reasons
from storage.ledger import bounces, outbox, queries, reminders, search, work
from storage.ledger.bounces import Mark

RECEIPTS = {
    "owed": "待发送",
    "held": "待放行",
    "sending": "发送中",
    "sent": "已发送",
    "failed": "发送失败",
    "unknown": "待核实",
    "withdrawn": "已撤回",
}
KINDS = {
    "mail": "来件",
    "reprocess": "重新处理",
    "decision": "人工决定",
    "enrich": "后台识别",
    "reminder": "补正提醒",
}


def ledger(place: Workplace, wanted: str, outcome: str) -> dict[str, Any]:
    """The newest state of every application, or of those that match a search."""
    with place.ledger.read() as tx:
        rows = queries.current(tx)
        if wanted:
            hits = {(row.programme, row.object_id) for row in search.find(tx, wanted, most=1000)}
            rows = [row for row in rows if (row.programme, row.object_id) in hits]
        mails, letters = work.states(tx), outbox.states(tx)
        reminded = reminders.last_reminded(tx)
        marks = bounces.marks(tx)
    counts = {name: sum(row.outcome == name for row in rows) for name in OUTCOMES}
    persons = sum(row.needs_person for row in rows)
    undelivered = [row for row in rows if _is_undelivered(marks.get(row.letter_no))]
    if outcome == bounces.UNDELIVERED:
        rows = undelivered
    elif outcome == "person":
        rows = [row for row in rows if row.needs_person]
    elif outcome:
        rows = [row for row in rows if row.outcome == outcome]
    return {
        "rows": [
            {
                **_row(place, row, marks.get(row.letter_no)),
                "receipt_no": row.letter_no or "",
                "reminded": _reminded(place, row, reminded),
            }
            for row in rows
        ],
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
    named = agreements(place, programme, object_id)
    with place.ledger.read() as tx:
        rows = queries.versions(tx, programme, object_id)
        if not rows:
            return None
        about = outbox.of_object(tx, programme, object_id)
        letters = {row.receipt_no: row for row in about}
        written = {row.version: row.receipt_no for row in about if row.kind in queries.REMINDERS}
        marks = bounces.marks(tx)
        versions = [
            {
                **_row(place, row, marks.get(number)),
                "receipt_no": number,
                "reminds": row.version in written,
                "version": row.version,
                "origin": evidence.get(row.version, []),
                "agreement": named.get(row.version, []),
                "kind": KINDS[row.kind],
                "checklist": [
                    {"parts": [], **item, "state_text": STATES[item["state"]]}
                    for item in row.checklist
                ],
                "findings": queries.findings_of(tx, row.id),
                "files": queries.files_of(tx, row.id),
                "receipt_state": _letter_state(letters.get(number)),
                "no_letter": "" if number else reasons().get(row.answer_reason, ""),
                "rules_version": row.rules_version,
                "sha256": row.sha256,
                "by": row.by,
                "decision": _decision(row.decision),
                "due": f"{row.due_on:%Y-%m-%d}" if row.due_on else "",
                "carrier": queries.carrier_of(tx, row.sha256),
                "carries": queries.carried_by(tx, row.sha256),
            }
            for row in reversed(rows)
            for number in [written.get(row.version, row.receipt_no)]
        ]
    return {
        "programme": programme,
        "object_id": object_id,
        "versions": versions,
        "agreement_columns": COLUMNS,
    }


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


def _decision(made: dict[str, Any] | None) -> str:
    """What was decided, with its reason, on one line; "" where nothing was."""
    if made is None:
        return ""
    kind = DECISIONS[made["kind"]].format(elsewhere=made["application_no"])
    return f"{kind}（{made['reason']}）"


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


def _reminded(place: Workplace, row: Any, sent: dict[tuple[str, str], Any]) -> str:
    """The day on which an application was last reminded of its correction, "" if never."""
    reminder = sent.get((row.programme, row.object_id))
    if reminder is None or row.outcome != "correction" or reminder.sent_at is None:
        return ""
    return f"{reminder.sent_at.astimezone(place.programme(row.programme).zone):%Y-%m-%d}"


def _letter_state(row: Any) -> str:
    if row is None:
        return ""
    without_copy = row.state == "sent" and row.copy_to and row.error
    return RECEIPTS[row.state] + ("，抄送未成功" if without_copy else "")
