"""What a letter says was received: packages, files, the checklist, and what a mail changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.programme import Programme
from model.revision import Change, EffectiveFile
from model.submission import Package, Submission, SubmittedFile
from model.verdict import ChecklistItem, ItemState
from receipts.lines import one_line
from receipts.words import format_in_words, size_in_words

MOST_LOOSE_FILES = 20
"""Files that came in no package, of which the mail itself names each; the PDF names all."""

MOST_CHANGED_NAMES = 20
"""Names of each kind of change that the letter gives."""

CHANGES = {
    Change.ADDED: "新增",
    Change.REPLACED: "替换",
    Change.UNCHANGED: "沿用此前材料",
}


@dataclass(frozen=True, slots=True)
class Loose:
    """Files that came in no package. shown: those that the mail names. more: how many it does
    not."""

    shown: tuple[dict[str, str], ...]
    more: int


def package(one: Package) -> dict[str, str]:
    return {
        "name": one_line(one.name),
        "size": size_in_words(one.size),
        "sha256": one.sha256,
    }


def every_file(submission: Submission) -> list[dict[str, str]]:
    """Each file that this mail brought, in order: its path, size and SHA-256. Packages are told
    by themselves."""
    packages = {one.sha256 for one in submission.packages}
    return [
        {"name": one_line(one.path), "size": size_in_words(one.size), "sha256": one.sha256}
        for one in (*submission.files, *submission.aside)
        if not one.earlier and (one.container or one.sha256 not in packages)
    ]


def loose(submission: Submission) -> Loose:
    """What would be told nowhere else in the mail, because no package holds it."""
    found = [
        {"name": one_line(one.path), "size": size_in_words(one.size), "sha256": one.sha256}
        for one in submission.files
        if not one.container and not one.earlier
    ]
    shown = found if len(found) <= MOST_LOOSE_FILES else found[: MOST_LOOSE_FILES - 1]
    return Loose(tuple(shown), len(found) - len(shown))


def changed(effective: tuple[EffectiveFile, ...]) -> list[tuple[str, int, list[str]]]:
    """What a mail changed of the files in force: (what, how many, the first names of them).

    Nothing where every file is new: it is the first of its application, and no change.
    """
    if all(one.change is Change.ADDED for one in effective):
        return []
    found = []
    for change, label in CHANGES.items():
        names = [one_line(one.path.rsplit("/", 1)[-1]) for one in effective if one.change is change]
        if names:
            found.append((label, len(names), names[:MOST_CHANGED_NAMES]))
    return found


def checklist_row(
    item: ChecklistItem,
    files: tuple[SubmittedFile, ...],
    programme: Programme,
    wording: dict[str, Any],
) -> dict[str, Any]:
    kinds = {one.path: one.media_type for one in files}
    words = dict.fromkeys(format_in_words(kinds[path]) for path in item.files if path in kinds)
    result = wording["states"][item.state.value]
    if item.state is ItemState.PRESENT and programme.material(item.material).seal:
        result += "（印章待人工核验）"
    good = item.state in (ItemState.PRESENT, ItemState.ABSENT_OPTIONAL)
    return {
        "label": item.label,
        "count": len(item.files),
        "formats": "、".join(words),
        "result": result,
        "parts": [
            {"name": one_line(part.path.rsplit("/", 1)[-1]), "first": part.first, "last": part.last}
            for part in item.parts
        ],
        "good": good,
    }
