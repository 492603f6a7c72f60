"""Is every material there, and as often as the notice asks?"""

from __future__ import annotations

from collections.abc import Iterator

from checks import seals
from checks.case import Case
from checks.checklist import checklist, different, fitting, good
from checks.spare import CLOSED
from model.finding import Finding
from model.programme import Material
from model.verdict import ChecklistItem, ItemState


def check(case: Case) -> Iterator[Finding]:
    if nothing_to_check(case):
        return
    for item in checklist(case):
        material = case.programme.material(item.material)
        files = case.assignment.files_of(material.id, case.files)
        params = {"how_to": material.how_to}
        if item.state is ItemState.MISSING:
            yield Finding("material.missing", about=material.label, params=params)
        elif item.state is ItemState.TOO_FEW:
            right = different(fitting(material, files))
            counts = {"least": str(material.least), "found": str(len(right))}
            yield Finding("material.too_few", about=material.label, params=params | counts)
        elif item.state is ItemState.UNREADABLE and material.least and not _told(case, item):
            yield Finding("material.unreadable", about=material.label, params=params)
        elif item.state is ItemState.TOO_MANY:
            counts = {"most": str(material.most), "found": str(len(good(material, files)))}
            yield Finding("material.too_many", about=material.label, params=counts)
        elif item.state is ItemState.PRESENT and material.seal and not seals.judged(case, material):
            yield Finding("material.seal_unchecked", about=material.label)
        if item.state in (ItemState.PRESENT, ItemState.TOO_MANY):
            yield from _unsure(case, item, material)


def nothing_to_check(case: Case) -> bool:
    """Nothing could be opened: to list every material as missing would hide the real reason."""
    return not case.files


def _told(case: Case, item: ChecklistItem) -> bool:
    """Whether something says already why the material's files cannot be opened."""
    lost = (path for path in case.lost.matches if case.lost.match(item.material, path))
    paths = {*item.files, *lost}
    found = list(case.submission.findings)
    if "readable" in case.programme.checks:
        found += [one for file in case.files if file.document for one in file.document.findings]
    return any(one.code in CLOSED and one.about in paths for one in found)


def _unsure(case: Case, item: ChecklistItem, material: Material) -> Iterator[Finding]:
    """A required material of which no file is sure."""
    matches = [case.assignment.match(material.id, path) for path in item.files]
    if material.least and matches and not any(one.sure for one in matches if one):
        names = "、".join(path.rsplit("/", 1)[-1] for path in item.files)
        params = {"files": names, "why": item.how_recognised}
        yield Finding("material.unsure", about=material.label, params=params)
