"""What the readers of the several formats hand to `unpack`: entries, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from model.container import MemberOutcome
from parsers.archives.store import OverLimit, StoredFile


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an archive's listing; nothing in it is checked yet.

    name: as decoded. raw: the name's bytes as far as the format shows them. encoding: the one
    taken; repaired: it was guessed. size, packed: bytes as declared. crc: CRC-32, None if none.
    link: target of a link, "" where it is not told, None for anything else.
    streams: the engine gives `size` bytes for it. called: the name the engine knows it by.
    overlaps: its bytes are those of another entry as well.
    """

    name: str
    raw: bytes
    encoding: str
    size: int
    packed: int
    repaired: bool = False
    crc: int | None = None
    modified: datetime | None = None
    method: str = ""
    encrypted: bool = False
    folder: bool = False
    link: str | None = None
    streams: bool = True
    called: bytes = b""
    overlaps: bool = False

    @property
    def is_file(self) -> bool:
        return not self.folder and self.link is None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one entry. over: the limit it broke, for OVER_LIMIT. code: the finding,
    where it is another than the outcome's own."""

    outcome: MemberOutcome
    file: StoredFile | None = None
    over: OverLimit | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What an archive says it holds.

    count: entries in all; more than there are in `entries` where they are over the limit.
    whole: the listing could be read to its end. closed: names are encrypted and were not opened.
    """

    entries: tuple[Entry, ...]
    count: int
    comment: str = ""
    encrypted: bool = False
    whole: bool = True
    closed: bool = False
    first_missing: bool = False


@dataclass(frozen=True, slots=True)
class Extracted:
    """A listing and, place by place, what became of its entries.

    stopped: "time", "cpu", "memory" or "" – what ended it early. missing_volume: the engine's
    name of the volume it could not find. password: the candidate that opened something.
    """

    listing: Listing
    taken: tuple[Taken, ...]
    stopped: str = ""
    missing_volume: str = ""
    password: str = field(default="", repr=False)


def untaken(entry: Entry, outcome: MemberOutcome = MemberOutcome.DAMAGED) -> Taken:
    """What becomes of an entry whose bytes were not to be had; folders and links keep theirs."""
    if entry.folder:
        return Taken(MemberOutcome.FOLDER)
    if entry.link is not None:
        return Taken(MemberOutcome.LINK)
    return Taken(outcome)


def stopped(reason: str) -> Taken:
    """What becomes of a file for which no time or memory was left. reason: as in `Extracted`."""
    return Taken(MemberOutcome.OVER_LIMIT, over=OverLimit(f"package.limit_{reason}", 0, 0))
