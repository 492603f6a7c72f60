"""One archive as a whole: what is to be opened, and what is to be said of how that went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.container import MemberOutcome
from model.finding import Finding
from parsers.archives.describe import memory_wanted, over_limit
from parsers.archives.detect import UNSUPPORTED, is_archive
from parsers.archives.entries import Extracted
from parsers.archives.readers import Purse, files_of
from parsers.archives.store import OverLimit
from parsers.archives.volumes import VolumeSet
from parsers.documents.detect import EMPTY, UNKNOWN, detect

_NAMES_SHOWN = 10
_CALLED = {EMPTY: "空文件", UNKNOWN: "无法识别的数据", "text/plain": "纯文本", "text/csv": "纯文本"}
_OUT = (MemberOutcome.STORED, MemberOutcome.FOLDER)


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive to open. path: of the container, as shown. about: what findings call it.
    siblings: the files beside it by name, in case it is one of several volumes. within: the
    archives around it, from the outside in."""

    file: Path
    path: str
    about: str
    name: str
    level: int
    kind: str
    siblings: Mapping[str, Path]
    within: tuple[Path, ...] = ()

    @property
    def outermost(self) -> bool:
        return self.level == 1


def not_supported(archive: Archive) -> Finding:
    """The finding on a file that is no archive, or none that is unpacked here."""
    media_type = detect(archive.file)
    if is_archive(media_type):
        label = UNSUPPORTED.get(media_type, media_type)
        return Finding("package.format_not_supported", archive.about, {"format": label})
    label = _CALLED.get(media_type, media_type)
    return Finding("package.not_an_archive", archive.about, {"format": label})


def joined(names: Sequence[str]) -> str:
    """Names of missing volumes, the first ten of them written out."""
    more = f"等{len(names)}个" if len(names) > _NAMES_SHOWN else ""
    return "、".join(names[:_NAMES_SHOWN]) + more


def volume_missing(archive: Archive, missing: str) -> Finding:
    """The finding on a set of volumes; missing: names, as they would have been sent."""
    code = "package.volume_missing" if archive.outermost else "package.member_volume_missing"
    return Finding(code, archive.about, {"missing": missing})


def complete(extracted: Extracted) -> bool:
    """Whether the listing was read to its end and every member is out."""
    listing = extracted.listing
    return (
        listing.whole
        and not listing.closed
        and not extracted.stopped
        and listing.count == len(listing.entries)
        and all(taken.outcome in _OUT for taken in extracted.taken)
    )


def on_archive(
    archive: Archive, extracted: Extracted, volumes: VolumeSet | None, purse: Purse
) -> Iterator[Finding]:
    """What is to be said of the archive as a whole."""
    limits = purse.limits
    listing, about = extracted.listing, archive.about
    if extracted.password:
        heard = extracted.password in purse.heard
        yield Finding("package.password_in_comment" if heard else "package.password_used", about)
    elif purse.untried and _is_closed(extracted):
        counts = {"count": str(limits.passwords + purse.untried), "limit": str(limits.passwords)}
        yield Finding("package.limit_passwords", about, counts)
    if missing := extracted.missing_volume:
        yield volume_missing(archive, volumes.missing_name(missing) if volumes else "其余分卷")
    if extracted.stopped:
        wanted = max((memory_wanted(entry.method) for entry in listing.entries), default=0)
        over = OverLimit(f"package.limit_{extracted.stopped}", wanted, 0)
        yield over_limit(over, about, limits)
    if listing.count > len(listing.entries):
        counts = {"count": str(listing.count), "limit": str(limits.members)}
        yield Finding("package.limit_members", about, counts)
    if code := _on_the_rest(archive, extracted):
        yield Finding(code, about)
    elif not complete(extracted) and any(one.file for one in extracted.taken):
        outcomes = {taken.outcome for _, taken in files_of(extracted)}
        if outcomes != {MemberOutcome.STORED} or not listing.whole or extracted.stopped:
            taken = sum(one.outcome in _OUT for one in extracted.taken)
            counts = {"listed": str(listing.count), "taken": str(taken)}
            yield Finding("package.partial", about, counts)


def _is_closed(extracted: Extracted) -> bool:
    closed = MemberOutcome.ENCRYPTED
    return extracted.listing.closed or any(one.outcome is closed for one in extracted.taken)


def _on_the_rest(archive: Archive, extracted: Extracted) -> str:
    """Closed, broken or empty, where nothing came out and nothing else says why; "" otherwise."""
    listing = extracted.listing
    files = list(files_of(extracted))
    outcomes = [taken.outcome for _, taken in files]
    outermost = archive.outermost
    # Empty files are not encrypted, and nothing is known of what was closed.
    told = {taken.outcome for entry, taken in files if entry.size}
    if listing.closed or told == {MemberOutcome.ENCRYPTED}:
        return "package.encrypted" if outermost else "package.member_encrypted"
    said = extracted.missing_volume or extracted.stopped or listing.count > len(listing.entries)
    if said or MemberOutcome.STORED in outcomes:
        return ""
    if not listing.whole or {MemberOutcome.DAMAGED, MemberOutcome.MISSING} & set(outcomes):
        return "package.broken" if outermost else "package.member_damaged"
    if all(entry.folder for entry in listing.entries):
        return "package.empty" if outermost else "package.nested_empty"
    return ""
