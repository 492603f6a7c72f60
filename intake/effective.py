"""Which files are in force after a mail, and what it changed among those of before.

Where a programme merges, a mail may bring only what was missing: files of earlier mails stay in
force beside its own. Everything here is told by digest, material and name; nothing is guessed
from dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from intake.contents import MESSAGE, RECORD, decode_record
from intake.recall import recalled_file
from model.programme import Programme
from model.record import FiledFile, Record
from model.revision import Change, EffectiveFile
from model.submission import SubmittedFile
from model.verdict import UNCOUNTED, Verdict
from storage.archive import Archive, FiledVersion


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force of an application: the version that made it so, and its files with what
    was read of them, by their path."""

    record: Record
    files: tuple[EffectiveFile, ...]
    submitted: dict[str, SubmittedFile]


def in_force(archive: Archive, object_id: str, version: int) -> InForce | None:
    """What a version of an object has put in force; None where the object has no such version."""
    held = {one.number: one for one in archive.versions(object_id)}
    if version not in held:
        return None
    record = _record(held[version])
    files = record.effective or _own(record, version)
    records = {number: _record(one) for number, one in held.items()}
    # A mail that a clerk has sent elsewhere since has taken its files along.
    newest = {one.message.sha256: one.outcome for one in records.values()}
    files = tuple(
        one for one in files if newest[records[one.version].message.sha256] not in UNCOUNTED
    )
    submitted = {}
    for file in files:
        holder, filed = _newest_facts(held, records, file)
        kept = SubmittedFile(
            path=file.path,
            size=filed.size,
            sha256=filed.sha256,
            media_type=filed.media_type,
            stored=holder.path(filed.filed_as),
            container=filed.container,
            earlier=file.version,
        )
        submitted[file.path] = recalled_file(holder, filed, kept)
    return InForce(record, files, submitted)


def merge(
    before: InForce, own: tuple[SubmittedFile, ...], alone: Verdict, programme: Programme
) -> tuple[SubmittedFile, ...]:
    """The files of earlier mails that stay in force beside a mail's own."""
    materials = _materials(alone)
    replaced = {
        old.path for old in before.files
        if any(takes_the_place(one, materials.get(one.path, ""), old, before, programme)
               for one in own)
    }  # fmt: skip
    taken = {one.path for one in own}
    kept = []
    for old in before.files:
        if old.path in replaced:
            continue
        one = before.submitted[old.path]
        if one.path in taken:  # another file of the same name: both are in force
            one = replace(one, path=f"第{old.version}版/{one.path}")
        kept.append(one)
    return tuple(kept)


def takes_the_place(
    new: SubmittedFile, material: str, old: EffectiveFile, before: InForce, programme: Programme
) -> bool:
    """Whether a new file stands for an old one: the same bytes, or the same material.

    Of a material that takes any number of files (其他证明材料) only one of the same name is
    replaced; pictures of different names are pages that stand beside one another.
    """
    if new.sha256 == old.sha256:
        return True
    if not material or material != old.material:
        return False
    same_name = new.name.casefold() == old.path.rsplit("/", 1)[-1].casefold()
    if same_name:
        return True
    rule = programme.material(material)
    if rule.rest or rule.least == 0:
        return False
    pictures = all(
        kind.startswith("image/")
        for kind in (new.media_type, before.submitted[old.path].media_type)
    )
    return not pictures


def put_in_force(
    before: InForce | None,
    files: Iterable[SubmittedFile],
    filed: tuple[FiledFile, ...],
    verdict: Verdict,
    programme: Programme,
    version: int,
) -> tuple[EffectiveFile, ...]:
    """All files in force after a mail, in order. filed: where its own ones go in `version`."""
    places = {one.path: one.filed_as for one in filed}
    materials = _materials(verdict)
    own = tuple(one for one in files if not one.earlier)
    made = changes(before, own, verdict, programme)
    found = []
    for one in files:
        material = materials.get(one.path, "")
        if one.earlier:
            assert before is not None
            old = _entry(before, one)
            unchanged = replace(old, path=one.path, change=Change.UNCHANGED, instead_of="")
            found.append(replace(unchanged, material=material))
            continue
        change, instead = made[one.path]
        place = places[one.path]
        found.append(EffectiveFile(version, place, one.path, one.sha256, material, change, instead))
    return tuple(found)


def changes(
    before: InForce | None, own: tuple[SubmittedFile, ...], verdict: Verdict, programme: Programme
) -> dict[str, tuple[Change, str]]:
    """What a mail's own files are against those in force before, by their paths, with the path of
    the file whose place each takes, "" if none."""
    materials = _materials(verdict)
    found = {}
    for one in own:
        change, instead = Change.ADDED, ""
        if before is not None and any(one.sha256 == old.sha256 for old in before.files):
            change = Change.UNCHANGED
        elif before is not None:
            material = materials.get(one.path, "")
            for old in before.files:
                if takes_the_place(one, material, old, before, programme):
                    change, instead = Change.REPLACED, old.path
                    break
        found[one.path] = (change, instead)
    return found


def _entry(before: InForce, file: SubmittedFile) -> EffectiveFile:
    return next(
        old
        for old in before.files
        if old.version == file.earlier and before.submitted[old.path].stored == file.stored
    )


def _materials(verdict: Verdict) -> dict[str, str]:
    return {path: item.material for item in verdict.checklist for path in item.files}


def _own(record: Record, version: int) -> tuple[EffectiveFile, ...]:
    """Of a version that is older than the list of files in force: its own."""
    return tuple(
        EffectiveFile(version, one.filed_as, one.path, one.sha256, one.material)
        for one in record.files
        if one.filed_as
    )


def _newest_facts(
    held: dict[int, FiledVersion], records: dict[int, Record], file: EffectiveFile
) -> tuple[FiledVersion, FiledFile]:
    """The file in the newest version that was made from the same mail: pages that were read later
    stand there."""
    mail = held[file.version].sha256(MESSAGE)
    for number in sorted(held, reverse=True):
        one = held[number]
        if number < file.version or MESSAGE not in one.state or one.sha256(MESSAGE) != mail:
            continue
        for filed in records[number].files:
            if filed.filed_as == file.filed_as:
                return one, filed
    raise LookupError(f"no version holds {file.filed_as}, which version {file.version} should")


def _record(version: FiledVersion) -> Record:
    return decode_record(version.path(RECORD).read_bytes())
