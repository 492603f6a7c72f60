"""Everything a run works with, opened once and passed down."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from intake.ownership import process_owner
from intake.settings import Settings
from model.errors import IntakeError, LedgerError
from model.programme import Programme
from parsers.isolation import Readers
from programmes import find_programme
from storage.archive import Archive
from storage.ledger import Ledger
from storage.spool import Spool

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workplace:
    """Settings, ledger, spool, archives, reader processes, and the clock."""

    settings: Settings
    ledger: Ledger
    spool: Spool
    readers: Readers
    clock: Clock
    owner: str = field(default_factory=process_owner)

    def programme(self, name: str) -> Programme:
        return find_programme(name, self.settings.programmes_dir)

    def archive(self, programme: str) -> Archive:
        """The storage root of one programme."""
        root = self.settings.data_dir / "archive"
        return Archive(root / programme, root / ".staging" / programme)

    def archived_programmes(self) -> list[str]:
        """Programmes that have a storage root."""
        root = self.settings.data_dir / "archive"
        if not root.is_dir():
            return []
        return sorted(
            folder.name for folder in root.iterdir()
            if folder.is_dir() and not folder.name.startswith(".")
        )  # fmt: skip

    @property
    def work_folder(self) -> Path:
        """Where private work directories are made: on the archive's file system."""
        return self.settings.data_dir / "work"


@contextmanager
def open_workplace(
    settings: Settings, clock: Clock = system_clock, *, new_ledger: bool = False
) -> Iterator[Workplace]:
    """Open everything; close it afterwards. new_ledger: it may be empty beside a full archive.

    Raises: IntakeError where the data folder or the ledger cannot be used.
    """
    try:
        (settings.data_dir / "work").mkdir(parents=True, exist_ok=True)
        spool = Spool(settings.data_dir / "spool")
    except OSError as error:
        raise IntakeError(
            f"The data folder {settings.data_dir} cannot be used: {error.strerror}.",
            "Set data_dir (INTAKE_DATA_DIR) to a folder that this user may write to.",
        ) from error
    if not os.access(settings.data_dir, os.W_OK):
        raise IntakeError(
            f"The data folder {settings.data_dir} is not writable.",
            "Mend its permissions, or set data_dir (INTAKE_DATA_DIR) to another folder.",
        )
    if not new_ledger:
        _must_have_a_ledger(settings)
    ledger = Ledger.open(settings.ledger())
    try:
        with readers_of(settings, settings.workers) as readers:
            yield Workplace(settings, ledger, spool, readers, clock)
    finally:
        ledger.close()


def readers_of(settings: Settings, count: int = 1) -> Readers:
    """Reader processes with the limits of the settings, `count` of those that read bytes."""
    return Readers(
        count,
        settings.reader_memory_bytes,
        scanners=settings.picture_readers,
        scan_memory_bytes=settings.picture_memory_bytes,
    )


def _must_have_a_ledger(settings: Settings) -> None:
    """An archive without its ledger: everything would be received and answered a second time.

    Raises: LedgerError.
    """
    if settings.ledger_url or (settings.data_dir / "ledger.db").exists():
        return
    for root in (settings.data_dir / "archive", settings.data_dir / "registers"):
        if root.is_dir() and any(not one.name.startswith(".") for one in root.iterdir()):
            raise LedgerError(
                f"There is an archive in {root}, but no ledger beside it.",
                "Bring ledger.db back, or make it again with `intake ledger rebuild`.",
            )
