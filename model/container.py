"""Archives and what is in them: every member accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from model.finding import Finding


class MemberOutcome(StrEnum):
    """What became of one entry of an archive. Anything but `stored`, `opened` and `folder`
    has a Finding of its own."""

    STORED = "stored"
    OPENED = "opened"
    """Itself an archive, and its members are listed too (its own bytes are stored as well)."""
    FOLDER = "folder"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    LINK = "link"
    """A symbolic or hard link, a junction or a copy reference: recorded, never made."""
    OVER_LIMIT = "over_limit"
    MISSING = "missing"
    """Listed, but the engine gave no bytes for it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of one container.

    path: full path through nested containers, joined by "/", NFC, as a person reads it;
        made safe ("..", drive letters, control characters replaced), unique among all members.
    container: path of the archive it came out of, "" for the outermost.
    raw_name: the name's bytes as hex, as far as the format shows them. encoding: the one chosen.
    size, packed_size: bytes, size as really read for a stored member and as declared otherwise.
    crc: as declared, lower-case hex, "" if none. sha256 and stored (the file that holds the
    bytes) are set for stored and opened members. media_type: by content.
    """

    path: str
    container: str
    raw_name: str
    encoding: str
    size: int
    packed_size: int
    outcome: MemberOutcome
    crc: str = ""
    modified: datetime | None = None
    method: str = ""
    encrypted: bool = False
    link_target: str = ""
    sha256: str = ""
    media_type: str = ""
    stored: Path | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """One archive that was opened, or that could not be.

    path: "" for the outermost, else that of the member it was. format: "rar4", "rar5", "zip",
    "7z", "tar", "tar.gz", …, by content. complete: every member is out; where it is False, what
    stands here is a part.
    """

    path: str
    format: str
    size: int
    members: tuple[Member, ...]
    comment: str = ""
    encrypted: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What the packages of one mail have cost so far.

    packed, unpacked: bytes, as they were sent and as they came out. members: entries listed.
    passwords: candidates tried that stood in comments of the archives themselves.
    """

    packed: int = 0
    unpacked: int = 0
    members: int = 0
    passwords: int = 0


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Everything that came out of one file: containers from the outside in, and findings.

    cost: of the mail's packages up to this one; what the next one is to be given.
    """

    containers: tuple[Container, ...]
    findings: tuple[Finding, ...]
    cost: Cost = Cost()

    @property
    def members(self) -> tuple[Member, ...]:
        return tuple(member for container in self.containers for member in container.members)


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """What one mail may cost; shared by all archives of the mail and across nesting.

    Sizes are bytes of unpacked data, times are seconds.
    """

    member_bytes: int = 1 << 30
    total_bytes: int = 4 << 30
    total_floor_bytes: int = 256 << 20
    """What every mail may unpack to, however small its package is."""
    ratio: int = 200
    """Beyond the floor: at most so many times the packed size."""
    members: int = 20_000
    nesting: int = 4
    path_depth: int = 32
    name_bytes: int = 255
    passwords: int = 10
    """How many different ones are tried, those given and those found in comments together."""
    wall_seconds: float = 300.0
    cpu_seconds: int = 120
    memory_bytes: int = 2 << 30
