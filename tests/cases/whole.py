"""What holds of a whole season, whatever became of the single mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

from sqlalchemy import select

from intake.rebuild import rebuild
from intake.verify import verify
from storage.ledger import work
from storage.ledger.schema import file, finding, receipt, revision
from tests.cases.office import Office

Rows = dict[str, list[tuple[Any, ...]]]


def answered_once(office: Office) -> Iterator[str]:
    """Every mail is processed, and has one letter or the reason why it has none."""
    with office.place.ledger.read() as tx:
        states = work.states(tx)
        rows = tx.execute(select(revision).where(revision.c.kind == "mail")).all()
        letters = tx.execute(select(receipt)).all()
    if set(states) - {"processed"}:
        yield f"not all mails are processed: {states}"
    if states.get("processed") != len(rows):
        yield f"{states} mails, {len(rows)} revisions"
    numbers = [one.receipt_no for one in letters]
    if len(set(numbers)) < len(numbers):
        yield "a receipt number was given twice"
    for row in rows:
        owed = numbers.count(row.receipt_no) if row.receipt_no else 0
        if (owed, bool(row.answer_reason)) not in ((1, False), (0, True)):
            yield f"{row.subject!r}: {owed} letters, reason {row.answer_reason!r}"
    if sorted(one.state for one in letters) != ["sent"] * len(letters):
        yield f"letters are {sorted({one.state for one in letters})}"
    if len(office.smtp.letters) != len(letters):
        yield f"{len(letters)} letters are owed, {len(office.smtp.letters)} went out"
    filed = sorted(one.letter for one in office.filed.values() if one.letter)
    sent = [one.read_bytes().replace(b"\r\n", b"\n") for one in office.smtp.letters]
    for one in filed:
        if sent.count(one.replace(b"\r\n", b"\n")) != 1:
            yield "a letter as filed did not go out, or twice"


def gaps(office: Office) -> Iterator[str]:
    """Receipt numbers of each programme begin with 1 and have no gaps."""
    with office.place.ledger.read() as tx:
        rows = tx.execute(select(receipt.c.programme, receipt.c.receipt_no)).all()
    serials: dict[str, list[int]] = {}
    for programme, number in rows:
        rules = office.place.programme(programme)
        pattern = re.escape(rules.receipt.number).replace(r"\{year\}", str(rules.year))
        found = re.fullmatch(re.sub(r"\\\{serial[^}]*\}", r"(\\d+)", pattern), number)
        if found is None:
            yield f"{number} is not as {programme} numbers its letters"
        else:
            serials.setdefault(programme, []).append(int(found[1]))
    for programme, found_ in serials.items():
        if sorted(found_) != list(range(1, len(found_) + 1)):
            yield f"{programme}: {sorted(found_)}"


def disagreements(office: Office) -> list[str]:
    """What `intake verify` finds wrong between ledger, archive and spool."""
    return [f"{one.where}: {one.problem}" for one in verify(office.place, mailboxes=False)]


def said_again(office: Office) -> Iterator[str]:
    """Every mail comes once more under another UID, as after a move to another server: nothing is
    done a second time."""
    before, letters = rows(office.place), len(office.smtp.letters)
    for case, mail in office.sent:
        office.receive(case, mail)
    office.run()
    if len(office.smtp.letters) != letters:
        yield f"{len(office.smtp.letters) - letters} more letters"
    after = rows(office.place)
    yield from (f"{name}: rows have changed" for name in before if after[name] != before[name])


def rebuilt(office: Office, folder: Path) -> Iterator[str]:
    """The ledger is made again from the archive alone: the same rows."""
    copytree(office.place.settings.data_dir / "archive", folder / "archive")
    place = office.at(folder)
    try:
        rebuild(place)
        before, after = rows(office.place), rows(place)
    finally:
        place.ledger.close()
    for name, wanted in before.items():
        yield from (f"{name}: lacks {one}" for one in wanted if one not in after[name])
        yield from (f"{name}: has {one}" for one in after[name] if one not in wanted)


def rows(place: Any) -> Rows:
    """Every column that the archive must give back, in an order that rests on no row's id."""
    sending = {"state", "owner", "lease_until", "attempts", "next_try_at", "tried_at", "sent_at",
               "evidence", "error"}  # fmt: skip
    found: Rows = {}
    with place.ledger.read() as tx:
        versions = {
            row.id: (row.programme, row.object_id, row.version)
            for row in tx.execute(select(revision))
        }
        for table in (revision, file, finding, receipt):
            left_out = {"id", *(sending if table is receipt else ())}
            found[table.name] = sorted(
                tuple(
                    str(versions[value]) if name == "revision_id" else repr(value)
                    for name, value in row._mapping.items()
                    if name not in left_out
                )
                for row in tx.execute(select(table))
            )
    return found
