"""Whether what came out of an archive is what its case wants, and what must hold of any."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from model.container import Member, MemberOutcome, Unpacked
from model.finding import Effect
from tests.builders.archive_set.case import ArchiveCase, Told

OUT = (MemberOutcome.STORED, MemberOutcome.OPENED)
_HAVE_CRC = ("zip", "rar4", "rar5", "7z", "cab", "arj")
_HAVE_NO_METHOD = ("tar", "iso", "cpio", "ar")


def faults(case: ArchiveCase, unpacked: Unpacked, into: Path) -> list[str]:
    """What is wrong, one sentence each; empty where all is well."""
    return [
        *always(unpacked, into),
        *_missing(case, unpacked),
        *_untold(case, unpacked),
        *_alarms(case, unpacked),
        *([] if case.bare else _bare(unpacked)),
        *_kind(case, unpacked),
    ]


def always(unpacked: Unpacked, into: Path) -> Iterator[str]:
    """What must hold whatever is unpacked: each member is out with its bytes or is named."""
    named = {finding.about for finding in unpacked.findings}
    stored = [member.stored for member in unpacked.members if member.stored]
    left = {path for path in into.rglob("*") if not path.is_dir() or path.is_symlink()}
    if left != set(stored):
        yield f"{len(left)} files stand in the folder, {len(set(stored))} are members"
    if len({member.path.casefold() for member in unpacked.members}) != len(unpacked.members):
        yield "two members have one path"
    for member in unpacked.members:
        if not _is_safe(member.path):
            yield f"the path {member.path!r} is not safe"
        if member.outcome in OUT:
            yield from _bytes_wrong(member, into)
        elif member.outcome is not MemberOutcome.FOLDER and not _is_named(member, named):
            yield f"{member.path!r} is {member.outcome} and no finding names it"
    for container in unpacked.containers:
        whole = all(m.outcome in (*OUT, MemberOutcome.FOLDER) for m in container.members)
        if container.complete and not whole:
            yield f"{container.path!r} is called complete and is not"
        if not container.complete and not unpacked.findings:
            yield f"{container.path!r} is not complete and nothing says so"
    for finding in unpacked.findings:
        if "{" in finding.text + finding.advice:
            yield f"{finding.code} has a placeholder left"


def _is_named(member: Member, named: set[str]) -> bool:
    return member.path in named


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return (
        all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)
        and not any(ord(c) < 32 or c in '\\:*?"<>|' or c in "\u202e\u200b\u2066" for c in path)
        and not path.startswith("/")
    )


def _bytes_wrong(member: Member, into: Path) -> Iterator[str]:
    if member.stored is None or member.stored.parent != into or member.stored.is_symlink():
        yield f"{member.path!r} is not a file in its folder"
        return
    data = member.stored.read_bytes()
    if len(data) != member.size or hashlib.sha256(data).hexdigest() != member.sha256:
        yield f"{member.path!r} has other bytes than are said"
    if member.crc and f"{zlib.crc32(data):08x}" != member.crc:
        yield f"{member.path!r} is out with a wrong CRC"


def _missing(case: ArchiveCase, unpacked: Unpacked) -> Iterator[str]:
    if case.unless and any(finding.code == case.unless for finding in unpacked.findings):
        return
    out = {member.path: member.sha256 for member in unpacked.members if member.outcome in OUT}
    digests = list(out.values())
    for wanted in case.wanted:
        if wanted.path is None:
            if wanted.sha256 not in digests:
                yield f"{wanted.size} bytes that should be out are not"
            else:
                digests.remove(wanted.sha256)
        elif wanted.path not in out:
            yield f"{wanted.path!r} is not out{_instead(wanted.sha256, out)}"
        elif out[wanted.path] != wanted.sha256:
            yield f"{wanted.path!r} is out with wrong bytes"


def _instead(sha256: str, out: dict[str, str]) -> str:
    for path, digest in out.items():
        if digest == sha256:
            return f", its bytes are out as {path!r}"
    return ""


def _untold(case: ArchiveCase, unpacked: Unpacked) -> Iterator[str]:
    for told in case.told:
        if not any(_fits(told, one.code, one.about) for one in unpacked.findings):
            said = sorted({(one.code, one.about) for one in unpacked.findings})[:4]
            yield f"no finding {told.code} on {told.about or 'anything'}; said: {said}"


def _fits(told: Told, code: str, about: str) -> bool:
    return code in told.codes and (told.about is None or told.about == about)


def _alarms(case: ArchiveCase, unpacked: Unpacked) -> Iterator[str]:
    if not case.strict:
        return
    for finding in unpacked.findings:
        if finding.code == case.unless or finding.effect is Effect.NOTE:
            continue
        if not any(_fits(told, finding.code, finding.about) for told in case.told):
            yield f"{finding.code} on {finding.about!r} is said without need"


def _bare(unpacked: Unpacked) -> Iterator[str]:
    """The listing is part of the record: name as bytes, encoding, checksum, method, time."""
    for container in unpacked.containers:
        plain = container.format.split(".")[0]
        if plain in ("gz", "bz2", "xz", "zst", "lzma", "Z"):
            continue
        for member in container.members:
            file = member.outcome in OUT and member.size > 0
            lacks = [
                word
                for word, there in (
                    ("bytes of its name", member.raw_name),
                    ("encoding", member.encoding),
                    ("time", member.modified or not file),
                    ("method", member.method or not file or plain in _HAVE_NO_METHOD),
                    ("CRC", member.crc or not file or member.encrypted or plain not in _HAVE_CRC),
                )
                if not there
            ]
            if lacks:
                yield f"the listing of {member.path!r} lacks {', '.join(lacks)}"
                return


def _kind(case: ArchiveCase, unpacked: Unpacked) -> Iterator[str]:
    if case.kind and unpacked.containers[0].format != case.kind:
        yield f"the format is {unpacked.containers[0].format!r}, not {case.kind!r}"
