"""The hostile message set: mails of real defects, each with what is right and why."""

from tests.builders.hostile import (
    embedded,
    forms,
    headers,
    huge,
    names,
    names_2231,
    nested,
    programs,
    rare,
    relays,
    senders,
    smime,
    structure,
    subjects,
    texts,
    transfer,
    untouched,
    winmail,
)
from tests.builders.hostile.case import HostileMail

CASES: tuple[HostileMail, ...] = (
    *subjects.CASES,
    *senders.CASES,
    *names.CASES,
    *names_2231.CASES,
    *transfer.CASES,
    *structure.CASES,
    *headers.CASES,
    *texts.CASES,
    *nested.CASES,
    *embedded.CASES,
    *winmail.CASES,
    *smime.CASES,
    *forms.CASES,
    *relays.CASES,
    *rare.CASES,
    *untouched.CASES,
    *huge.CASES,
    *programs.CASES,
)

__all__ = ["CASES", "HostileMail"]
