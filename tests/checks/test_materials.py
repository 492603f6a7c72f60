"""The checklist: there, missing, too few, too many, in a wrong format, not to be opened."""

from __future__ import annotations

from typing import Any

import pytest

from checks import judge
from model.container import Container, MemberOutcome
from model.finding import Finding
from model.programme import Programme
from model.submission import SubmittedFile
from model.verdict import ItemState, Outcome, Verdict
from tests.builders.submissions import (
    PACKAGE,
    closed,
    container,
    file,
    full_set,
    programme,
    submission,
    without,
)

FORM, LETTER = "recommendation_form", "commitment_letter"
APPLICATION, SUPPORT = "application_document", "supporting_document"
P = PACKAGE


def _judge(
    files: list[SubmittedFile],
    rules: Programme | None = None,
    found: tuple[Finding, ...] = (),
    containers: tuple[Container, ...] = (),
) -> Verdict:
    rules = rules or programme()
    return judge(submission(rules, files=files, found=found, containers=containers), rules)


def _state(verdict: Verdict, material: str) -> ItemState:
    return next(one.state for one in verdict.checklist if one.material == material)


def _asked(verdict: Verdict) -> set[str]:
    return {one.code for one in verdict.findings if one.effect == "correct"}


def _with(material: str, **changes: Any) -> Programme:
    materials = [
        {**one, **changes} if one["id"] == material else one
        for one in programme().model_dump()["materials"]
    ]
    return programme(materials=tuple(materials))


def test_everything_there() -> None:
    verdict = _judge(full_set())
    assert verdict.outcome is Outcome.COMPLETE
    assert {one.state for one in verdict.checklist} == {ItemState.PRESENT}
    assert [one.material for one in verdict.checklist] == [FORM, LETTER, APPLICATION, SUPPORT]
    seals = [one.about for one in verdict.findings if one.code == "material.seal_unchecked"]
    assert seals == ["推荐表", "承诺书"]
    assert not _asked(verdict)


def test_an_optional_material_may_be_absent() -> None:
    verdict = _judge(without("证书"))
    assert _state(verdict, SUPPORT) is ItemState.ABSENT_OPTIONAL
    assert verdict.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("files", "material", "state", "codes"),
    [
        (without("承诺书"), LETTER, ItemState.MISSING, {"material.missing"}),
        (
            [*without("推荐表"), file(f"{P}/推荐表.docx")],
            FORM,
            ItemState.WRONG_FORMAT,
            {"material.wrong_format"},
        ),
        (
            [*without("申报材料"), file(f"{P}/申报材料.pdf")],
            APPLICATION,
            ItemState.WRONG_FORMAT,
            {"material.wrong_format"},
        ),
        (
            [*without("申报材料"), closed(f"{P}/申报材料.docx", "document.broken")],
            APPLICATION,
            ItemState.UNREADABLE,
            {"document.broken"},
        ),
        # A closed Word file is no longer a Word file by its bytes; the format is not at fault.
        (
            [
                *without("申报材料"),
                closed(f"{P}/申报材料.docx", "document.encrypted", "application/x-ooxml-encrypted"),
            ],
            APPLICATION,
            ItemState.UNREADABLE,
            {"document.encrypted"},
        ),
        (
            [
                *without("推荐表"),
                closed(f"{P}/推荐表.pdf", "document.empty", "application/x-empty"),
            ],
            FORM,
            ItemState.UNREADABLE,
            {"document.empty"},
        ),
    ],
)
def test_what_is_wrong_with_one_material(
    files: list[SubmittedFile], material: str, state: ItemState, codes: set[str]
) -> None:
    verdict = _judge(files)
    assert _state(verdict, material) is state
    assert _asked(verdict) == codes
    assert verdict.outcome is Outcome.CORRECTION


def test_scan_and_word_of_one_form_together_are_fine() -> None:
    verdict = _judge([*full_set(), file(f"{P}/推荐表.docx")], _with(FORM, most=1))
    assert _state(verdict, FORM) is ItemState.PRESENT
    assert verdict.outcome is Outcome.COMPLETE
    assert not [one for one in verdict.findings if "format" in one.code]


