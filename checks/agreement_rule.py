"""The agreement rule: what is said where a place names the applicant otherwise.

One finding for each kind of difference and each thing found, with every place that has it: a
spelling is a note, a short name a reminder, a part or a relative of the unit is for a person, and
so is another unit. The register and the seals are told by their own rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.agreement_sets import several_applicants
from checks.case import Case
from model.agreement import BETWEEN, Evidence, NameRelation, Place
from model.finding import Finding
from model.full_name import normal_name
from model.name_relation import ONE_UNIT
from model.register import plain_number

PLACES = {Place.SUBJECT: "邮件主题", Place.PACKAGE: "压缩包名“{about}”", Place.FORM: "“{about}”"}
"""How a place is called to a person."""
WHOLE_MAIL = (Place.SUBJECT, Place.PACKAGE)
KINDS = {
    NameRelation.BRACKETS: "agreement.brackets",
    NameRelation.MISREAD: "agreement.misread",
    NameRelation.ABBREVIATION: "agreement.abbreviation",
    NameRelation.FORMER: "agreement.former_name",
    NameRelation.BRANCH: "agreement.branch",
    NameRelation.CONVERTED: "agreement.converted",
    NameRelation.SUBSIDIARY: "agreement.related",
}
"""What is said of a name that is not simply another unit's."""
SURELY_READ = 0.9
"""Confidence from which on an applicant is told what a machine has read."""
MOST_PLACES = 10
"""Places that one finding names."""


def check(case: Case) -> Iterator[Finding]:
    if not case.identity.known:
        return
    several = several_applicants(case)
    if several:
        naming = case.programme.naming
        separator = naming.separator if naming else "+"
        yield Finding("agreement.two_applicants", params={"separator": separator})
    yield from _numbers(case)
    yield from _names(case)
    yield from _signers(case)
    if not several:
        yield from _nothing_of_its_own(case)


def _numbers(case: Case) -> Iterator[Finding]:
    found: dict[str, list[Evidence]] = {}
    for one in case.agreement:
        if one.place in PLACES and one.number_agrees is False:
            found.setdefault(plain_number(one.application_no), []).append(one)
    for places in found.values():
        params = {"taken": case.identity.application_no or "", "found": places[0].application_no}
        if _whole_mail(places):
            yield Finding("identity.number_differs", _in_words(places), params)
        else:
            yield Finding("identity.form_number_differs", _paths(places), params)


def _names(case: Case) -> Iterator[Finding]:
    told: dict[tuple[NameRelation, str], list[Evidence]] = {}
    for one in case.agreement:
        if one.place in PLACES and one.relation not in (NameRelation.SAME, NameRelation.UNKNOWN):
            told.setdefault((one.relation, normal_name(one.full_name)), []).append(one)
    for (kind, _), places in told.items():
        params = {"taken": case.identity.full_name or "", "found": places[0].full_name}
        if code := KINDS.get(kind):
            yield Finding(code, _paths(places), {**params, "places": _in_words(places)})
        elif _whole_mail(places):
            yield Finding("identity.name_differs", _in_words(places), params)
        else:
            yield Finding("identity.form_name_differs", _paths(places), params)


def _signers(case: Case) -> Iterator[Finding]:
    """Electronic signatures of other units than the applicant."""
    for one in case.agreement:
        own = (*ONE_UNIT, NameRelation.UNKNOWN)
        if one.place is Place.SIGNATURE and one.relation not in own:
            params = {"found": one.full_name, "taken": case.identity.full_name or ""}
            yield Finding("agreement.other_signer", one.about, params)


def _nothing_of_its_own(case: Case) -> Iterator[Finding]:
    """Everything inside that names a unit names another one: the mail is not what it is called."""
    inside = [
        one
        for one in case.agreement
        if one.place in (Place.FORM, Place.SEAL) and one.relation is not NameRelation.UNKNOWN
    ]
    surely = [one for one in inside if one.confidence >= SURELY_READ]
    forms = [one for one in surely if one.place is Place.FORM]
    if forms and all(one.relation is NameRelation.OTHER for one in inside):
        yield Finding("agreement.nothing_of_its_own", params={"places": _in_words(forms)})


def _whole_mail(places: list[Evidence]) -> bool:
    return any(one.place in WHOLE_MAIL for one in places)


def _in_words(places: list[Evidence]) -> str:
    """邮件主题、压缩包名“甲.rar”、“推荐表.pdf”."""
    words = dict.fromkeys(PLACES[one.place].format(about=_shown(one)) for one in places)
    return "、".join(list(words)[:MOST_PLACES])


def _shown(one: Evidence) -> str:
    """A file's path within its package: 甲/推荐表.pdf."""
    return one.about.split("/", 1)[-1]


def _paths(places: list[Evidence]) -> str:
    """The files concerned; "" where a subject or a package's name is among the places."""
    if _whole_mail(places):
        return ""
    return BETWEEN.join(list(dict.fromkeys(one.about for one in places))[:MOST_PLACES])
