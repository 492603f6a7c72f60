"""One archive file → everything that comes out of it, every member accounted for.

Residual risks: see `engine` (7-Zip on hostile bytes), `rar_listing` and `tar` (parsers of the
standard library's kind in this process). Whoever calls runs this in a child process with limits
of its own; what stands here ends by itself within the limits on bytes, members and time.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from model.container import Container, Cost, Member, MemberOutcome, Unpacked, UnpackLimits
from model.finding import Finding
from parsers.archives.describe import describe, over_limit
from parsers.archives.detect import UNSUPPORTED, archive_format, known_format
from parsers.archives.entries import Extracted
from parsers.archives.limits import Spent, told_in
from parsers.archives.names import Names
from parsers.archives.program import ready
from parsers.archives.readers import Purse, extract
from parsers.archives.store import OverLimit, Store
from parsers.archives.volumes import VolumeSet, volume_set
from parsers.archives.whole import (
    Archive,
    complete,
    joined,
    not_supported,
    on_archive,
    volume_missing,
)

_ENGINE_JOINS = ("rar4", "rar5", "zip", "7z")
"""Of these the engine reads numbered pieces, and says which one is missing."""


@dataclass(slots=True)
class _Result:
    containers: list[Container] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: _Result) -> None:
        self.containers += other.containers
        self.findings += other.findings


def unpack(
    path: Path,
    into: Path,
    *,
    name: str = "",
    limits: UnpackLimits = UnpackLimits(),  # noqa: B008 (frozen)
    passwords: Sequence[str] = (),
    cost: Cost = Cost(),  # noqa: B008 (frozen)
    prefix: str = "",
    siblings: Mapping[str, Path] | None = None,
    progress: Path | None = None,
) -> Unpacked:
    """Unpack `path` and the archives inside it; members lie in the folder `into`, as NNNNNN.bin.

    name: what the applicant called it, if the file on disk is called otherwise. passwords:
    candidates, in order. cost: of the mail's packages before this one.
    prefix: the path of the outermost container, put before the paths of all members.
    siblings: the files that came with it by name, for volumes; the files in its folder if None.
    progress: a file into which "CAME EXPECTED", in bytes, is written from time to time; EXPECTED
    is 0 where nothing tells how much will come (a bzip2, xz or Zstandard stream).

    Raises: SettingsError where the engine is missing; OSError where a disk fails us.
    """
    ready()
    spent = Spent.of(cost)
    spent.tell = told_in(progress) if progress else None
    spent.begin(path.stat().st_size)
    into.mkdir(parents=True, exist_ok=True)
    # A line end would end the password on its way into the engine.
    usable = tuple(dict.fromkeys(p for p in passwords if p and not set("\r\n\0") & set(p)))
    name = name or path.name
    if siblings is None:
        siblings = {one.name: one for one in path.parent.iterdir() if one.is_file()}
    kind = archive_format(path) or ""
    archive = Archive(path, prefix, name, name, 1, kind, {**siblings, name: path})
    with Store(into, limits, spent) as store:
        result = _open(archive, Purse(store, limits, usable, spent))
    return Unpacked(tuple(result.containers), tuple(result.findings), spent.cost())


def _open(archive: Archive, purse: Purse) -> _Result:
    """One archive: which kind, its volumes, its bytes, its members, the archives among them."""
    volumes = volume_set(archive.name, archive.siblings)
    if volumes and (fault := _not_the_first(archive, volumes)):
        return _closed(archive, fault)
    if not archive.kind:
        return _closed(archive, not_supported(archive))
    if volumes and (gaps := volumes.gaps()):
        return _closed(archive, volume_missing(archive, joined(gaps)))
    extracted = _extract(archive, volumes, purse)
    purse.hear(extracted.listing.comment)
    purse.spent.members += len(extracted.listing.entries)
    if extracted.listing.first_missing:
        return _closed(archive, volume_missing(archive, "第一卷"))
    members, findings = _members(archive, extracted, purse.limits)
    inner = _Result()
    members = _open_inner(archive, members, purse, inner)
    container = Container(
        path=archive.path,
        format=archive.kind,
        size=archive.file.stat().st_size,
        members=members,
        comment=extracted.listing.comment,
        encrypted=extracted.listing.encrypted,
        complete=complete(extracted),
    )
    on_whole = on_archive(archive, extracted, volumes, purse)
    result = _Result([container], [*on_whole, *findings])
    result.add(inner)
    return result


def _extract(archive: Archive, volumes: VolumeSet | None, purse: Purse) -> Extracted:
    if volumes is None:
        return extract(archive.file, archive.kind, archive.name, purse)
    with tempfile.TemporaryDirectory(dir=purse.store.folder) as folder:
        if volumes.way == "piece" and archive.kind not in _ENGINE_JOINS:
            whole = volumes.join(Path(folder))
            kind = archive_format(whole) or archive.kind
            return extract(whole, kind, volumes.stem, purse)
        first = volumes.lay_out(Path(folder))
        return extract(first, archive.kind, archive.name, purse)


def _members(
    archive: Archive, extracted: Extracted, limits: UnpackLimits
) -> tuple[tuple[Member, ...], list[Finding]]:
    names = Names(limits.name_bytes)
    members: list[Member] = []
    findings: list[Finding] = []
    for entry, taken in zip(extracted.listing.entries, extracted.taken, strict=True):
        member, found = describe(entry, taken, archive.path, names, limits)
        members.append(member)
        findings += found
    return tuple(members), findings


def _open_inner(
    archive: Archive, members: tuple[Member, ...], purse: Purse, inner: _Result
) -> tuple[Member, ...]:
    """Open the archives among the members; those that opened are marked so."""
    kinds = [_kind_of(member) for member in members]
    if not any(kinds) and not any(member.media_type in UNSUPPORTED for member in members):
        return members
    beside: defaultdict[str, dict[str, Path]] = defaultdict(dict)
    for member in members:
        if member.stored is not None:
            folder, _, name = member.path.rpartition("/")
            beside[folder][name] = member.stored
    marked = []
    for member, kind in zip(members, kinds, strict=True):
        if kind is None or member.stored is None:
            if label := UNSUPPORTED.get(member.media_type):
                code = "package.member_not_supported"
                inner.findings.append(Finding(code, member.path, {"format": label}))
            marked.append(member)
            continue
        folder, _, name = member.path.rpartition("/")
        nested = Archive(
            member.stored, member.path, member.path, name,
            archive.level + 1, kind, beside[folder], (*archive.within, archive.file),
        )  # fmt: skip
        if any(_is_copy(member, around) for around in nested.within):
            inner.findings.append(Finding("package.holds_itself", member.path))
            marked.append(member)
            continue
        opened = _open_nested(nested, purse, inner)
        marked.append(replace(member, outcome=MemberOutcome.OPENED) if opened else member)
    return tuple(marked)


def _kind_of(member: Member) -> str | None:
    """Which archive a member is, None for what is none or is not out."""
    return known_format(member.stored, member.media_type) if member.stored else None


def _is_copy(member: Member, around: Path) -> bool:
    """Whether a member has the bytes of an archive that it lies in (a quine)."""
    if around.stat().st_size != member.size:
        return False
    with around.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == member.sha256


def _open_nested(nested: Archive, purse: Purse, inner: _Result) -> bool:
    """Whether the nested archive could be looked into."""
    if nested.level > purse.limits.nesting:
        counts = {"level": str(nested.level), "limit": str(purse.limits.nesting)}
        inner.findings.append(Finding("package.limit_nesting", nested.about, counts))
        return False
    if time.monotonic() > purse.deadline:
        # Listing thousands of them would go on long after the time is over.
        over = OverLimit("package.limit_time", 0, 0)
        inner.findings.append(over_limit(over, nested.about, purse.limits))
        return False
    result = _open(nested, purse)
    inner.add(result)
    return bool(result.containers[0].members or result.containers[0].complete)


def _closed(archive: Archive, finding: Finding) -> _Result:
    """An archive that could not be looked into at all."""
    size = archive.file.stat().st_size
    container = Container(archive.path, archive.kind, size, (), complete=False)
    return _Result([container], [finding])


def _not_the_first(archive: Archive, volumes: VolumeSet) -> Finding | None:
    if volumes.number_of(archive.name) <= 1:
        return None
    first = volumes.sent_name(1)
    if 1 in volumes.files:
        return Finding("package.volume_part", archive.about, {"first": first})
    return volume_missing(archive, first)