def test_a_broken_copy_beside_a_good_one_is_only_told() -> None:
    verdict = _judge([*full_set(), closed(f"{P}/推荐表（旧）.pdf", "document.broken")])
    assert verdict.outcome is Outcome.COMPLETE
    (told,) = [one for one in verdict.findings if one.code == "material.spare_unreadable"]
    assert "推荐表（旧）.pdf" in told.text
    assert told.effect == "remind"


@pytest.mark.parametrize("code", ["document.broken", "document.encrypted", "document.empty"])
def test_an_optional_document_that_cannot_be_opened_asks_for_nothing(code: str) -> None:
    files = [*without("证书"), closed(f"{P}/证明材料/专利.docx", code)]
    verdict = _judge(files)
    assert verdict.outcome is Outcome.COMPLETE
    assert _state(verdict, SUPPORT) is ItemState.UNREADABLE
    assert "material.spare_unreadable" in {one.code for one in verdict.findings}


def test_but_it_is_asked_for_along_with_what_is_missing() -> None:
    files = [*without("证书", "承诺书"), closed(f"{P}/证明材料/专利.docx", "document.broken")]
    assert _asked(_judge(files)) == {"material.missing", "document.broken"}


@pytest.mark.parametrize(
    ("count", "state"), [(1, ItemState.TOO_FEW), (2, ItemState.PRESENT), (4, ItemState.TOO_MANY)]
)
def test_how_many(count: int, state: ItemState) -> None:
    rules = _with(LETTER, least=2, most=3)
    files = without("承诺书") + [file(f"{P}/承诺书{n}.pdf") for n in range(count)]
    verdict = _judge(files, rules)
    assert _state(verdict, LETTER) is state
    texts = [one.text for one in verdict.findings if one.code.startswith("material.too_")]
    assert len(texts) == (state is not ItemState.PRESENT)
    if state is ItemState.TOO_FEW:
        assert "应有2份，只收到1份" in texts[0]
    if state is ItemState.TOO_MANY:
        assert "最多3份，收到4份" in texts[0]
        assert verdict.needs_person


def test_too_few_for_a_wrong_format_says_so_as_well() -> None:
    files = [*full_set(), file(f"{P}/承诺书2.docx")]
    verdict = _judge(files, _with(LETTER, least=2))
    assert _asked(verdict) == {"material.too_few", "material.wrong_format"}


def test_one_of_two_closed_is_no_matter_of_number() -> None:
    files = [*full_set(), closed(f"{P}/承诺书2.pdf", "document.broken")]
    verdict = _judge(files, _with(LETTER, least=2))
    assert _state(verdict, LETTER) is ItemState.UNREADABLE
    assert _asked(verdict) == {"document.broken"}


def test_the_same_file_twice_is_one() -> None:
    files = [
        *without("承诺书"),
        file(f"{P}/承诺书.pdf", content="x"),
        file(f"{P}/扫描/承诺书.pdf", content="x"),
    ]
    assert _state(_judge(files, _with(LETTER, most=1)), LETTER) is ItemState.PRESENT
    assert _state(_judge(files, _with(LETTER, least=2)), LETTER) is ItemState.TOO_FEW


def test_one_file_for_two_materials_counts_for_both_and_a_person_looks() -> None:
    verdict = _judge([*without("推荐表", "承诺书"), file(f"{P}/推荐表、承诺书.pdf")])
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.needs_person
    unsure = [one.about for one in verdict.findings if one.code == "material.unsure"]
    assert unsure == ["推荐表", "承诺书"]


def test_a_material_known_by_its_content_only_is_unsure() -> None:
    text = "情况说明" + "。" * 300 + "质量标杆典型经验"
    verdict = _judge([*without("申报材料"), file(f"{P}/文档1.docx", text)])
    assert _state(verdict, APPLICATION) is ItemState.PRESENT
    assert "material.unsure" in {one.code for one in verdict.findings}


