"""The register: whose number it is, what is near to it, and that nothing of others is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks import judge
from checks.identity import identify
from checks.register_near import near_names, near_numbers
from model.document import Field
from model.finding import Effect
from model.full_name import normal_name
from model.programme import Programme
from model.register import Register, RegisterEntry
from model.standing import Ruling, Standing
from model.verdict import Outcome, Verdict
from tests.builders.submissions import (
    NAME,
    NUMBER,
    PACKAGE,
    RIGHT,
    file,
    full_set,
    message,
    programme,
    submission,
)

OTHER, OTHER_NUMBER = "青岛海辰电子科技有限公司", "ZB20210138"
THIRD = "烟台蓝海装备股份有限公司"
USCC, OTHER_USCC = "91110108551385082Q", "91110000600037341L"
ENTRIES = (
    RegisterEntry(
        NUMBER, NAME, USCC, "泰安市", email="QY@example.com", former_names=("山东泰山机械厂",)
    ),
    RegisterEntry(OTHER_NUMBER, OTHER, city="青岛市", email="hc@example.com"),
    RegisterEntry("ZB20210200", THIRD, city="烟台市"),
    RegisterEntry("ZB20210201", THIRD, city="烟台市"),
    RegisterEntry("0042", "3M精密制造有限公司", city="济南市"),
)  # fmt: skip
REGISTER = Register(ENTRIES, 1)
STRANGERS = {OTHER, OTHER_NUMBER, THIRD, "ZB20210200", "ZB20210201", "3M精密制造有限公司"}


def _judge(
    subject: str,
    *packages: str,
    rules: Programme | None = None,
    standing: Standing | None = None,
    **more: Any,
) -> Verdict:
    rules = rules or programme()
    made = submission(rules, subject=subject, packages=packages or ("材料.rar",), **more)
    return judge(made, rules, standing or Standing(register=REGISTER))


def _codes(verdict: Verdict) -> set[str]:
    return {
        one.code
        for one in verdict.findings
        if one.code.startswith("register.") or one.code == "identity.from_register"
    }


@pytest.mark.parametrize(
    ("subject", "codes", "outcome"),
    [
        (RIGHT, set(), Outcome.COMPLETE),
        (f"{NUMBER}+山东泰山机械厂", {"register.former_name"}, Outcome.COMPLETE),
        (f"zb20210137+{NAME}", set(), Outcome.COMPLETE),
        # The number exists and is another unit's.
        (
            f"{NUMBER}+{OTHER}",
            {"register.other_unit", "register.registered_to", "register.number_of_name"},
            Outcome.RETURNED,
        ),
        (
            f"{NUMBER}+德州无名建材有限公司",
            {"register.other_unit", "register.registered_to"},
            Outcome.RETURNED,
        ),
        # A letter wrong in the name under the right number is for a person to look at.
        (
            f"{NUMBER}+山东泰山机戒制造有限公司",
            {"register.name_differs", "register.registered_to", "register.near_names"},
            Outcome.COMPLETE,
        ),
        (
            f"ZB20210731+{NAME}",
            {"register.unknown_number", "register.number_of_name"},
            Outcome.RETURNED,
        ),
        (
            f"ZB2021O137+{NAME}",
            {"register.unknown_number", "register.near_numbers", "register.number_of_name"},
            Outcome.RETURNED,
        ),
    ],
)
def test_the_number_is_in_it_and_belongs_to_the_unit(
    subject: str, codes: set[str], outcome: Outcome
) -> None:
    verdict = _judge(subject, PACKAGE if outcome is Outcome.COMPLETE else "材料.rar")
    assert _codes(verdict) == codes
    assert verdict.outcome is outcome


def test_without_a_register_nothing_is_said() -> None:
    verdict = _judge(f"ZB20210731+{NAME}", standing=Standing())
    assert _codes(verdict) == set()
    assert verdict.outcome is Outcome.COMPLETE


def test_a_programme_may_leave_unknown_numbers_to_a_person() -> None:
    rules = programme(number_register={"unknown_number": "person"})
    verdict = _judge(f"ZB20210731+{NAME}", rules=rules)
    unknown = next(one for one in verdict.findings if one.code == "register.unknown_number")
    assert unknown.effect is Effect.PERSON
    assert not unknown.told
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.needs_person


def test_another_units_number_is_for_a_person_to_look_at() -> None:
    verdict = _judge(f"{NUMBER}+{OTHER}")
    assert verdict.needs_person
    whose = next(one for one in verdict.findings if one.code == "register.registered_to")
    assert NAME in whose.text
    assert OTHER_NUMBER in next(
        one.text for one in verdict.findings if one.code == "register.number_of_name"
    )


@pytest.mark.parametrize(
    ("subject", "packages"),
    [
        ("ZB20210139+德州无名建材有限公司", ()),
        ("ZB2021O138+德州无名建材有限公司", ()),
        (f"{OTHER_NUMBER}+德州无名建材有限公司", ()),
        (f"{OTHER_NUMBER}+青岛海晨电子科技有限公司", ()),
        (OTHER_NUMBER, ()),
        ("烟台蓝海装配股份有限公司", ()),
        ("ZB20210220+烟台蓝海装备有限公司", ()),
    ],
)
def test_nothing_of_other_units_is_told(subject: str, packages: tuple[str, ...]) -> None:
    verdict = _judge(subject, *packages)
    given = normal_name(subject)
    told = [one.text + one.advice for one in verdict.findings if one.told]
    told.append(verdict.expected_subject or "")
    assert told
    for stranger in STRANGERS:
        if stranger not in given:
            assert not any(stranger in text for text in told), (stranger, told)


def test_a_name_that_has_one_number_is_enough() -> None:
    rules = programme()
    verdict = _judge(NAME, rules=rules)
    assert (verdict.application_no, verdict.full_name) == (NUMBER, NAME)
    assert verdict.expected_subject == RIGHT
    assert _codes(verdict) == {"identity.from_register"}
    assert verdict.outcome is Outcome.COMPLETE


def test_a_name_that_has_two_numbers_is_not() -> None:
    verdict = _judge(THIRD)
    assert verdict.application_no is None
    assert verdict.outcome is Outcome.RETURNED
    text = next(one.text for one in verdict.findings if one.code == "register.number_of_name")
    assert "ZB20210200、ZB20210201" in text


@pytest.mark.parametrize(
    ("sender", "name"), [("qy@example.com", NAME), ("somebody@example.com", None)]
)
def test_a_number_alone_counts_only_from_the_units_own_address(
    sender: str, name: str | None
) -> None:
    verdict = _judge(NUMBER, mail=message(NUMBER, sender=sender))
    assert verdict.full_name == name
    assert verdict.outcome is (Outcome.COMPLETE if name else Outcome.RETURNED)
    if name is None:
        assert "register.registered_to" in _codes(verdict)
        assert verdict.needs_person


def test_two_numbers_are_not_settled_by_a_name() -> None:
    verdict = _judge(f"{NUMBER} {OTHER_NUMBER} {NAME}")
    assert verdict.application_no is None
    assert verdict.outcome is Outcome.RETURNED


@pytest.mark.parametrize(
    "subject",
    [
        "00423M精密制造有限公司",
        "Fw: 转发：00423M精密制造有限公司",
        "００４２３Ｍ精密制造有限公司",
    ],
)
def test_the_register_tells_number_and_name_apart(subject: str) -> None:
    rules = programme()
    verdict = _judge(subject)
    assert (verdict.application_no, verdict.full_name) == ("0042", "3M精密制造有限公司")
    assert verdict.outcome is Outcome.COMPLETE
    alone = identify(submission(rules, subject=subject, packages=("材料.rar",)), rules)
    assert not alone.known or alone.application_no != "0042", "it needs no register"
    codes = {one.code for one in verdict.findings if one.about == "邮件主题"}
    assert "subject.no_separator" in codes
    assert not codes & {"subject.ambiguous", "subject.no_number", "identity.unknown"}


def test_the_code_on_a_form_is_that_of_the_register() -> None:
    form = file(f"{PACKAGE}/推荐表.pdf")
    assert form.document is not None

    def judged(code: str, flags: tuple[str, ...] = ()) -> Verdict:
        document = replace(form.document, fields=(Field("uscc", code, flags=flags),))
        files = [replace(form, document=document), *full_set()[1:]]
        return _judge(RIGHT, PACKAGE, files=files)

    assert _codes(judged(USCC)) == set()
    assert _codes(judged("9137", ("invalid",))) == set()
    verdict = judged(OTHER_USCC)
    assert _codes(verdict) == {"register.uscc_differs"}
    assert verdict.needs_person
    assert verdict.outcome is Outcome.COMPLETE


def test_a_clerk_who_ties_a_mail_goes_before_the_register() -> None:
    ruling = Ruling("李工", "电话核实", application_no="ZB20210731", full_name=OTHER)
    verdict = _judge("申报材料", standing=Standing(register=REGISTER, ruling=ruling))
    assert verdict.application_no == "ZB20210731"
    assert verdict.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    "number",
    [
        "ZB2021O137", "ZB2O210137", "ZB-2021-0137", "ZB20210173", "ZB2021013", "ZB202101377",
        "ZB20210187", "ＺＢ20210317",
    ],
)  # fmt: skip
def test_near_numbers(number: str) -> None:
    assert ENTRIES[0] in near_numbers(number, REGISTER)


@pytest.mark.parametrize(("number", "expected"), [("42", "0042"), ("00042", "0042")])
def test_leading_zeros_are_near(number: str, expected: str) -> None:
    assert [one.application_no for one in near_numbers(number, REGISTER)] == [expected]


@pytest.mark.parametrize("number", ["ZB20219999", "X", "HZ2021-00001"])
def test_what_is_far_is_not_near(number: str) -> None:
    assert near_numbers(number, REGISTER) == []


def test_near_names() -> None:
    assert near_names("山东泰山机械制造公司", REGISTER) == [ENTRIES[0]]
    assert near_names("山东泰山机城厂", REGISTER) == [ENTRIES[0]], "a former name counts"
    assert near_names("北京某某科技有限公司", REGISTER) == []
