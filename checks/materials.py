"""Is every material there, and as often as the notice asks?"""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from checks.checklist import checklist, fitting
from model.finding import Finding
from model.verdict import ItemState


def check(case: Case) -> Iterator[Finding]:
    if nothing_to_check(case):
        return
    for item in checklist(case):
        material = case.programme.material(item.material)
        files = case.assignment.files_of(material.id, case.submission.files)
        params = {"how_to": material.how_to}
        if item.state is ItemState.MISSING:
            yield Finding("material.missing", about=material.label, params=params)
        elif item.state is ItemState.TOO_FEW:
            counts = {"least": str(material.least), "found": str(len(fitting(material, files)))}
            yield Finding("material.too_few", about=material.label, params=params | counts)
        elif item.state is ItemState.TOO_MANY:
            counts = {"most": str(material.most), "found": str(len(files))}
            yield Finding("material.too_many", about=material.label, params=counts)
        elif item.state is ItemState.PRESENT and material.seal:
            yield Finding("material.seal_unchecked", about=material.label)


def nothing_to_check(case: Case) -> bool:
    """Nothing could be opened: to list every material as missing would hide the real reason."""
    return not case.submission.files
