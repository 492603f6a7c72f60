"""Whose form is it? The number and the full name that the forms inside give.

Only files that are forms of the programme count: in a contract or a certificate 单位名称 may be
anybody's. Where two forms disagree, neither says who applies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.recognition import Assignment, assign, is_junk
from model.document import Field
from model.fields import NAME_FIELD, NUMBER_FIELD
from model.full_name import normal_name, same_name
from model.programme import Material, Programme
from model.register import plain_number
from model.submission import Submission, SubmittedFile

SURE = 0.6
"""Confidence that a field needs before anything rests on it."""


@dataclass(frozen=True, slots=True)
class FormIdentity:
    """None where the forms do not give it, or give different ones."""

    application_no: str | None = None
    full_name: str | None = None


def form_identity(submission: Submission, programme: Programme) -> FormIdentity:
    """What all forms of a submission agree upon."""
    files = tuple(one for one in submission.files if not is_junk(one))
    if not any(one.document and one.document.fields for one in files):
        return FormIdentity()
    forms = forms_of(files, assign(files, programme), programme)
    return agreed([identity_of_form(file, programme) for file in forms])


def agreed(found: list[FormIdentity]) -> FormIdentity:
    """The one number and the one name of several forms."""
    numbers = [one.application_no for one in found if one.application_no]
    names = [one.full_name for one in found if one.full_name]
    same_number = all(plain_number(one) == plain_number(numbers[0]) for one in numbers)
    number = numbers[0] if numbers and same_number else None
    name = names[0] if names and all(same_name(one, names[0]) for one in names) else None
    return FormIdentity(number, name)


def forms_of(
    files: tuple[SubmittedFile, ...], assignment: Assignment, programme: Programme
) -> list[SubmittedFile]:
    """The files that are forms of the programme with fields read out of them."""
    forms = [one for one in programme.materials if is_form(one)]
    return [
        file
        for file in files
        if file.document is not None
        and file.document.fields
        and any(assignment.match(material.id, file.path) for material in forms)
    ]


def is_form(material: Material) -> bool:
    return bool(material.recognise.form_labels) and not material.statistics


def identity_of_form(file: SubmittedFile, programme: Programme) -> FormIdentity:
    """The number and the full name that one form gives, each only if it can be one."""
    number, name = field_of(file, NUMBER_FIELD), field_of(file, NAME_FIELD)
    naming = programme.naming
    if number is not None and naming is not None:
        number = number if re.fullmatch(naming.number, number.value) else None
    if name is not None and naming is not None and not naming.short_names:
        name = name if normal_name(name.value).endswith(naming.name_endings) else None
    return FormIdentity(number.value if number else None, name.value if name else None)


def field_of(file: SubmittedFile, name: str) -> Field | None:
    """A field of a file, None where there is none that anything may rest on."""
    if file.document is None:
        return None
    return next(
        (one for one in file.document.fields if one.name == name and one.confidence >= SURE), None
    )


def was_read_by_ocr(field: Field) -> bool:
    return "ocr" in field.method
