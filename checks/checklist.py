"""The checklist: each material of the programme, and what has come of it."""

from __future__ import annotations

from checks.archives import is_archive
from checks.case import Case
from checks.recognition import fits
from model.programme import Material
from model.submission import SubmittedFile
from model.verdict import ChecklistItem, FilePart, ItemState

UNREADABLE = frozenset({"document.encrypted", "document.broken", "document.empty"})
"""Findings on a document that leave nothing to accept."""


def checklist(case: Case) -> tuple[ChecklistItem, ...]:
    """One line for each material, in the programme's order."""
    return tuple(_item(case, material) for material in case.programme.materials)


def different(files: list[SubmittedFile]) -> list[SubmittedFile]:
    """Each content once."""
    return list({one.sha256: one for one in files}.values())


def fitting(material: Material, files: list[SubmittedFile]) -> list[SubmittedFile]:
    """Those of a material's files that are in a format that the notice takes.

    Of a file that cannot be opened the format cannot be blamed.
    """
    return [one for one in files if fits(one, material) or not is_readable(one)]


def good(material: Material, files: list[SubmittedFile]) -> list[SubmittedFile]:
    """Those that count: of a right format, readable, and each content once."""
    return different([one for one in files if fits(one, material) and is_readable(one)])


def is_readable(file: SubmittedFile) -> bool:
    if is_archive(file.media_type):
        return False
    if file.document is None:
        return True
    return not any(finding.code in UNREADABLE for finding in file.document.findings)


def _item(case: Case, material: Material) -> ChecklistItem:
    files = case.assignment.files_of(material.id, case.files)
    matches = [case.assignment.match(material.id, one.path) for one in files]
    return ChecklistItem(
        material=material.id,
        label=material.label,
        state=_state(material, files, lost=case.lost.names(material.id)),
        files=tuple(one.path for one in files),
        how_recognised="；".join(dict.fromkeys(one.why for one in matches if one)),
        parts=tuple(
            FilePart(file.path, first, last)
            for file, match in zip(files, matches, strict=True)
            for first, last in (match.pages if match else ())
        ),
    )


def _state(material: Material, files: list[SubmittedFile], *, lost: bool) -> ItemState:
    if not files:
        if lost:
            return ItemState.UNREADABLE
        return ItemState.MISSING if material.least else ItemState.ABSENT_OPTIONAL
    counted = good(material, files)
    if material.most is not None and len(counted) > material.most:
        return ItemState.TOO_MANY
    if counted and len(counted) >= material.least:
        return ItemState.PRESENT
    if not any(is_readable(one) for one in files):
        return ItemState.UNREADABLE
    if material.least == 0:
        return ItemState.PRESENT
    if not counted and not fitting(material, files):
        return ItemState.WRONG_FORMAT
    # What cannot be opened is the reason only where it would have made up the number.
    short = len(different(fitting(material, files))) < material.least
    return ItemState.TOO_FEW if short else ItemState.UNREADABLE
