"""Mails and records to put into a ledger, each by one short word."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from model.message import RawMessage
from model.record import (
    Answer,
    AnswerState,
    FiledFile,
    FiledFinding,
    MessageFacts,
    Record,
    RecordKind,
)
from model.verdict import ChecklistItem, ItemState, Outcome, ReceiptKind
from storage.ledger import filing, receiving

NOW = datetime(2021, 6, 16, 1, 0, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=10)
LATER = NOW + LENGTH
PROGRAMME = "national-2021"
SENDER = "zhang@example.test"


def sha(word: str) -> str:
    return hashlib.sha256(word.encode(errors="replace")).hexdigest()


def raw(word: str, **changes: Any) -> RawMessage:
    """The mail of that word."""
    values: dict[str, Any] = {
        "sha256": sha(word),
        "size": len(word),
        "path": Path("/nowhere") / word,
        "received_at": NOW,
        "mailbox": "main",
        "folder": "INBOX",
        "uid_validity": 7,
        "uid": 1,
    }
    return RawMessage(**(values | changes))


def add(tx: Connection, *words: str, programme: str = PROGRAMME) -> list[str]:
    """Mails that wait, in this order; their digests."""
    for word in words:
        assert receiving.add_message(tx, raw(word), programme, NOW)
    return [sha(word) for word in words]


def filed_file(path: str, **changes: Any) -> FiledFile:
    values: dict[str, Any] = {
        "path": path,
        "filed_as": f"files/{path}",
        "size": 3,
        "sha256": sha(path),
        "media_type": "application/pdf",
        "material": "commitment_letter",
    }
    return FiledFile(**(values | changes))


def filed_finding(code: str, text: str = "缺少承诺书。", **changes: Any) -> FiledFinding:
    values: dict[str, Any] = {
        "about": "承诺书",
        "effect": "correct",
        "text": text,
        "advice": "请补交。",
    }
    return FiledFinding(code=code, **(values | changes))


def letter(number: str, word: str, **changes: Any) -> Answer:
    """A letter that is owed for the mail of that word."""
    values: dict[str, Any] = {
        "state": AnswerState.OWED,
        "kind": ReceiptKind.COMPLETE,
        "receipt_no": number,
        "message_id": f"<receipt.{sha(word)[:32]}@example.test>",
        "made_at": NOW,
        "recipient": SENDER,
        "subject": f"材料接收回执 {number}",
        "filed_as": "receipt/receipt.eml",
        "sha256": sha(number),
    }
    return Answer(**(values | changes))


NO_LETTER = Answer(AnswerState.NONE, ReceiptKind.NONE, "ignored")


def record(word: str, answer: Answer = NO_LETTER, **changes: Any) -> Record:
    """What was filed for the mail of that word; `changes` go to the record or to its message."""
    facts: dict[str, Any] = {
        "sha256": sha(word),
        "size": len(word),
        "received_at": NOW,
        "received_source": "server",
        "mailbox": "main",
        "folder": "INBOX",
        "uid_validity": 7,
        "uid": 1,
        "subject": "ZB20210137+山东某某机械有限公司",
        "sender": SENDER,
        "sender_name": "张三",
        "message_id": f"<{word}@example.test>",
        "sent_at": NOW,
    }
    values: dict[str, Any] = {
        "schema": 1,
        "kind": RecordKind.MAIL,
        "programme": PROGRAMME,
        "object_id": "ZB20210137",
        "revision": 1,
        "application_no": "ZB20210137",
        "full_name": "山东某某机械有限公司",
        "outcome": Outcome.COMPLETE,
        "needs_person": False,
        "checklist": (
            ChecklistItem("commitment_letter", "承诺书", ItemState.PRESENT, ("承诺书.pdf",)),
        ),
        "findings": (),
        "packages": (),
        "containers": (),
        "files": (),
        "content_key": sha("content of " + word),
        "answer": answer,
        "rules_version": "r1",
        "software_version": "0.1.0",
        "processed_at": NOW,
    }
    facts |= {name: changes.pop(name) for name in list(changes) if name in facts}
    return Record(message=MessageFacts(**facts), **(values | changes))


def owe(tx: Connection, *numbers: str, **changes: Any) -> None:
    """Letters that are owed, one for the first version of an application each."""
    for number in numbers:
        made = record(number, letter(number, number, **changes), object_id=f"ZB-{number}")
        filing.record(tx, made, 1)
