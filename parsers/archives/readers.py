"""From one archive on disk to its entries and their bytes, for each format.

Order of attempts. RAR: rarfile lists and the engine streams; where the stream does not fit, or
rarfile found nothing, the engine's own listing. ZIP: zipfile lists and unpacks; what it cannot
unpack, and whatever it cannot list, goes to the engine. 7z: the engine. tar, gzip, bzip2, xz:
the standard library, as streams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.container import MemberOutcome, UnpackLimits
from parsers.archives.engine import OutOfTime
from parsers.archives.engine_listing import engine_listing
from parsers.archives.entries import Entry, Extracted, Listing, Taken, stopped, untaken
from parsers.archives.limits import Spent
from parsers.archives.plain_zip import readable, unzip, zip_listing
from parsers.archives.rar_listing import rar_listing
from parsers.archives.single import read_single
from parsers.archives.split import split
from parsers.archives.store import Store
from parsers.archives.tar import read_tar

_UNOPENED = Listing((), 0, whole=False)


@dataclass(frozen=True, slots=True)
class Purse:
    """What all readers of one mail share: where bytes go and what they may cost."""

    store: Store
    limits: UnpackLimits
    passwords: tuple[str, ...]
    spent: Spent

    @property
    def deadline(self) -> float:
        return self.spent.deadline(self.limits)

    @property
    def most(self) -> int:
        """How many entries may still be listed."""
        return max(self.limits.members - self.spent.members, 0)

    def candidates(self) -> Iterator[str]:
        """Passwords to try: those that have opened something, then the others while any are
        allowed."""
        yield from self.spent.opened_with
        for password in self.passwords:
            if password in self.spent.opened_with:
                continue
            if self.spent.passwords >= self.limits.passwords:
                return
            self.spent.passwords += 1
            yield password


def extract(path: Path, kind: str, name: str, purse: Purse) -> Extracted:
    """Everything that comes out of one archive; `kind` as `archive_format` says, `name` its own."""
    try:
        if kind.startswith("rar"):
            return _rar(path, kind, purse)
        if kind == "zip":
            return _zip(path, purse)
        if kind == "7z":
            return _by_engine(path, kind, purse)
    except OutOfTime:
        return Extracted(_UNOPENED, (), stopped="time")
    if kind.startswith("tar"):
        return read_tar(path, kind, purse.store, purse.most, purse.deadline)
    return read_single(path, kind, name, purse.store, purse.deadline)


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
    wanted = [place for place, entry in enumerate(listing.entries) if entry.is_file]
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
    wanted = [place for place, entry in enumerate(entries) if entry.is_file]
    plain = [place for place in wanted if readable(entries[place])]
    taken, end = unzip(path, entries, plain, purse.store, purse.deadline)
    if end:
        return Extracted(listing, _in_order(entries, taken, end), stopped=end)
    rest = [p for p in wanted if p not in taken or taken[p].outcome is MemberOutcome.DAMAGED]
    if not rest:
        return Extracted(listing, _in_order(entries, taken))
    return _stream(path, "zip", listing, rest, purse, already=taken) or Extracted(
        listing, _in_order(entries, taken)
    )


def _by_engine(path: Path, kind: str, purse: Purse) -> Extracted:
    """List and stream by the engine; names that are encrypted are opened by the candidates."""
    known = ""
    listing, ended = engine_listing(path, kind, "", purse.limits, purse.most, purse.deadline)
    if listing.closed:
        for known in purse.candidates():
            opened, ended = engine_listing(
                path, kind, known, purse.limits, purse.most, purse.deadline
            )
            if not opened.closed:
                listing = replace(opened, encrypted=True)
                purse.spent.opened_with[:] = dict.fromkeys([known, *purse.spent.opened_with])
                break
    wanted = [place for place, entry in enumerate(listing.entries) if entry.is_file]
    extracted = _stream(path, kind, listing, wanted, purse) or Extracted(listing, ())
    return replace(
        extracted,
        stopped=extracted.stopped or ended.cut_short,
        missing_volume=extracted.missing_volume or ended.missing_volume,
        password_used=extracted.password_used or bool(known and not listing.closed),
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
            purse.spent.opened_with[:] = dict.fromkeys([password, *purse.spent.opened_with])
        wanted = [place for place in wanted if _closed(entries, taken, place, bool(used))]
        if end or not wanted:
            break
    for place in wanted if not end else ():
        taken[place] = Taken(MemberOutcome.ENCRYPTED)
    return Extracted(
        listing, _in_order(entries, taken, end), stopped=end,
        missing_volume=missing_volume, password_used=bool(used),
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
