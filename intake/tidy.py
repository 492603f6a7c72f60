"""What dead workers left lying about is removed: private folders, half-received mail, spool
copies of mail that is in the archive already, half-staged versions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

from intake.contents import MESSAGE
from intake.ownership import is_dead
from intake.workplace import Workplace
from storage.ledger import queries, work

NEEDED = ("waiting", "working", "quarantined")
"""States of mail whose bytes only the spool holds."""


@contextmanager
def private_folder(place: Workplace) -> Iterator[Path]:
    """A folder to work in, named after its owner, so that it can be told whose it is."""
    prefix = quote(place.owner, safe="") + "~"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place.work_folder) as folder:
        yield Path(folder)


def tidy(place: Workplace) -> None:
    """Remove what is nobody's any more. What living workers have in hand is left alone."""
    for folder in place.work_folder.iterdir():
        owner, mark, _ = folder.name.rpartition("~")
        if mark and is_dead(unquote(owner)):
            shutil.rmtree(folder, ignore_errors=True)  # a second one may be tidying too
    place.spool.sweep(place.clock().timestamp())
    with place.ledger.read() as tx:
        needed = {one.sha256 for state in NEEDED for one in work.in_state(tx, state)}
    for sha256 in place.spool.held():
        # What the ledger does not know may be on its way in.
        if sha256 not in needed and is_archived(place, sha256):
            place.spool.remove(sha256)
    for programme in place.archived_programmes():
        place.archive(programme).clear_staging()


def is_archived(place: Workplace, sha256: str) -> bool:
    """Whether a mail is processed and a version in the archive holds its very bytes."""
    with place.ledger.read() as tx:
        row = work.find(tx, sha256)
        if row is None or row.state != "processed":
            return False
        versions = queries.by_message(tx, sha256)
    return any(
        place.archive(one.programme).version_with(one.object_id, MESSAGE, sha256) is not None
        for one in versions
    )
