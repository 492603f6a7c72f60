"""Mail from files instead of a mailbox: .eml, mbox, Maildir, and folders of these.

The arrival time is the one given, else the delivery time that the store keeps, else that of the
topmost Received header, else now; the record says which.
"""

from __future__ import annotations

import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, cast

from intake.taking import drop_known
from intake.workplace import Workplace
from model.errors import IntakeError, ReaderFailed
from model.message import RawMessage
from parsers.isolation import Readers
from storage.ledger import receiving
from storage.spool import CHUNK_BYTES, Spooled

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""A Received header before this, or in the future, is not believed."""

MAILBOX = "import"
"""The name under which imported mail stands in the ledger."""


@dataclass(frozen=True, slots=True)
class Source:
    """One mail to be imported. delivered: when its store says that it came, None if it does not."""

    path: Path
    delivered: datetime | None
    copy: Callable[[BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """One mail that is ours now. new: False where its bytes already were."""

    source: Path
    sha256: str
    received_at: datetime
    received_source: str
    new: bool


def import_paths(
    place: Workplace,
    paths: list[Path],
    programme: str,
    received: datetime | None = None,
    progress: Callable[[Imported], None] | None = None,
) -> list[Imported]:
    """Take in every mail that the paths hold; processing them is the next step.

    programme: "" where several are configured and each mail is to be told apart by itself.

    Raises: IntakeError where a path is none of the kinds above; nothing after it is read.
    """
    programme = _known_programme(place, programme) if programme else ""
    imported = []
    for path in paths:
        for source in sources(path):
            one = _import(place, source, programme, received)
            imported.append(one)
            if progress:
                progress(one)
    return imported


def _known_programme(place: Workplace, name: str) -> str:
    """The id under which every worker finds the same rules.

    Raises: ProgrammeError; IntakeError for a file that workers would not find by its id.
    """
    rules = place.programme(name)
    if name != rules.id and place.programme(rules.id).version != rules.version:
        raise IntakeError(
            f"{name} is not the programme {rules.id} that workers would find.",
            "Put the file into programmes_dir, and give its id.",
        )
    return rules.id


def sources(path: Path) -> Iterator[Source]:
    """The mails at a path, in the order of their names."""
    if not path.exists():
        raise IntakeError(f"There is no {path}.", "Give the path of an .eml, an mbox or a folder.")
    if path.is_file():
        yield from _mbox(path) if _is_mbox(path) else [_file(path, None)]
    elif (path / "cur").is_dir() or (path / "new").is_dir():
        for name in ("new", "cur"):
            if (path / name).is_dir():
                for file in sorted(one for one in (path / name).iterdir() if one.is_file()):
                    # A Maildir's file is delivered when it is written (maildir(5)).
                    when = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                    yield _file(file, when)
    else:
        found = sorted(
            one for one in path.rglob("*")
            if (one.is_dir() and (one / "cur").is_dir())
            or (one.is_file() and (one.suffix.lower() in (".eml", ".mbox"))
            and one.parent.name not in ("cur", "new", "tmp"))
        )  # fmt: skip
        if not found:
            raise IntakeError(
                f"The folder {path} holds no mail.",
                "Mail is looked for in .eml and .mbox files and in Maildir folders.",
            )
        for one in found:
            yield from sources(one)


def _import(
    place: Workplace, source: Source, programme: str, received: datetime | None
) -> Imported:
    try:
        with place.spool.receive() as incoming:
            source.copy(cast(BinaryIO, incoming))
            spooled = incoming.keep()
    except OSError as error:
        raise IntakeError(
            f"{source.path} cannot be read: {error.strerror}.",
            "Mend its permissions and import it again; what was imported before it is kept.",
        ) from error
    when, how = _arrival(place, source, spooled, received)
    raw = RawMessage(
        sha256=spooled.sha256,
        size=spooled.size,
        path=spooled.path,
        received_at=when,
        received_source=how,
        mailbox=MAILBOX,
        folder=source.path.name[:255],
    )
    with place.ledger.write() as tx:
        new = receiving.add_message(tx, raw, programme, place.clock())
    if not new:
        drop_known(place, spooled.sha256)
    return Imported(source.path, spooled.sha256, when, how, new)


def _arrival(
    place: Workplace, source: Source, spooled: Spooled, received: datetime | None
) -> tuple[datetime, str]:
    if received is not None:
        return received, "given"
    if source.delivered is not None:
        return source.delivered, "store"
    return arrival_of_file(place.readers, spooled.path, None, place.clock())


def arrival_of_file(
    readers: Readers, path: Path, received: datetime | None, now: datetime
) -> tuple[datetime, str]:
    """The arrival time of a mail that no store says anything of, and where it comes from."""
    if received is not None:
        return received, "given"
    try:
        found = readers.read_head(path).received_at
    except ReaderFailed:
        found = None
    if found is None or not EARLIEST <= found <= now + timedelta(days=1):
        return now, "now"
    return found, "received-header"


def _file(path: Path, delivered: datetime | None) -> Source:
    def copy(into: BinaryIO) -> None:
        with path.open("rb") as file:
            _stream(file, into)

    return Source(path, delivered, copy)


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _mbox(path: Path) -> Iterator[Source]:
    with _opened(path) as box:
        for key in box.iterkeys():

            def copy(into: BinaryIO, key: str = key) -> None:
                # A mailbox's file proxy reads from the mbox itself: no mail is held in memory.
                with box.get_file(key) as file:
                    _stream(cast(BinaryIO, file), into)

            yield Source(path, _from_line_date(box, key), copy)


@contextmanager
def _opened(path: Path) -> Iterator[mailbox.mbox]:
    box = mailbox.mbox(str(path), create=False)
    try:
        yield box
    finally:
        box.close()


def _from_line_date(box: mailbox.mbox, key: str) -> datetime | None:
    """The date of the separator line `From sender Wed Jun 16 09:00:00 2021` (RFC 4155: in UTC)."""
    with box.get_file(key, from_=True) as file:
        line = file.readline().decode("ascii", "replace").strip()
    parts = line.split(maxsplit=2)
    if len(parts) < 3:
        return None
    try:
        return datetime.strptime(parts[2], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return _rfc2822(parts[2])


def _rfc2822(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _stream(file: BinaryIO, into: BinaryIO) -> None:
    while chunk := file.read(CHUNK_BYTES):
        into.write(chunk)
