"""From one archive on disk to its entries and their bytes, for each format.

Order of attempts. RAR: rarfile lists and the engine streams; where the stream does not fit, or
rarfile found nothing, the engine's own listing. ZIP: zipfile lists; it unpacks what is small,
and the engine what is large, what zipfile cannot unpack, and whatever it cannot list. 7z, CAB,
LHA, ARJ, cpio, discs: the engine. tar: the standard library; what it is packed in, and single
streams: the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from model.container import MemberOutcome, UnpackLimits
from parsers.archives.engine import OutOfTime
from parsers.archives.engine_listing import engine_listing
from parsers.archives.entries import Entry, Extracted, Listing, Taken, stopped, untaken
from parsers.archives.limits import Spent
from parsers.archives.passwords import passwords_in
from parsers.archives.plain_zip import readable, unzip, zip_listing
from parsers.archives.rar_listing import rar_listing
from parsers.archives.single import STREAMS, read_single
from parsers.archives.split import split
from parsers.archives.store import Store
from parsers.archives.tar import read_tar

_UNOPENED = Listing((), 0, whole=False)
_LARGE_BYTES = 8 << 20
"""From here on the engine is faster, though it has to be started: it works beside us."""
_SHARED = Taken(MemberOutcome.DAMAGED, code="package.member_overlap")


@dataclass(frozen=True, slots=True)
class Purse:
    """What all readers of one mail share: where bytes go and what they may cost."""

    store: Store
    limits: UnpackLimits
    passwords: tuple[str, ...]
    spent: Spent
    heard: list[str] = field(default_factory=list, repr=False)
    """Passwords that stood in comments, in the order in which they were read."""

    @property
    def deadline(self) -> float:
        return self.spent.deadline(self.limits)

    @property
    def most(self) -> int:
        """How many entries may still be listed."""
        return max(self.limits.members - self.spent.members, 0)

    def announce(self, listing: Listing) -> list[int]:
        """The places of the files, of which the bytes are now expected."""
        places = [place for place, entry in enumerate(listing.entries) if entry.is_file]
        self.spent.expect(sum(listing.entries[place].size for place in places))
        return places

    def hear(self, comment: str) -> None:
        """Take note of what the comment of an archive says of passwords."""
        for password in passwords_in(comment):
            if password not in self.heard and password not in self.passwords:
                self.heard.append(password)

    def candidates(self) -> Iterator[str]:
        """Passwords to try: those that have opened something, those that were given, those that
        were heard; all together no more different ones than are allowed."""
        given, room = self.passwords[: self.limits.passwords], self.limits.passwords
        room -= len(given) + self.spent.heard_before
        tried = list(self.spent.opened_with)
        yield from tried
        for password in (*given, *self.heard[: max(room, 0)]):
            if password not in tried:
                tried.append(password)
                if password in self.heard and password not in self.spent.heard:
                    self.spent.heard.append(password)
                yield password

    @property
    def untried(self) -> int:
        """How many candidates there are beyond those that are tried."""
        allowed = max(self.limits.passwords - self.spent.heard_before, 0)
        return max(len(self.passwords) + len(self.heard) - allowed, 0)

    def opened(self, password: str) -> None:
        """From now on this one is tried first."""
        self.spent.opened_with[:] = dict.fromkeys([password, *self.spent.opened_with])


def extract(path: Path, kind: str, name: str, purse: Purse) -> Extracted:
    """Everything that comes out of one archive; `kind` as `archive_format` says, `name` its own."""
    try:
        if kind.startswith("rar"):
            return _rar(path, kind, purse)
        if kind == "zip":
            return _zip(path, purse)
        if kind.startswith("tar"):
            return read_tar(path, kind, purse.store, purse.limits, purse.most, purse.deadline)
        if kind in STREAMS:
            return read_single(path, kind, name, purse.store, purse.limits, purse.deadline)
        return _by_engine(path, kind, purse)
    except OutOfTime as over:
        return Extracted(_UNOPENED, (), stopped=over.reason)


def _rar(path: Path, kind: str, purse: Purse) -> Extracted:
    listing = rar_listing(path, purse.most, purse.deadline)
    if listing.first_missing:
        return Extracted(listing, ())
    if not listing.entries:
        # Encrypted names, or nothing that rarfile could read: it may be damaged before it is empty.
        return _by_engine(path, kind, purse)
    if not listing.whole:
        other = _agreed(path, kind, listing, purse)
        if other is None:
            return _by_engine(path, kind, purse)
        listing = replace(listing, whole=other.whole)
    wanted = purse.announce(listing)
    extracted = _stream(path, kind, listing, wanted, purse, last_resort=False)
    if extracted is None and _agreed(path, kind, listing, purse):
        # It is the archive that contradicts itself; rarfile's names are the better ones.
        extracted = _stream(path, kind, listing, wanted, purse)
    return extracted or _by_engine(path, kind, purse)


def _agreed(path: Path, kind: str, listing: Listing, purse: Purse) -> Listing | None:
    """The engine's listing, if it has the same sizes, place by place, and nothing beyond them.

    It may read on where rarfile stopped at a damaged header.
    """
    other, _ = engine_listing(path, kind, "", purse.limits, purse.most, purse.deadline)
    sizes = [[entry.size for entry in one.entries] for one in (listing, other)]
    return other if sizes[0] == sizes[1] and listing.count == other.count else None


def _zip(path: Path, purse: Purse) -> Extracted:
    listing = zip_listing(path, purse.most)
    if listing is None:
        return _by_engine(path, "zip", purse)
    entries = listing.entries
    files = purse.announce(listing)
    wanted = [place for place in files if not entries[place].overlaps]
    shared = {place: _SHARED for place in files if entries[place].overlaps}
    if sum(entries[place].size for place in wanted) >= _LARGE_BYTES:
        extracted = _stream(path, "zip", listing, wanted, purse, already=shared, last_resort=False)
        if extracted is not None:
            return extracted if extracted.stopped else _second_opinion(path, extracted, purse)
    plain = [place for place in wanted if readable(entries[place])]
    taken, end = unzip(path, entries, plain, purse.store, purse.deadline)
    taken |= shared
    if end:
        return Extracted(listing, _in_order(entries, taken, end), stopped=end)
    rest = [p for p in wanted if p not in taken or taken[p].outcome is MemberOutcome.DAMAGED]
    if not rest:
        return Extracted(listing, _in_order(entries, taken))
    return _stream(path, "zip", listing, rest, purse, already=taken) or Extracted(
        listing, _in_order(entries, taken)
    )


def _second_opinion(path: Path, extracted: Extracted, purse: Purse) -> Extracted:
    """Ask zipfile for what the engine could not give."""
    entries = extracted.listing.entries
    again = [
        place
        for place, one in enumerate(extracted.taken)
        if one.outcome is MemberOutcome.DAMAGED and not one.code and readable(entries[place])
    ]
    if not again:
        return extracted
    taken, end = unzip(path, entries, again, purse.store, purse.deadline)
    every = {**dict(enumerate(extracted.taken)), **taken}
    return replace(extracted, taken=_in_order(entries, every, end), stopped=end)


def _by_engine(path: Path, kind: str, purse: Purse) -> Extracted:
    """List and stream by the engine; names that are encrypted are opened by the candidates."""
    known = ""
    listing, ended = engine_listing(path, kind, "", purse.limits, purse.most, purse.deadline)
    if listing.closed:
        purse.hear(listing.comment)
        for known in purse.candidates():
            opened, ended = engine_listing(
                path, kind, known, purse.limits, purse.most, purse.deadline
            )
            if not opened.closed:
                listing = replace(opened, encrypted=True)
                purse.opened(known)
                break
    wanted = purse.announce(listing)
    extracted = _stream(path, kind, listing, wanted, purse) or Extracted(listing, ())
    return replace(
        extracted,
        stopped=extracted.stopped or ended.cut_short,
        missing_volume=extracted.missing_volume or ended.missing_volume,
        password=extracted.password or ("" if listing.closed else known),
    )


def _stream(
    path: Path, kind: str, listing: Listing, wanted: Sequence[int], purse: Purse, *,
    already: dict[int, Taken] | None = None, last_resort: bool = True,
) -> Extracted | None:  # fmt: skip
    """Stream the wanted entries, with each password until all are open.

    None where the stream does not fit the listing and another listing is to be had.
    """
    entries = listing.entries
    taken = dict(already or {})
    purse.hear(listing.comment)
    end = missing_volume = used = ""
    for password in _tries(listing, purse):
        done = split(
            path, kind, entries, wanted, password=password, store=purse.store,
            limits=purse.limits, deadline=purse.deadline, last_resort=last_resort,
        )  # fmt: skip
        if not done.fits and not last_resort:
            for one in done.taken.values():
                if one.file:
                    purse.store.forget(one.file)
            return None
        taken.update(done.taken)
        end, missing_volume = done.stopped, missing_volume or done.missing_volume
        if password and _opened(entries, done.taken):
            used = password
            purse.opened(password)
        wanted = [place for place in wanted if _closed(entries, taken, place, bool(used))]
        if end or not wanted:
            break
    for place in wanted if not end else ():
        taken[place] = Taken(MemberOutcome.ENCRYPTED)
    return Extracted(
        listing, _in_order(entries, taken, end), stopped=end,
        missing_volume=missing_volume, password=used,
    )  # fmt: skip


def _tries(listing: Listing, purse: Purse) -> Iterator[str]:
    """The candidates where there is something encrypted; without any, no password."""
    tried = False
    if listing.encrypted:
        for password in purse.candidates():
            tried = True
            yield password
    if not tried:
        yield ""


def _opened(entries: Sequence[Entry], taken: dict[int, Taken]) -> bool:
    return any(
        one.outcome is MemberOutcome.STORED and entries[place].encrypted and entries[place].size
        for place, one in taken.items()
    )


def _closed(entries: Sequence[Entry], taken: dict[int, Taken], place: int, opened: bool) -> bool:
    """Whether a password is still wanted. Old RAR has no check of it: wrong bytes may only be
    a wrong password, as long as none has opened anything."""
    if place not in taken:
        return False
    outcome = taken[place].outcome
    if outcome is MemberOutcome.ENCRYPTED:
        return True
    return outcome is MemberOutcome.DAMAGED and entries[place].encrypted and not opened


def _in_order(
    entries: Sequence[Entry], taken: dict[int, Taken], end: str = ""
) -> tuple[Taken, ...]:
    """One for every entry; what did not come because of a limit of time or memory says so."""

    def one(place: int, entry: Entry) -> Taken:
        if place in taken:
            return taken[place]
        return stopped(end) if end and entry.is_file else untaken(entry)

    return tuple(one(place, entry) for place, entry in enumerate(entries))


def files_of(extracted: Extracted) -> Iterable[tuple[Entry, Taken]]:
    """The entries that are files, with what became of them."""
    pairs = zip(extracted.listing.entries, extracted.taken, strict=True)
    return ((entry, taken) for entry, taken in pairs if entry.is_file)
