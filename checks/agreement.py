"""Every place that names the applicant, side by side: subject, packages, forms, register, seals,
signatures. Gathered once; what follows from it is the rule's affair (`agreement_rule`).

Names and numbers stand as they were found; what a machine read is compared with a letter's
tolerance. A name in a contract or a certificate may be anybody's, so only forms of the programme
and materials that want a seal are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from checks.agreement_names import Unit, name_on_seal, unit_of
from checks.case import Case
from checks.form_identity import SURE, is_form, was_read_by_ocr
from checks.identity import readings
from model.agreement import Evidence, NameRelation, Place
from model.document import Document, Field, Seal, Signature
from model.fields import NAME_FIELD, NUMBER_FIELD
from model.full_name import normal_name
from model.naming import NAME_ENDINGS
from model.submission import SubmittedFile

LEAST_READ = 0.5
"""Confidence from which on the text of a seal is one."""
LEAST_LETTERS = 4


def agreement(case: Case) -> tuple[Evidence, ...]:
    """The evidence in the order of its places; places that tell nothing are left out."""
    unit = unit_of(case.identity, case.standing)
    files = speaking(case)
    return (
        *_names(case, unit),
        *(one for file in files for one in _of_form(file, unit)),
        *_registered(case, unit),
        *(one for file in files for one in _of_seals(file, unit)),
        *(one for file in files for one in _of_signatures(file, unit)),
    )


def speaking(case: Case) -> list[SubmittedFile]:
    """The files that say whose they are: forms, and materials that want a seal."""
    asked = [
        one
        for one in case.programme.materials
        if (is_form(one) or one.seal) and not one.statistics and not one.rest
    ]
    return [
        file
        for file in case.files
        if file.document is not None
        and any(case.assignment.match(material.id, file.path) for material in asked)
    ]


def _names(case: Case, unit: Unit) -> Iterator[Evidence]:
    packages = iter([one.name for one in case.submission.packages if one.reading])
    register = case.standing.register
    for source, reading in readings(case.submission, case.programme, register):
        place = Place(source)
        about = next(packages) if place is Place.PACKAGE else ""
        number, name = reading.application_no or "", reading.full_name or ""
        if number or name:
            agrees = unit.number_agrees(number)
            yield Evidence(place, about, 0, number, name, agrees, unit.stands(name))


def _of_form(file: SubmittedFile, unit: Unit) -> Iterator[Evidence]:
    document = _document(file)
    sure = [one for one in document.fields if one.confidence >= SURE]
    numbers = [one for one in sure if one.name == NUMBER_FIELD]
    names = [one for one in sure if one.name == NAME_FIELD]
    for number, name in zip_longest(numbers, names):
        read = [one for one in (number, name) if one is not None]
        yield Evidence(
            Place.FORM,
            file.path,
            page=(name or number).page,
            application_no=_value(number),
            full_name=_value(name),
            number_agrees=unit.number_agrees(_value(number), read_by_machine=_by_machine(number)),
            relation=unit.stands(_value(name), read_by_machine=_by_machine(name)),
            confidence=min(one.confidence for one in read),
            read_by_machine=any(_by_machine(one) for one in read),
        )


def _registered(case: Case, unit: Unit) -> Iterator[Evidence]:
    number = case.identity.application_no
    entry = case.standing.register.entry(number) if number else None
    if entry is not None:
        yield Evidence(
            Place.REGISTER,
            application_no=entry.application_no,
            full_name=entry.full_name,
            number_agrees=True,
            relation=unit.stands(entry.full_name),
        )


def _of_seals(file: SubmittedFile, unit: Unit) -> Iterator[Evidence]:
    for seal in _document(file).seals:
        if is_read(seal):
            yield Evidence(
                Place.SEAL,
                file.path,
                page=seal.page,
                full_name=seal.text,
                relation=of_seal(seal, unit),
                confidence=1.0 if seal.kind == "electronic" else seal.text_confidence,
                read_by_machine=seal.kind != "electronic",
            )


def of_seal(seal: Seal, unit: Unit) -> NameRelation:
    """How the name on a seal stands to the applicant's; an electronic one was not read off a
    picture."""
    return unit.stands(name_on_seal(seal.text), read_by_machine=seal.kind != "electronic")


def is_read(seal: Seal) -> bool:
    """Whether the text of a seal can be taken for a name."""
    sure = seal.text_confidence >= LEAST_READ or seal.kind == "electronic"
    return sure and len(seal.text) >= LEAST_LETTERS


def _of_signatures(file: SubmittedFile, unit: Unit) -> Iterator[Evidence]:
    for one in _document(file).signatures:
        if _signed_by_a_unit(one):
            found = unit.stands(one.signer)
            yield Evidence(Place.SIGNATURE, file.path, one.page, "", one.signer, None, found)


def _signed_by_a_unit(one: Signature) -> bool:
    """Persons sign too; theirs is another question."""
    return normal_name(one.signer).endswith(NAME_ENDINGS) and len(one.signer) >= LEAST_LETTERS


def _document(file: SubmittedFile) -> Document:
    assert file.document is not None
    return file.document


def _value(field: Field | None) -> str:
    return field.value if field is not None else ""


def _by_machine(field: Field | None) -> bool:
    return field is not None and was_read_by_ocr(field)
