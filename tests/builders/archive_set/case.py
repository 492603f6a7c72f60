"""What one case of the archive set says, and the contents that all of its modules share."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from model.container import UnpackLimits

Files = Mapping[str, bytes]
Members = Iterable[tuple[str | None, bytes]]

TEXT = "推荐表：某某精密机械制造有限公司\r\n".encode() * 40
SHEET = b"%PDF-1.4\n" + bytes(range(256)) * 8
NOISE = random.Random(4).randbytes(40_000)
"""Bytes that no method packs."""
BASIC: tuple[tuple[str, bytes], ...] = (
    ("材料/推荐表.pdf", SHEET),
    ("材料/说明.txt", TEXT),
    ("扫描件.bin", NOISE),
)
SMALL_LIMITS = UnpackLimits(
    member_bytes=4 << 20, total_bytes=8 << 20, total_floor_bytes=8 << 20, wall_seconds=30.0
)
WALL_SECONDS = 60.0
"""No case may take longer, whatever it holds; most take a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A member that must be out. path: as a clerk reads it, None where any safe one will do."""

    path: str | None
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that must be there. code: without "package.", several with "|" where each will
    do. about: what it must name, None for anything."""

    code: str
    about: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(f"package.{code}" for code in self.code.split("|"))


@dataclass(frozen=True, slots=True)
class ArchiveCase:
    """One archive and what a careful clerk would find in it.

    source: makes the files by name, as they came with the mail. opens: the one that is opened.
    kind: the container's format, "" where it does not matter. unless: with this finding nothing
    is wanted. strict: no finding besides `told` but notes. bare: the listing has no method, time
    or checksum to show. why: what makes it right, with its source.
    """

    name: str
    source: Callable[[], Files]
    opens: str
    wanted: tuple[Wanted, ...]
    told: tuple[Told, ...]
    why: str
    kind: str = ""
    passwords: tuple[str, ...] = ()
    limits: UnpackLimits = field(default_factory=UnpackLimits)
    unless: str = ""
    strict: bool = True
    bare: bool = False


def case(
    name: str,
    source: bytes | Files | Callable[[], bytes] | Callable[[], Files],
    why: str,
    *,
    opens: str = "ZB20210137+某单位.rar",
    wanted: Members = (),
    told: Iterable[str | tuple[str, str | None]] = (),
    kind: str = "",
    passwords: tuple[str, ...] = (),
    limits: UnpackLimits | None = None,
    unless: str = "",
    strict: bool = True,
    bare: bool = False,
) -> ArchiveCase:
    """A case; members come with their bytes, findings as code or as (code, about)."""

    def files() -> Files:
        made = source() if callable(source) else source
        return {opens: made} if isinstance(made, bytes) else made

    return ArchiveCase(
        name=name,
        source=files,
        opens=opens,
        wanted=tuple(Wanted(path, len(data), digest(data)) for path, data in wanted),
        told=tuple(Told(one) if isinstance(one, str) else Told(*one) for one in told),
        why=why,
        kind=kind,
        passwords=passwords,
        limits=limits or UnpackLimits(),
        unless=unless,
        strict=strict,
        bare=bare,
    )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def under(container: str, members: Iterable[tuple[str, bytes]]) -> list[tuple[str | None, bytes]]:
    """The same members inside a container of this path."""
    return [(f"{container}/{path}", data) for path, data in members]
