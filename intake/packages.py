"""The packages of one mail, opened one after the other within the mail's budget.

Volumes of one archive may come in several mails: what earlier mails of the application brought is
shown to the unpacker beside this mail's own, and where volumes are still missing the programme
may let them wait for one another.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from intake.attached import Attached
from intake.naming import package_named
from model.container import Container, Cost, MemberOutcome, Unpacked, UnpackLimits
from model.errors import ReaderFailed
from model.finding import Finding
from model.message import Attachment
from model.programme import Programme
from model.submission import EarlierVolume, Package, SubmittedFile
from parsers.archives import is_archive, is_called_an_archive
from parsers.archives.volumes import VolumeSet, volume_number, volume_set
from parsers.isolation import Readers

REASONS = {"timeout": "处理超时", "memory": "内存超限", "crash": "读取程序异常退出"}
CLOSED = frozenset({"package.encrypted"})

_PIECE_KIND = re.compile(r"\.(\w{2,4})\.\d{3}$")
_OF_A_CUT_ARCHIVE = frozenset(
    {"package.broken", "package.partial", "package.empty", "package.member_damaged",
     "package.member_missing", "package.nothing_out"}
)  # fmt: skip
"""What the unpacker makes of an archive that ends too early."""

EarlierVolumes = Callable[[str], tuple[EarlierVolume, ...]]
"""What earlier mails of an application number brought that may be volumes of an archive."""


def no_earlier(_number: str) -> tuple[EarlierVolume, ...]:
    """Nothing came before."""
    return ()


@dataclass(slots=True)
class Opened:
    """What came of all packages. files: their members. aside: packages that stayed closed or came
    out in part. offered: digests of the earlier volumes that were there to be joined."""

    packages: list[Package] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    files: list[SubmittedFile] = field(default_factory=list)
    aside: list[SubmittedFile] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """What the packages of a mail may cost. end: `time.monotonic()` when its time is over."""

    limits: UnpackLimits
    end: float


def is_package(one: Attached) -> bool:
    """Whether an attachment goes to the unpacker: an archive, a piece of one, which by itself may
    look like nothing, or what is called an archive and is none."""
    return (
        is_archive(one.media_type)
        or volume_number(one.path) > 1
        or is_called_an_archive(one.path, one.media_type)
    )


def open_packages(
    attached: Sequence[Attached],
    number: str,
    programme: Programme,
    work: Path,
    readers: Readers,
    budget: Budget,
    passwords: tuple[str, ...],
    earlier: EarlierVolumes,
) -> Opened:
    """Open what `is_package` says to be one. number: the application's, "" where unknown.
    passwords: candidates, in order."""
    packages = [one for one in attached if is_package(one)]
    opened = Opened()
    if not packages:
        return opened
    before = earlier(number) if number and programme.package.volumes_across_mails else ()
    opened.offered = tuple(one.sha256 for one in before)
    fresh = {one.name: one for one in before if not one.expired}
    # The volumes of one archive are told by their names, so all are shown to the unpacker; what
    # came with this mail goes before what came earlier under the same name.
    own = {one.path: one.attachment.path for one in attached}
    siblings = {**{name: one.path for name, one in fresh.items()}, **own}
    cost = Cost()
    tried: list[tuple[Attached, VolumeSet | None, Package]] = []
    whole: set[tuple[str, str]] = set()
    for one in [*_firsts(packages, siblings, own, fresh, readers), *packages]:
        volumes = volume_set(one.path, siblings)
        wall = min(budget.limits.wall_seconds, max(budget.end - time.monotonic(), 1.0))
        share = replace(budget.limits, wall_seconds=wall)
        if is_archive(one.media_type) or volume_number(one.path) <= 1:
            unpacked = _unpack(one, work, readers, share, siblings, passwords, cost)
            cost = unpacked.cost
        else:
            unpacked = _later_piece(one, volumes)
        members = _members(unpacked)
        package = _package(one, unpacked, members, programme)
        if volumes and package.complete:
            whole.add(_set_name(volumes))
        tried.append((one, volumes, package))
        opened.containers.extend(unpacked.containers)
        opened.files.extend(members)
        told = _told(one, unpacked, package, volumes)
        opened.findings.extend(
            _of_volumes(found, volumes, siblings, before, number, programme) for found in told
        )
        if members and volumes and (joined := _from_before(volumes, own, siblings)):
            names = {"names": "、".join(joined)}
            opened.findings.append(Finding("package.volumes_joined", one.path, names))
    for one, volumes, package in tried:
        # A later volume is as whole as the set that was opened from its first one.
        if volumes and _set_name(volumes) in whole:
            opened.packages.append(replace(package, complete=True))
            continue
        opened.packages.append(package)
        if not package.complete and one.attachment.path == own.get(one.path):
            opened.aside.append(one.as_file())
    return opened


def _set_name(volumes: VolumeSet) -> tuple[str, str]:
    return volumes.way, volumes.stem.lower()


def _firsts(
    packages: Sequence[Attached],
    siblings: Mapping[str, Path],
    own: Mapping[str, Path],
    fresh: Mapping[str, EarlierVolume],
    readers: Readers,
) -> list[Attached]:
    """The first volumes that came with earlier mails, of sets that this mail adds to."""
    found: dict[str, Attached] = {}
    for one in packages:
        volumes = volume_set(one.path, siblings)
        if volumes is None or 1 not in volumes.files:
            continue
        name = next(name for name, path in siblings.items() if path == volumes.files[1])
        if name in own or name in found:
            continue
        volume = fresh[name]
        try:
            media_type = readers.detect(volume.path)
        except ReaderFailed:
            media_type = "application/octet-stream"
        attachment = Attachment(name, volume.size, volume.sha256, media_type, volume.path)
        found[name] = Attached(attachment, name, media_type)
    return list(found.values())


def _later_piece(one: Attached, volumes: VolumeSet | None) -> Unpacked:
    """A piece that begins in the middle of an archive: its first piece is what is opened."""
    kind = _PIECE_KIND.search(one.path)
    container = Container(
        one.path, kind[1].lower() if kind else one.media_type, one.attachment.size, (),
        complete=False,
    )  # fmt: skip
    first = volumes.sent_name(1) if volumes else ""
    if volumes and 1 in volumes.files:
        finding = Finding("package.volume_part", one.path, {"first": first})
    else:
        finding = Finding("package.volume_missing", one.path, {"missing": first})
    return Unpacked((container,), (finding,))


def _told(
    one: Attached, unpacked: Unpacked, package: Package, volumes: VolumeSet | None
) -> list[Finding]:
    """The unpacker's findings. An archive that was cut into pieces by their size says nowhere how
    many there are: where it ends too early, its last piece is missing, unless that one is shorter
    than the others, as a last piece is."""
    found = list(unpacked.findings)
    if volumes is None or volumes.way != "piece" or package.complete or package.encrypted:
        return found
    sizes = [volumes.files[number].stat().st_size for number in sorted(volumes.files)]
    if volume_number(one.path) > 1 or (len(sizes) > 1 and sizes[-1] < sizes[0]):
        return found
    kept = [finding for finding in found if finding.code not in _OF_A_CUT_ARCHIVE]
    if any(finding.code == "package.volume_missing" for finding in kept):
        return kept
    missing = volumes.sent_name(max(volumes.files) + 1)
    return [*kept, Finding("package.volume_missing", one.path, {"missing": missing})]


def _of_volumes(
    found: Finding,
    volumes: VolumeSet | None,
    siblings: Mapping[str, Path],
    before: Sequence[EarlierVolume],
    number: str,
    programme: Programme,
) -> Finding:
    """Where volumes are missing and others may still come, the mail is not sent back."""
    rule = programme.package
    if found.code != "package.volume_missing" or not (number and rule.volumes_across_mails):
        return found
    there = set(volumes.files.values()) if volumes else set()
    have = sorted(name for name, path in siblings.items() if path in there)
    params = {
        "have": "、".join(have) or found.about,
        "missing": found.params["missing"],
        "days": str(rule.volume_days),
    }
    if any(one.expired for one in before):
        return Finding("package.volumes_expired", found.about, params)
    return Finding("package.volumes_waiting", found.about, params)


def _from_before(
    volumes: VolumeSet, own: Mapping[str, Path], siblings: Mapping[str, Path]
) -> list[str]:
    """Names of the volumes that did not come with this mail."""
    mine = set(own.values())
    return sorted(
        name
        for name, path in siblings.items()
        if path in set(volumes.files.values()) and path not in mine
    )


def _unpack(
    one: Attached,
    work: Path,
    readers: Readers,
    limits: UnpackLimits,
    siblings: Mapping[str, Path],
    passwords: tuple[str, ...],
    cost: Cost,
) -> Unpacked:
    """One package; the answer's cost counts it with what came before."""
    into = work / "members" / f"{one.attachment.sha256[:16]}-{one.attachment.path.name}"
    into.mkdir(parents=True)
    try:
        return readers.unpack(
            one.attachment.path,
            into,
            name=one.path,
            prefix=one.path,
            passwords=passwords,
            limits=limits,
            siblings=siblings,
            cost=cost,
        )
    except ReaderFailed as failure:
        params = {"reason": REASONS[failure.reason]}
        return Unpacked(
            containers=(
                Container(one.path, one.media_type, one.attachment.size, (), complete=False),
            ),
            findings=(Finding("mail.unpacking_failed", one.path, params),),
            cost=replace(cost, packed=cost.packed + one.attachment.size),
        )


def _members(unpacked: Unpacked) -> list[SubmittedFile]:
    return [
        SubmittedFile(
            path=member.path,
            size=member.size,
            sha256=member.sha256,
            media_type=member.media_type,
            stored=member.stored,
            container=member.container,
        )
        for member in unpacked.members
        if member.outcome is MemberOutcome.STORED and member.stored is not None
    ]


def _package(
    one: Attached, unpacked: Unpacked, members: list[SubmittedFile], programme: Programme
) -> Package:
    outermost = unpacked.containers[0] if unpacked.containers else None
    return Package(
        name=one.attachment.name or one.path,
        size=one.attachment.size,
        sha256=one.attachment.sha256,
        format=outermost.format if outermost else one.media_type,
        reading=package_named(one.attachment.name, programme),
        opened=bool(members),
        encrypted=any(finding.code in CLOSED for finding in unpacked.findings),
        complete=bool(members) and all(container.complete for container in unpacked.containers),
    )
