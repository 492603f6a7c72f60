"""The checklist: each material of the programme, and what has come of it."""

from __future__ import annotations

from checks.case import Case
from checks.recognition import format_of
from model.programme import Material
from model.submission import SubmittedFile
from model.verdict import ChecklistItem, ItemState

UNREADABLE = frozenset({"document.encrypted", "document.broken", "document.empty"})
"""Findings on a document that leave nothing to accept."""


def checklist(case: Case) -> tuple[ChecklistItem, ...]:
    """One line for each material, in the programme's order."""
    return tuple(_item(case, material) for material in case.programme.materials)


def fitting(material: Material, files: list[SubmittedFile]) -> list[SubmittedFile]:
    """Those of a material's files that are in a format the notice takes."""
    return [one for one in files if not material.formats or format_of(one) in material.formats]


def is_readable(file: SubmittedFile) -> bool:
    if file.document is None:
        return True
    return not any(finding.code in UNREADABLE for finding in file.document.findings)


def _item(case: Case, material: Material) -> ChecklistItem:
    files = case.assignment.files_of(material.id, case.submission.files)
    how = "；".join(dict.fromkeys(case.assignment.matches[one.path].why for one in files))
    return ChecklistItem(
        material=material.id,
        label=material.label,
        state=_state(material, files),
        files=tuple(one.path for one in files),
        how_recognised=how,
    )


def _state(material: Material, files: list[SubmittedFile]) -> ItemState:
    if not files:
        return ItemState.MISSING if material.least else ItemState.ABSENT_OPTIONAL
    right = fitting(material, files)
    if not right and material.least:
        return ItemState.WRONG_FORMAT
    if material.least and not any(is_readable(one) for one in right):
        return ItemState.UNREADABLE
    if len(right) < material.least:
        return ItemState.TOO_FEW
    if material.most is not None and len(files) > material.most:
        return ItemState.TOO_MANY
    return ItemState.PRESENT
