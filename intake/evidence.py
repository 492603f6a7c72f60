"""What is known of the letters sent so far, as it is filed with an application's next version."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.ledger import outbox


def sending_evidence(tx: Connection, programme: str, object_id: str) -> bytes | None:
    """JSON: one entry for each letter about an application; None where there was none yet."""
    letters: list[dict[str, Any]] = [
        {
            "receipt_no": row.receipt_no,
            "message_id": row.message_id,
            "recipient": row.recipient,
            "state": row.state,
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "evidence": row.evidence,
            "attempts": row.attempts,
        }
        for row in outbox.of_object(tx, programme, object_id)
    ]
    if not letters:
        return None
    return json.dumps(letters, ensure_ascii=False, indent=2).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of a letter: how that is known, and when it was. state: sent, or withdrawn with
    the reason in place of the evidence."""

    evidence: str
    sent_at: datetime | None
    state: str = "sent"


def sent_by_evidence(data: bytes) -> dict[str, Sending]:
    """Receipt number → its sending, for the letters that the filed JSON shows as sent, and for
    those that it shows as withdrawn."""
    return {
        one["receipt_no"]: Sending(
            one["evidence"] or one["state"],
            datetime.fromisoformat(one["sent_at"]) if one["sent_at"] else None,
            one["state"],
        )
        for one in json.loads(data)
        if one["state"] in ("sent", "withdrawn")
    }
