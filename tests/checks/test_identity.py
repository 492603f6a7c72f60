"""Who applies: from the subject, from the package, from both; and what is said about it."""

from __future__ import annotations

import pytest

from checks import judge
from checks.identity import identify
from model.verdict import Outcome, Verdict
from tests.builders.submissions import NAME, NUMBER, PACKAGE, RIGHT, programme, submission

OTHER = "青岛海辰电子科技有限公司"


def _judge(subject: str, *packages: str) -> Verdict:
    rules = programme()
    return judge(submission(rules, subject=subject, packages=packages), rules)


def _codes(verdict: Verdict) -> set[str]:
    return {one.code for one in verdict.findings if one.code.startswith("identity.")}


@pytest.mark.parametrize(
    ("subject", "packages", "source", "codes", "outcome"),
    [
        (RIGHT, (PACKAGE,), "subject", set(), Outcome.COMPLETE),
        (RIGHT, ("材料.rar",), "subject", set(), Outcome.COMPLETE),
        (f"Fw: 转发：【质量标杆】{RIGHT}", (PACKAGE,), "subject", set(), Outcome.COMPLETE),
        ("质量标杆", (PACKAGE,), "package", {"identity.from_package"}, Outcome.COMPLETE),
        ("", (PACKAGE,), "package", {"identity.from_package"}, Outcome.COMPLETE),
        (NUMBER, (f"{NAME}.rar",), "pieced", {"identity.pieced"}, Outcome.COMPLETE),
        ("申报材料", ("材料.rar",), "none", {"identity.unknown"}, Outcome.RETURNED),
        (NUMBER, ("材料.rar",), "none", {"identity.unknown"}, Outcome.RETURNED),
        (
            RIGHT,
            (f"ZB20210138+{NAME}.rar",),
            "subject",
            {"identity.number_differs"},
            Outcome.COMPLETE,
        ),
        (
            RIGHT,
            (f"{NUMBER}+{OTHER}.rar",),
            "subject",
            {"identity.name_differs"},
            Outcome.COMPLETE,
        ),
        # The subject names another number than the package that identifies the applicant.
        (
            "ZB20210138",
            (PACKAGE,),
            "package",
            {"identity.from_package", "identity.number_differs"},
            Outcome.COMPLETE,
        ),
        (
            "",
            (PACKAGE, f"ZB20210138+{OTHER}.rar"),
            "package",
            {"identity.from_package", "identity.number_differs", "identity.name_differs"},
            Outcome.COMPLETE,
        ),
    ],
)
def test_the_first_place_that_gives_both_counts(
    subject: str, packages: tuple[str, ...], source: str, codes: set[str], outcome: Outcome
) -> None:
    rules = programme()
    assert identify(submission(rules, subject=subject, packages=packages), rules).source == source
    verdict = _judge(subject, *packages)
    assert _codes(verdict) == codes
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("subject", "packages"),
    [(RIGHT, (PACKAGE,)), ("", (PACKAGE,)), (NUMBER, (f"{NAME}.rar",)), (f"{NUMBER}-{NAME}", ())],
)
def test_the_subject_that_would_have_been_right_is_known(
    subject: str, packages: tuple[str, ...]
) -> None:
    verdict = _judge(subject, *packages)
    assert (verdict.application_no, verdict.full_name) == (NUMBER, NAME)
    assert verdict.expected_subject == RIGHT


def test_a_difference_names_both_values_and_the_place() -> None:
    verdict = _judge("ZB20210138", PACKAGE)
    found = next(one for one in verdict.findings if one.code == "identity.number_differs")
    assert found.text.count("“ZB20210137”") == 1
    assert "邮件主题中为“ZB20210138”" in found.text
    assert verdict.needs_person


def test_brackets_and_width_make_no_other_name() -> None:
    name = "泰山（山东）机械有限公司"
    verdict = _judge(f"{NUMBER}+{name}", f"{NUMBER}+泰山(山东)机械有限公司.rar")
    assert _codes(verdict) == set()


def test_two_numbers_in_the_subject_alone_are_returned_with_the_reason_told() -> None:
    verdict = _judge(f"{NUMBER} ZB20210138 {NAME}", "材料.rar")
    assert verdict.outcome is Outcome.RETURNED
    told = {one.code for one in verdict.findings if one.told}
    assert {"identity.unknown", "subject.two_numbers"} <= told


def test_without_a_naming_rule_nothing_is_returned_for_its_name() -> None:
    rules = programme("provincial-2021", checks=("subject",))
    verdict = judge(submission(rules, subject="济南市推荐材料"), rules)
    assert [one.code for one in verdict.findings] == ["identity.no_rule"]
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.needs_person
    assert verdict.application_no is None


def test_a_rule_for_packages_alone_leaves_the_subject_alone() -> None:
    rules = programme(naming={"applies_to": ("package",)})
    verdict = judge(submission(rules, subject="请查收"), rules)
    assert verdict.application_no == NUMBER
    assert not [one for one in verdict.findings if one.code.startswith("subject.")]
