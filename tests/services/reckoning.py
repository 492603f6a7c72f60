"""Compares what came of a season with what was to come of it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes

from sqlalchemy import select

from intake.verify import verify
from intake.workplace import Workplace
from storage.ledger import outbox
from storage.ledger.schema import message, revision
from tests.builders.season import PROGRAMME, SeasonMail
from tests.services.mailroom import Mailroom


def differences(room: Mailroom, mails: list[SeasonMail]) -> list[str]:
    """Everything that is not as it must be once all is done; empty where nothing is lost and
    nothing done twice."""
    with room.place() as place:
        return [
            *_ledger(place, mails),
            *_receipts(place, room, mails),
            *(f"archive {one}: {problem}" for one, problem in place.archive(PROGRAMME).verify()),
            *(f"verify: {one.where}: {one.problem}" for one in verify(place)),
            *_leftovers(place),
            *_flags(room),
        ]


def digest(mail: SeasonMail) -> str:
    return hashlib.sha256(mail.data).hexdigest()


def _ledger(place: Workplace, mails: list[SeasonMail]) -> Iterator[str]:
    with place.ledger.read() as tx:
        states = dict(tx.execute(select(message.c.sha256, message.c.state)).all())
        rows = tx.execute(select(revision).where(revision.c.kind == "mail")).all()
    wanted = {digest(mail): mail for mail in mails}
    if states.keys() != wanted.keys():
        yield f"{len(states)} mails in the ledger instead of {len(wanted)}"
    yield from (f"{sha256[:8]} is {state}" for sha256, state in states.items()
                if state != "processed")  # fmt: skip
    times = Counter(row.sha256 for row in rows)
    yield from (f"{mail.kind} {sha256[:8]} has {times[sha256]} revisions"
                for sha256, mail in wanted.items() if times[sha256] != 1)  # fmt: skip
    for row in rows:
        mail = wanted.get(row.sha256)
        if mail is None:
            continue
        found, expected = (row.application_no, row.outcome), (mail.application_no, mail.outcome)
        if (mail.application_no and found != expected) or found[1] != expected[1]:
            yield f"{mail.kind} {row.sha256[:8]} is {found} instead of {expected}"
    by_object: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda one: (one.object_id, one.version)):
        by_object.setdefault(row.object_id, []).append(row.revision)
    yield from (f"{name} has revisions {numbers}" for name, numbers in by_object.items()
                if numbers != list(range(1, len(numbers) + 1)))  # fmt: skip


def _receipts(place: Workplace, room: Mailroom, mails: list[SeasonMail]) -> Iterator[str]:
    with place.ledger.read() as tx:
        rows = outbox.listing(tx)
    serials = [row.receipt_no for row in rows]
    if serials != [f"HZ2021-{number:05d}" for number in range(1, len(rows) + 1)]:
        yield f"the numbers are not gapless: {serials}"
    yield from (f"{row.receipt_no} is {row.state}" for row in rows if row.state != "sent")
    kinds = {row.sha256: row.kind for row in rows}
    for mail in mails:
        kind = kinds.get(digest(mail), "none")
        if kind != mail.receipt:
            yield f"{mail.kind} {digest(mail)[:8]} has receipt {kind} instead of {mail.receipt}"
    letters = room.letters()
    taken = Counter(letter.message_id for letter in letters)
    yield from (f"the letter {name} was taken {times} times" for name, times in taken.items()
                if times > 1)  # fmt: skip
    known = {row.message_id for row in rows}
    yield from (f"the letter {name} never came" for name in known - taken.keys())
    yield from (f"the letter {name} has no receipt" for name in taken.keys() - known)
    owed = Counter(
        message_from_bytes(mail.data)["Message-ID"].strip()
        for mail in mails if mail.receipt != "none"
    )  # fmt: skip
    answered = Counter(letter.answers for letter in letters)
    if owed != answered:
        yield f"owed but not answered: {owed - answered}; answered too often: {answered - owed}"


def _leftovers(place: Workplace) -> Iterator[str]:
    place.spool.sweep(time.time() + 7200)
    data = place.settings.data_dir
    for folder in (place.spool.folder, place.work_folder):
        yield from (f"left over: {path}" for path in folder.iterdir())
    staging = data / "archive" / ".staging" / PROGRAMME
    yield from (f"left over: {path}" for path in staging.iterdir() if path.name != "locks")


def _flags(room: Mailroom) -> Iterator[str]:
    for uid, flags in room.dovecot.flags(room.user).items():
        if b"\\Seen" in flags:
            yield f"message {uid} is marked as read"
