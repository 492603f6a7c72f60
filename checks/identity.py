"""Who applies: the number and the name, from the subject, else from the packages' names, else from
the forms inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.form_identity import FormIdentity, form_identity
from checks.register_lookup import from_register, is_contested, told_apart
from model.finding import Effect, Finding
from model.programme import Programme
from model.reading import NameReading
from model.register import NO_REGISTER, Register
from model.standing import ALONE, Standing
from model.submission import Submission

PLACES = {"subject": "邮件主题", "package": "压缩包名“{text}”"}
"""How a source is called to a person."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The applicant as far as it is known. source: "subject", "package", "form",
    "pieced", "register", "clerk" or "none".

    expected: the subject that would have been right, None unless number and name are known.
    """

    application_no: str | None
    full_name: str | None
    source: str
    expected: str | None = None

    @property
    def known(self) -> bool:
        return self.application_no is not None and self.full_name is not None


def identify(submission: Submission, programme: Programme, standing: Standing = ALONE) -> Identity:
    """The first place that gives both number and name; else both from different places, the
    forms inside last of all; what they lack, the register may know. A clerk who has tied the mail
    to an application goes before them."""
    ruling = standing.ruling
    if ruling is not None and ruling.application_no:
        return _identity(programme, ruling.application_no, ruling.full_name or None, "clerk")
    register = standing.register
    read = readings(submission, programme, register)
    for source, reading in read:
        if reading.application_no and reading.full_name:
            return _identity(programme, reading.application_no, reading.full_name, source)
    form = form_identity(submission, programme) if programme.naming else FormIdentity()
    if form.application_no and form.full_name:
        return _identity(programme, form.application_no, form.full_name, "form")
    number = next((one.application_no for _, one in read if one.application_no), None)
    name = next((one.full_name for _, one in read if one.full_name), None)
    number, name = number or form.application_no, name or form.full_name
    if register and not is_contested(one for _, one in read):
        sender = submission.message.sender[0].address if submission.message.sender else ""
        if found := from_register(number, name, register, sender):
            return _identity(programme, *found, "register")
    return _identity(programme, number, name, "pieced" if number and name else "none")


def findings(
    submission: Submission,
    programme: Programme,
    identity: Identity,
    register: Register = NO_REGISTER,
) -> Iterator[Finding]:
    """What is to be said about how the applicant was identified."""
    if programme.naming is None:
        yield Finding("identity.no_rule")
        return
    for _, reading in readings(submission, programme, register):
        # A package came, so this is a submission, however machine-made its subject looks.
        yield from (note for note in reading.notes if note.effect is not Effect.IGNORE)
    if not identity.known:
        yield Finding("identity.unknown", params={"separator": programme.naming.separator})
        return
    assert identity.application_no is not None
    assert identity.full_name is not None
    if identity.source == "package":
        yield Finding("identity.from_package", params={"expected": identity.expected or ""})
    elif identity.source == "form":
        yield Finding("identity.from_form", params={"expected": identity.expected or ""})
    elif identity.source == "register":
        yield Finding("identity.from_register", params={"expected": identity.expected or ""})
    elif identity.source == "pieced":
        yield Finding(
            "identity.pieced",
            params={"application_no": identity.application_no, "full_name": identity.full_name},
        )


def readings(
    submission: Submission, programme: Programme, register: Register
) -> list[tuple[str, NameReading]]:
    """Every reading with its source, the subject first."""
    found = [("subject", submission.subject)] if submission.subject else []
    found += [("package", one.reading) for one in submission.packages if one.reading]
    if programme.naming is None or not register:
        return found
    return [
        (source, told_apart(one, PLACES[source].format(text=one.text), programme.naming, register))
        for source, one in found
    ]


def _identity(programme: Programme, number: str | None, name: str | None, source: str) -> Identity:
    expected = None
    if programme.naming is not None and number and name:
        expected = programme.naming.expected(number, name)
    return Identity(number, name, source, expected)
