"""Two enterprises in one mail: is there a set of materials of another one beside the applicant's?

A single stray form is no set; it is told as what it is. A set of another unit is two different
materials that name it (forms, or seals that were read surely), or its form in a folder or package
that holds other required materials too, while the applicant's own form lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from checks.case import Case
from model.agreement import Evidence, NameRelation, Place
from model.name_parts import parts_of
from model.name_relation import ONE_UNIT, relation

SURE_SEAL = 0.8
"""Confidence from which on the name on a seal counts."""
FEWEST = 2
"""Different materials that make a set."""


def several_applicants(case: Case) -> bool:
    """Whether the mail holds the sets of two units, the applicant's being one of them."""
    inside = [one for one in case.agreement if _counts(one)]
    own = [one for one in inside if one.relation in ONE_UNIT]
    others = [one for one in inside if one.relation is NameRelation.OTHER]
    if not own or not others:
        return False
    return any(_is_a_set(case, group, own) for group in _by_unit(others))


def _counts(one: Evidence) -> bool:
    """A form, or a seal surely read, that gives a name; an incomplete name may be anybody's."""
    if one.place is Place.SEAL and one.confidence < SURE_SEAL:
        return False
    if one.place not in (Place.FORM, Place.SEAL) or not one.full_name:
        return False
    return one.relation is not NameRelation.OTHER or bool(parts_of(one.full_name).form)


def _by_unit(others: list[Evidence]) -> list[list[Evidence]]:
    """The evidence of each other unit; two of them where OCR read one name in two ways."""
    groups: list[list[Evidence]] = []
    for one in others:
        for group in groups:
            if relation(one.full_name, group[0].full_name, read_by_machine=True) in ONE_UNIT:
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _is_a_set(case: Case, others: list[Evidence], own: list[Evidence]) -> bool:
    paths = {one.about for one in others} - {one.about for one in own}
    if len(_materials(case, paths)) >= FEWEST:
        return True
    apart = {_folder(path) for path in paths} - {_folder(one.about) for one in own}
    return any(len(_materials(case, _within(case, folder))) >= FEWEST for folder in apart)


def _materials(case: Case, paths: Iterable[str]) -> set[str]:
    """The required materials that some files were taken for."""
    required = {one.id for one in case.programme.materials if one.least}
    matches = (match for path in paths for match in case.assignment.matches.get(path, ()))
    return {one.material for one in matches if one.material in required}


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _within(case: Case, folder: str) -> list[str]:
    return [one.path for one in case.files if folder and one.path.startswith(f"{folder}/")]
