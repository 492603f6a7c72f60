"""Where letters to units that have sent nothing (催报) are filed: no application exists that they
could be filed with, so they have a storage root for each programme, with one object for each unit
and one version for each letter."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter

from intake.contents import EVIDENCE, RECORD
from intake.evidence import sent_by_evidence
from intake.workplace import Workplace
from model.reminder import NotSentRecord
from storage.archive import Archive, FiledVersion
from storage.ledger import numbers, outbox, reminders
from storage.ledger.numbers import Reservation

LETTER = "receipt/reminder.eml"
"""Where a reminder is filed, so that the receipt of a version stays where it is."""

_RECORDS = TypeAdapter(NotSentRecord)


def letters_archive(place: Workplace, programme: str) -> Archive:
    """The storage root of one programme's letters."""
    data = place.settings.data_dir
    # No programme's id begins with a dot, so this is nobody else's staging folder.
    return Archive(data / "reminders" / programme, data / "archive" / ".staging" / ".reminders")


def programmes_with_letters(place: Workplace) -> list[str]:
    """Programmes of which such letters are filed."""
    root = place.settings.data_dir / "reminders"
    return sorted(one.name for one in root.iterdir() if one.is_dir()) if root.is_dir() else []


def encode_letter_record(record: NotSentRecord) -> bytes:
    """The bytes of record.json."""
    return _RECORDS.dump_json(record, indent=2) + b"\n"


def _record(version: FiledVersion) -> NotSentRecord:
    """Raises: pydantic.ValidationError where it is no record of a letter."""
    return _RECORDS.validate_json(version.path(RECORD).read_bytes())


def enter_letters(place: Workplace, programme: str, object_id: str) -> None:
    """Enter the letters of one unit that were filed just before a kill."""
    archive = letters_archive(place, programme)
    archive.recover(object_id)
    for version in archive.versions(object_id):
        with place.ledger.write() as tx:
            answer = _record(version).answer
            reminders.enter_letter(tx, programme, object_id, version.number, answer)


def rebuild_letters(place: Workplace) -> None:
    """Enter every letter into an empty ledger. Of one whose sending no later version shows, the
    fate is unknown: it is verified or held for a person, never blindly sent."""
    for programme in programmes_with_letters(place):
        archive = letters_archive(place, programme)
        for object_id in archive.object_ids():
            archive.recover(object_id)
            held = archive.versions(object_id)
            known = next(
                (sent_by_evidence(one.path(EVIDENCE).read_bytes())
                 for one in reversed(held) if EVIDENCE in one.state), {}
            )  # fmt: skip
            for version in held:
                answer = _record(version).answer
                assert answer.made_at is not None
                proof = known.get(answer.receipt_no)
                with place.ledger.write() as tx:
                    numbers.keep_reservation(
                        tx,
                        Reservation(
                            sha256=answer.key,
                            programme=programme,
                            object_id=object_id,
                            receipt_no=answer.receipt_no,
                            message_id=answer.message_id,
                            recipient=answer.recipient,
                            made_at=answer.made_at,
                        ),
                    )
                    state = proof.state if proof else "unknown"
                    reminders.enter_letter(tx, programme, object_id, version.number, answer, state)
                    if proof:
                        outbox.set_evidence(tx, answer.receipt_no, proof.evidence, proof.sent_at)


def verify_letters(place: Workplace) -> Iterator[tuple[str, str, str]]:
    """What is wrong with them: (where, problem, advice). Every byte is read."""
    for programme in programmes_with_letters(place):
        archive = letters_archive(place, programme)
        damaged = set()
        for object_id, problem in archive.verify():
            damaged.add(object_id)
            yield (
                f"reminders {programme}/{object_id}",
                problem,
                "Restore this object from a backup.",
            )
        for object_id in archive.object_ids():
            if object_id in damaged:
                continue
            with place.ledger.read() as tx:
                rows = outbox.of_object(tx, programme, object_id)
            entered = {row.version for row in rows}
            held = {version.number for version in archive.versions(object_id)}
            for number in sorted(held - entered):
                yield (
                    f"reminders {programme}/{object_id}",
                    f"version {number} is not in the ledger",
                    "The next run of `intake remind` enters it.",
                )
            for number in sorted(entered - held):
                yield (
                    f"ledger {programme}/{object_id}",
                    f"version {number} of the letters is not in the archive",
                    "Restore this object from a backup.",
                )