def test_what_systems_leave_behind_is_nobodys_fault() -> None:
    junk = [
        closed(f"{P}/~$申报材料.docx", "document.broken"),
        closed(f"{P}/desktop.ini", "document.empty", "application/x-empty"),
    ]
    verdict = _judge([*full_set(), *junk])
    assert verdict.outcome is Outcome.COMPLETE
    assert not {one.code for one in verdict.findings} & {"document.broken", "document.empty"}
    assert not {path for one in verdict.checklist for path in one.files if "~$" in path}


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (MemberOutcome.DAMAGED, "package.member_damaged"),
        (MemberOutcome.ENCRYPTED, "package.member_encrypted"),
        (MemberOutcome.MISSING, "package.member_missing"),
    ],
)
def test_a_member_that_did_not_come_out_is_not_called_missing(
    outcome: MemberOutcome, code: str
) -> None:
    listing = container(P, ("推荐表.pdf", outcome))
    lost = Finding(code, f"{P}/推荐表.pdf")
    verdict = _judge(without("推荐表"), found=(lost,), containers=(listing,))
    assert _state(verdict, FORM) is ItemState.UNREADABLE
    assert _asked(verdict) == {code}
    assert verdict.outcome is Outcome.CORRECTION


def test_a_package_partly_damaged_with_all_that_is_required_is_complete() -> None:
    listing = container(P, ("证明材料/奖状.docx", MemberOutcome.DAMAGED))
    found = (
        Finding("package.member_damaged", f"{P}/证明材料/奖状.docx"),
        Finding("package.partial", P, {"listed": "5", "taken": "4"}),
    )
    verdict = _judge(full_set(), found=found, containers=(listing,))
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.needs_person
    assert any("奖状" in one.text and one.told for one in verdict.findings)


def test_a_second_package_that_is_closed_does_not_return_a_whole_set() -> None:
    found = (Finding("package.encrypted", "其他.rar"),)
    assert _judge(full_set(), found=found).outcome is Outcome.COMPLETE
    assert _judge(without("承诺书"), found=found).outcome is Outcome.RETURNED


def test_a_closed_inner_archive_with_everything_in_it_is_never_complete() -> None:
    inner = file(f"{P}/全部材料.zip")
    found = (Finding("package.member_encrypted", inner.path),)
    verdict = _judge([inner], found=found)
    assert verdict.outcome is Outcome.CORRECTION
    assert _asked(verdict) == {"material.missing", "package.member_encrypted"}


def test_nothing_opened_means_nothing_listed_as_missing() -> None:
    verdict = _judge([], found=(Finding("package.encrypted", P),))
    assert verdict.outcome is Outcome.RETURNED
    assert [one.code for one in verdict.findings] == ["package.encrypted"]


def _state_of_one(name: str, right: str, wrong: str, how: str) -> list[SubmittedFile]:
    return {
        "good": [file(f"{P}/{name}.{right}")],
        "missing": [],
        "wrong": [file(f"{P}/{name}.{wrong}")],
        "broken": [closed(f"{P}/{name}.{right}", "document.broken")],
        "inner": [file(f"{P}/{name}.zip")],
    }[how]


HOW = ("good", "missing", "wrong", "broken", "inner")


@pytest.mark.parametrize("form", HOW)
@pytest.mark.parametrize("letter", HOW)
@pytest.mark.parametrize("application", HOW)
@pytest.mark.parametrize("readable", [True, False])
def test_complete_means_that_all_that_is_required_is_there(
    form: str, letter: str, application: str, *, readable: bool
) -> None:
    """And whatever is not there is asked for."""
    files = [
        *_state_of_one("推荐表", "pdf", "docx", form),
        *_state_of_one("承诺书", "jpg", "docx", letter),
        *_state_of_one("申报材料", "docx", "pdf", application),
        file(f"{P}/证书.docx"),
    ]
    checks = ("subject", "materials", "formats", *(("readable",) if readable else ()))
    verdict = _judge(files, programme(checks=checks))
    whole = form == letter == application == "good"
    assert (verdict.outcome is Outcome.COMPLETE) == whole
    faults = sum(how != "good" for how in (form, letter, application))
    assert sum(one.effect == "correct" for one in verdict.findings) == faults
