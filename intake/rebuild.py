"""The ledger made again from the archive alone, and single versions entered that it has missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from intake import inner
from intake.archival import restore_code
from intake.contents import EVIDENCE, MESSAGE, RECORD, decode_record, texts_of
from intake.evidence import Sending, sent_by_evidence
from intake.register.in_force import rebuild_registers
from intake.reminders.letters import programmes_with_letters, rebuild_letters
from intake.workplace import Workplace
from model.errors import LedgerError
from model.finding import Finding
from model.message import RawMessage
from model.policies import serial_pattern
from model.record import AnswerState, Record, RecordKind
from model.verdict import Outcome
from storage.archive import FiledVersion
from storage.ledger import decisions, filing, numbers, outbox, queries, receiving, work
from storage.ledger.numbers import Reservation
from storage.ledger.receiving import Numbering

RESERVED = (RecordKind.MAIL, RecordKind.REMINDER, RecordKind.DECISION)
"""Kinds of versions whose letter's number was drawn for them."""
SETTLED = ("sent", "withdrawn")
"""States of letters that filed evidence shows."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was entered. unknown: letters without filed evidence of their sending, which are
    verified or held for a person, never blindly sent. registers: programmes that have one."""

    objects: int
    versions: int
    receipts: int
    unknown: int
    registers: int = 0


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
                _restore_code(place, tx, record)
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
    registers = rebuild_registers(place)
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
    rebuild_letters(place)
    for programme in programmes_with_letters(place):
        _count_on(place, programme)
    with place.ledger.read() as tx:
        states = outbox.states(tx)
    letters = sum(states.values())
    return Rebuilt(objects, versions, letters, states.get("unknown", 0), registers)


def _evidence(held: tuple[FiledVersion, ...]) -> dict[str, Sending]:
    """What the newest version that says so knows of the letters, by receipt number."""
    for version in reversed(held):
        if EVIDENCE in version.state:
            return sent_by_evidence(version.path(EVIDENCE).read_bytes())
    return {}


def _enter(
    place: Workplace, record: Record, version: FiledVersion, evidence: dict[str, Sending]
) -> None:
    message, letter = record.message, record.letter
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
        if record.kind in RESERVED and letter.made_at is not None:
            numbers.keep_reservation(
                tx,
                Reservation(
                    sha256=letter.key or message.sha256,
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
            state = "held" if held else proof.state if proof else "unknown"
        filing.record(tx, record, version.number, state, texts=texts_of(record, version))
        _restore_code(place, tx, record)
        if record.decision is not None and record.kind is RecordKind.DECISION:
            done = record.outcome is not Outcome.TIED
            decisions.restore(tx, record.programme, record.decision, done=done)
        if state in SETTLED:
            known = evidence[letter.receipt_no]
            outbox.set_evidence(tx, letter.receipt_no, known.evidence, known.sent_at)


def _restore_code(place: Workplace, tx: Connection, record: Record) -> None:
    """The 档号 that was drawn for the application; its series goes on behind it."""
    if record.archival is not None:
        rules = place.programme(record.programme)
        restore_code(tx, rules, record.object_id, record.archival.code)


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
        routed=next(
            (
                Finding(one.code, one.about, one.params)
                for one in record.findings
                if one.code.startswith("programme.")
            ),
            None,
        ),
    )


def _enter_inner(place: Workplace, record: Record, version: FiledVersion) -> None:
    """Mails that were forwarded and had not had their turn yet: they wait again."""
    held = inner.hold(place, record, version)
    with place.ledger.write() as tx:
        inner.enter(tx, place, record, held)


def _count_on(place: Workplace, programme: str) -> None:
    """Numbers of receipts and of reminders go on behind the highest one in the archive."""
    rules = place.programme(programme)
    series = {"receipt": rules.receipt.number, "reminder": rules.reminders.number}
    with place.ledger.write() as tx:
        letters = [row.receipt_no for row in outbox.listing(tx, programme=programme)]
        for name, pattern in series.items():
            number = serial_pattern(pattern, rules.year)
            found = [int(match[1]) for one in letters if (match := number.fullmatch(one))]
            if found:
                numbers.set_serial(tx, f"{name}:{rules.id}:{rules.year}", max(found))
