"""From entries and what became of them to members with safe paths, and the findings on each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from model.container import Member, MemberOutcome, UnpackLimits
from model.finding import Finding
from parsers.archives.entries import Entry, Taken
from parsers.archives.limits import in_words
from parsers.archives.names import Names, longest_part, path_depth, reads_the_same, safe_path
from parsers.archives.store import OverLimit

_SHOWN_CHARACTERS = 200
_DICTIONARY = re.compile(r"(mem)?(?P<count>\d{1,6})(?P<unit>[kmgKMG]?)[bB]?")
_UNITS = {"k": 10, "m": 20, "g": 30}
_ENCODINGS = {"gb18030": "GBK（GB18030）", "cp437": "CP437"}
_FAULTS = {
    MemberOutcome.DAMAGED: "package.member_damaged",
    MemberOutcome.MISSING: "package.member_missing",
    MemberOutcome.ENCRYPTED: "package.member_encrypted",
}


def describe(
    entry: Entry, taken: Taken, container: str, names: Names, limits: UnpackLimits
) -> tuple[Member, list[Finding]]:
    """One member and its findings. container: path of the archive, "" for an outermost one."""
    wanted = safe_path(entry.name, name_bytes=limits.name_bytes, depth=limits.path_depth)
    own = names.unique(wanted, stored=entry.is_file)
    path = f"{container}/{own}" if container else own
    file = taken.file
    member = Member(
        path=path,
        container=container,
        raw_name=entry.raw.hex(),
        encoding=entry.encoding,
        size=file.size if file else entry.size,
        packed_size=entry.packed,
        outcome=taken.outcome,
        crc="" if entry.crc is None else f"{entry.crc:08x}",
        modified=entry.modified,
        method=entry.method,
        encrypted=entry.encrypted,
        link_target=entry.link or "",
        sha256=file.sha256 if file else "",
        media_type=file.media_type if file else "",
        stored=file.path if file else None,
    )
    findings: list[Finding] = []
    if taken.outcome is not MemberOutcome.STORED:
        findings += _on_outcome(entry, taken, path, limits)
    if not entry.name == wanted == own or entry.repaired:
        findings += _on_name(entry, wanted, own, path, limits)
    return member, findings


def over_limit(over: OverLimit, about: str, limits: UnpackLimits) -> Finding:
    """The finding on what broke a limit."""
    if over.code == "package.limit_time":
        return Finding(over.code, about, {"limit": f"{limits.wall_seconds:.0f}"})
    if over.code == "package.limit_cpu":
        return Finding(over.code, about, {"limit": str(limits.cpu_seconds)})
    if over.code == "package.limit_memory":
        needed = f"约{in_words(over.size)}" if over.size else "（未注明）"
        return Finding(over.code, about, {"size": needed, "limit": in_words(limits.memory_bytes)})
    return Finding(over.code, about, {"size": in_words(over.size), "limit": in_words(over.limit)})


def shown(text: str) -> str:
    """Text of an applicant's as it can be shown: nothing hidden, not endless."""
    visible = "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c
        for c in text[: _SHOWN_CHARACTERS + 1]
    )
    return visible if len(visible) <= _SHOWN_CHARACTERS else visible[:_SHOWN_CHARACTERS] + "…"


def _on_outcome(entry: Entry, taken: Taken, path: str, limits: UnpackLimits) -> Iterator[Finding]:
    if taken.over is not None:
        over = taken.over
        if over.code == "package.limit_memory":
            over = OverLimit(over.code, memory_wanted(entry.method), limits.memory_bytes)
        yield over_limit(over, path, limits)
    elif taken.code:
        yield Finding(taken.code, path)
    elif taken.outcome is MemberOutcome.LINK:
        yield Finding(
            "package.link_member", path, {"target": shown(entry.link or "") or "（未注明）"}
        )
    elif taken.outcome in _FAULTS:
        yield Finding(_FAULTS[taken.outcome], path)


def memory_wanted(method: str) -> int:
    """How many bytes a dictionary takes that a method names ("LZMA2:27", "m3:4G", "PPMD:o6:mem30"
    as the engine writes them); 0 where it names none."""
    sizes = [0]
    for mark in method.replace(" ", ":").split(":"):
        if (number := _DICTIONARY.fullmatch(mark)) is None:
            continue
        count, unit = int(number["count"]), number["unit"].lower()
        # Without a unit it is the logarithm.
        sizes.append(count << _UNITS[unit] if unit else 1 << count if 16 <= count <= 40 else 0)
    return max(sizes)


def _on_name(
    entry: Entry, wanted: str, own: str, path: str, limits: UnpackLimits
) -> Iterator[Finding]:
    depth = path_depth(entry.name)
    if entry.folder and not depth:
        return  # "./", the folder that was packed
    if depth > limits.path_depth:
        counts = {"depth": str(depth), "limit": str(limits.path_depth)}
        yield Finding("package.limit_depth", path, counts)
    elif (longest := longest_part(entry.name)) > limits.name_bytes:
        counts = {"size": str(longest), "limit": str(limits.name_bytes)}
        yield Finding("package.limit_name", path, {"original": shown(entry.name), **counts})
    elif not reads_the_same(entry.name, wanted):
        yield Finding("package.name_unsafe", path, {"original": shown(entry.name)})
    if entry.repaired:
        encoding = _ENCODINGS.get(entry.encoding, entry.encoding)
        yield Finding("package.name_repaired", path, {"encoding": encoding})
    if own != wanted:
        yield Finding("package.member_duplicate_name", path, {"original": shown(wanted)})
