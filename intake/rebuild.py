"""The ledger made again from the archive alone, and single versions entered that it has missed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from intake import inner
from intake.contents import EVIDENCE, MESSAGE, RECORD, decode_record, texts_of
from intake.evidence import Sending, sent_by_evidence
from intake.workplace import Workplace
from model.errors import LedgerError
from model.message import RawMessage
from model.record import AnswerState, Record, RecordKind
from storage.archive import FiledVersion
from storage.ledger import filing, numbers, outbox, queries, receiving, work
from storage.ledger.numbers import Reservation
from storage.ledger.receiving import Numbering


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was entered. unknown: letters without filed evidence of their sending, which are
    verified or held for a person, never blindly sent."""

    objects: int
    versions: int
    receipts: int
    unknown: int


def enter_missing(place: Workplace, programme: str, object_id: str) -> int:
    """Enter the versions of one object that were filed just before a kill."""
    archive = place.archive(programme)
    archive.recover(object_id)
    entered = 0
    held = archive.versions(object_id)
    if not held:
        return 0
    with place.ledger.read() as tx:
        known = {row.version for row in queries.versions(tx, programme, object_id)}
    for version in held:
        if version.number not in known:
            record = decode_record(version.path(RECORD).read_bytes())
            with place.ledger.write() as tx:
                filing.record(tx, record, version.number, texts=texts_of(record, version))
            entered += 1
    return entered


def rebuild(place: Workplace, progress: Callable[[str], None] | None = None) -> Rebuilt:
    """Fill an empty ledger from all archives.

    Raises: LedgerError where the ledger is not empty: a rebuild goes into a new one.
    """
    with place.ledger.read() as tx:
        if work.states(tx):
            raise LedgerError(
                "The ledger is not empty.",
                "Move ledger.db (and its -wal and -shm files) aside first, or set ledger_url to "
                "a new database; then run `intake ledger rebuild` again.",
            )
    objects = versions = 0
    outer: list[tuple[Record, FiledVersion]] = []
    for programme in place.archived_programmes():
        archive = place.archive(programme)
        for object_id in archive.object_ids():
            archive.recover(object_id)
            objects += 1
            held = archive.versions(object_id)
            evidence = _evidence(held)
            for version in held:
                record = decode_record(version.path(RECORD).read_bytes())
                _enter(place, record, version, evidence)
                versions += 1
                if record.forwarded:
                    outer.append((record, version))
            if progress:
                progress(object_id)
        _count_on(place, programme)
    for record, version in outer:
        _enter_inner(place, record, version)
    with place.ledger.read() as tx:
        states = outbox.states(tx)
    return Rebuilt(objects, versions, sum(states.values()), states.get("unknown", 0))


def _evidence(held: tuple[FiledVersion, ...]) -> dict[str, Sending]:
    """What the newest version that says so knows of the letters, by receipt number."""
    for version in reversed(held):
        if EVIDENCE in version.state:
            return sent_by_evidence(version.path(EVIDENCE).read_bytes())
    return {}


def _enter(
    place: Workplace, record: Record, version: FiledVersion, evidence: dict[str, Sending]
) -> None:
    message, letter = record.message, record.answer
    with place.ledger.write() as tx:
        if record.kind is RecordKind.MAIL:
            raw = message_of(record, version)
            now = place.clock()
            receiving.add_message(tx, raw, record.programme, now)
            work.set_processed(tx, message.sha256)
            if message.uid:
                at = Numbering(
                    message.mailbox, message.server, message.folder, message.uid_validity
                )
                receiving.note_sighting(tx, at, message.uid, "held", now, sha256=message.sha256)
            if letter.made_at is not None:
                numbers.keep_reservation(
                    tx,
                    Reservation(
                        sha256=message.sha256,
                        programme=record.programme,
                        object_id=record.object_id,
                        receipt_no=letter.receipt_no,
                        message_id=letter.message_id,
                        recipient=letter.recipient,
                        made_at=letter.made_at,
                    ),
                )
        state = None
        if letter.state is not AnswerState.NONE:
            proof = evidence.get(letter.receipt_no)
            held = letter.state is AnswerState.HELD and proof is None
            state = "held" if held else "sent" if proof else "unknown"
        filing.record(tx, record, version.number, state, texts=texts_of(record, version))
        if state == "sent":
            known = evidence[letter.receipt_no]
            outbox.set_evidence(tx, letter.receipt_no, known.evidence, known.sent_at)


def message_of(record: Record, version: FiledVersion) -> RawMessage:
    """The mail of a version, lying in the archive."""
    facts = record.message
    return RawMessage(
        sha256=facts.sha256,
        size=facts.size,
        path=version.path(MESSAGE),
        received_at=facts.received_at,
        received_source=facts.received_source,
        mailbox=facts.mailbox,
        folder=facts.folder,
        uid_validity=facts.uid_validity,
        uid=facts.uid,
        server=facts.server,
        junk=facts.junk,
        forwarded=facts.forwarded,
    )


def _enter_inner(place: Workplace, record: Record, version: FiledVersion) -> None:
    """Mails that were forwarded and had not had their turn yet: they wait again."""
    held = inner.hold(place, record, version)
    with place.ledger.write() as tx:
        inner.enter(tx, place, record, held)


def _count_on(place: Workplace, programme: str) -> None:
    """Receipt numbers go on behind the highest one in the archive."""
    rules = place.programme(programme)
    pattern = re.compile(
        re.escape(rules.receipt.number.format(year=rules.year, serial=987654321)).replace(
            "987654321", r"(\d+)"
        )
    )
    with place.ledger.write() as tx:
        found = [
            int(match[1])
            for row in outbox.listing(tx, programme=programme)
            if (match := pattern.fullmatch(row.receipt_no))
        ]
        if found:
            numbers.set_serial(tx, f"receipt:{rules.id}:{rules.year}", max(found))
