"""Fixity, and that mailbox = ledger = archive: each thing that one has and another lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from intake.contents import MESSAGE
from intake.receive import account_of, folders_of
from intake.register.in_force import verify_registers
from intake.reminders.letters import verify_letters
from intake.workplace import Workplace
from mail.imap import ImapMailbox
from model.errors import ArchiveError
from storage.ledger import queries, receiving, work
from storage.ledger.receiving import Numbering


@dataclass(frozen=True, slots=True)
class Problem:
    """where: what is wrong with what; advice: what the operator does about it."""

    where: str
    problem: str
    advice: str


Progress = Callable[[str], None]


def verify(
    place: Workplace, *, mailboxes: bool = True, progress: Progress | None = None
) -> Iterator[Problem]:
    """Look at everything; yields what is wrong, nothing where all agree.

    Raises: MailboxError where a mailbox cannot be reached.
    """
    for programme in place.archived_programmes():
        yield from _archive(place, programme, progress)
    for told in (*verify_letters(place), *verify_registers(place)):
        yield Problem(*told)
    yield from _ledger(place)
    yield from _spool(place)
    if mailboxes:
        for name in place.settings.mailboxes:
            yield from _mailbox(place, name)


def _archive(place: Workplace, programme: str, progress: Progress | None) -> Iterator[Problem]:
    archive = place.archive(programme)
    for object_id, problem in archive.verify():
        yield Problem(
            f"archive {programme}/{object_id}",
            problem,
            "Restore this object from a backup; the mail may still be in the mailbox.",
        )
    for object_id in archive.object_ids():
        with place.ledger.read() as tx:
            entered = {row.version for row in queries.versions(tx, programme, object_id)}
        try:
            held = {version.number for version in archive.versions(object_id)}
        except ArchiveError:
            continue  # damaged, and told above
        for number in sorted(held - entered):
            yield Problem(
                f"archive {programme}/{object_id}",
                f"version {number} is not in the ledger",
                f"`intake reprocess --application {object_id} --dry-run` enters it.",
            )
        for number in sorted(entered - held):
            yield Problem(
                f"ledger {programme}/{object_id}",
                f"version {number} is not in the archive",
                "Restore this object from a backup.",
            )
        if progress:
            progress(f"{programme}/{object_id}")


def _ledger(place: Workplace) -> Iterator[Problem]:
    """Every processed mail's bytes are in the archive; every other one's in the spool."""
    with place.ledger.read() as tx:
        for row in work.in_state(tx, "processed"):
            versions = queries.by_message(tx, row.sha256)
            if not any(_holds(place, one, row.sha256) for one in versions):
                yield Problem(
                    f"mail {row.sha256}",
                    "is processed, but no version in the archive holds its bytes",
                    "Restore the object from a backup, or fetch the mail again with `intake poll`.",
                )
        for state in ("waiting", "working", "quarantined"):
            for row in work.in_state(tx, state):
                if not place.spool.path(row.sha256).is_file():
                    yield Problem(
                        f"mail {row.sha256}",
                        f"is {state}, but not in the spool",
                        f"Restore {place.spool.path(row.sha256)} from a backup.",
                    )
                if state == "quarantined":
                    reason = row.error.strip().splitlines()[-1:] or [""]
                    yield Problem(
                        f"mail {row.sha256}",
                        f"is quarantined: {reason[0]}",
                        f"`intake reprocess --message {row.sha256[:16]}` tries it again.",
                    )


def _holds(place: Workplace, row: Row[Any], sha256: str) -> bool:
    try:
        version = place.archive(row.programme).version_with(row.object_id, MESSAGE, sha256)
    except ArchiveError:
        return False
    return version is not None


def _spool(place: Workplace) -> Iterator[Problem]:
    for sha256 in place.spool.held():
        with place.ledger.read() as tx:
            row = work.find(tx, sha256)
        if row is None:
            yield Problem(
                f"spool {sha256}",
                "lies in the spool, but the ledger does not know it",
                "It was received just before a kill and is fetched again by `intake poll`; "
                f"or take it in with `intake import {place.spool.path(sha256)}`.",
            )
        elif place.spool.digest(sha256) != sha256:
            yield Problem(
                f"spool {sha256}",
                "its bytes have changed",
                "Remove the file and restore it from a backup or the mailbox.",
            )


def _mailbox(place: Workplace, name: str) -> Iterator[Problem]:
    account = account_of(place, name)
    with ImapMailbox(account) as connection:
        for folder in [one.name for one in folders_of(place, connection)]:
            state = connection.open(folder)
            at = Numbering(name, connection.server, folder, state.uid_validity)
            uids = connection.new_uids(0)
            with place.ledger.read() as tx:
                position = receiving.read_position(tx, name, folder)
                held = receiving.held_uids(tx, at, uids)
            reached = position.last_uid if position else 0
            for uid in uids:
                if uid not in held:
                    what = "has not been received yet" if uid > reached else "could not be received"
                    yield Problem(
                        f"mailbox {name}/{folder} UID {uid}",
                        what,
                        "Run `intake poll`; if it stays, look at the mail in the mailbox.",
                    )
