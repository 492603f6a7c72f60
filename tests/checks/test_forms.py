"""Whose form it is, whether its code is one, and whether it is this year's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import judge
from checks.identity import identify
from model.document import Field
from model.programme import Programme
from model.submission import SubmittedFile
from model.verdict import Outcome
from tests.builders.submissions import (
    NAME,
    NUMBER,
    PACKAGE,
    RIGHT,
    file,
    full_set,
    programme,
    submission,
)

OTHER = "青岛海辰电子科技有限公司"
OCR = "table, ocr rapidocr 3.10.0"


def _form(
    path: str = f"{PACKAGE}/推荐表.pdf", method: str = "table", **fields: str
) -> SubmittedFile:
    one = file(path)
    assert one.document is not None
    found = tuple(
        Field(name, value, confidence=0.95, method=method) for name, value in fields.items()
    )
    return replace(one, document=replace(one.document, fields=found))


def _files(*forms: SubmittedFile) -> list[SubmittedFile]:
    return [*forms, *(one for one in full_set() if "推荐表" not in one.name)]


def _codes(
    *forms: SubmittedFile, subject: str = RIGHT, packages: tuple[str, ...] = (PACKAGE,),
    rules: Programme | None = None,
) -> set[str]:  # fmt: skip
    rules = rules or programme()
    made = submission(rules, subject=subject, packages=packages, files=_files(*forms))
    areas = ("identity.", "field.", "material.old")
    return {one.code for one in judge(made, rules).findings if one.code.startswith(areas)}


@pytest.mark.parametrize(
    ("subject", "packages", "fields", "source", "known"),
    [
        (
            "质量标杆材料",
            ("材料.rar",),
            {"application_no": NUMBER, "full_name": NAME},
            "form",
            True,
        ),
        (NUMBER, ("材料.rar",), {"application_no": NUMBER, "full_name": NAME}, "form", True),
        (NUMBER, ("材料.rar",), {"full_name": NAME}, "pieced", True),
        ("质量标杆材料", ("材料.rar",), {"full_name": NAME}, "none", False),
        (
            "质量标杆材料",
            ("材料.rar",),
            {"application_no": "见/附件", "full_name": NAME},
            "none",
            False,
        ),
        (
            "质量标杆材料",
            ("材料.rar",),
            {"application_no": NUMBER, "full_name": "同上"},
            "none",
            False,
        ),
        (
            "质量标杆材料",
            (PACKAGE,),
            {"application_no": "ZB1", "full_name": OTHER},
            "package",
            True,
        ),
        (RIGHT, (PACKAGE,), {"application_no": NUMBER, "full_name": NAME}, "subject", True),
    ],
)
def test_a_form_identifies_where_nothing_else_does(
    subject: str, packages: tuple[str, ...], fields: dict[str, str], source: str, *, known: bool
) -> None:
    rules = programme()
    made = submission(rules, subject=subject, packages=packages, files=_files(_form(**fields)))
    found = identify(made, rules)
    assert (found.source, found.known) == (source, known)


def test_the_receipt_then_shows_the_subject_that_would_have_been_right() -> None:
    rules = programme()
    forms = _files(_form(application_no=NUMBER, full_name=NAME))
    verdict = judge(submission(rules, subject="材料", packages=("材料.rar",), files=forms), rules)
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.expected_subject == RIGHT
    (told,) = [one for one in verdict.findings if one.code == "identity.from_form"]
    assert told.told
    assert RIGHT in told.advice


def test_two_forms_that_disagree_identify_nobody() -> None:
    rules = programme()
    forms = (
        _form(application_no=NUMBER, full_name=NAME),
        _form(f"{PACKAGE}/推荐表2.pdf", application_no="ZB20210999", full_name=OTHER),
    )
    made = submission(rules, subject="材料", packages=("材料.rar",), files=_files(*forms))
    assert not identify(made, rules).known


def test_what_is_no_form_identifies_nobody() -> None:
    contract = _form(f"{PACKAGE}/证明材料/合同.docx", application_no="HT-1", full_name=OTHER)
    rules = programme()
    made = submission(rules, subject="材料", packages=("材料.rar",), files=[*full_set(), contract])
    assert not identify(made, rules).known
    assert not _codes(contract)


def test_a_doubtful_field_identifies_nobody_and_differs_from_nothing() -> None:
    form = _form(application_no="ZB20210999", full_name=OTHER)
    assert form.document is not None
    weak = tuple(replace(one, confidence=0.4) for one in form.document.fields)
    form = replace(form, document=replace(form.document, fields=weak))
    assert _codes(form) == set()


@pytest.mark.parametrize(
    ("fields", "method", "codes"),
    [
        ({"application_no": NUMBER, "full_name": NAME}, "table", set()),
        (
            {"application_no": "ＺＢ２０２１０１３７", "full_name": "山东泰山机械 制造有限公司"},
            "table",
            set(),
        ),
        ({"application_no": "ZB20210138"}, "table", {"identity.form_number_differs"}),
        ({"full_name": OTHER}, "table", {"identity.form_name_differs"}),
        ({"full_name": "山东秦山机械制造有限公司"}, "table", {"identity.form_name_differs"}),
        ({"full_name": "山东秦山机械制造有限公司"}, OCR, set()),
        ({"full_name": OTHER}, OCR, {"identity.form_name_differs"}),
        ({"application_no": "ZB2O21O137"}, OCR, set()),
        ({"application_no": "ZB2O21O137"}, "table", {"identity.form_number_differs"}),
        ({"application_no": "ZB20210138"}, OCR, {"identity.form_number_differs"}),
    ],
)
def test_a_form_of_another_applicant(fields: dict[str, str], method: str, codes: set[str]) -> None:
    assert _codes(_form(method=method, **fields)) == codes


def test_a_difference_names_both_values_and_a_person_looks() -> None:
    rules = programme()
    made = submission(rules, files=_files(_form(full_name=OTHER)))
    verdict = judge(made, rules)
    (found,) = [one for one in verdict.findings if one.code == "identity.form_name_differs"]
    assert NAME in found.text
    assert OTHER in found.text
    assert "推荐表.pdf" in found.text
    assert verdict.needs_person
    assert verdict.outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("flags", "method", "code"),
    [
        ((), "table", set()),
        (("invalid",), "table", {"field.uscc_wrong"}),
        (("invalid",), OCR, {"field.uscc_unread"}),
        (("repaired",), OCR, {"field.uscc_repaired"}),
    ],
)
def test_a_code_that_is_none(flags: tuple[str, ...], method: str, code: set[str]) -> None:
    one = file(f"{PACKAGE}/推荐表.pdf")
    assert one.document is not None
    field = Field("uscc", "91310115MA1H8R7C6D", confidence=0.5, method=method, flags=flags)
    assert _codes(replace(one, document=replace(one.document, fields=(field,)))) == code


def _with_marks(**marks: tuple[str, ...]) -> Programme:
    materials = programme().model_dump()["materials"]
    materials[0]["recognise"].update(marks)
    return programme(materials=materials)


@pytest.mark.parametrize(
    ("text", "marks", "old"),
    [
        ("2020年质量标杆推荐表", {"old_marks": ("2020年质量标杆",)}, True),
        ("2021年质量标杆推荐表", {"old_marks": ("2020年质量标杆",)}, False),
        ("质量标杆推荐表（2021版）", {"form_marks": ("2021版",)}, False),
        ("质量标杆推荐表（ 2021 版 ）", {"form_marks": ("2021版",)}, False),
        ("质量标杆推荐表", {"form_marks": ("2021版", "质量专业人数")}, True),
        ("质量标杆推荐表 质量专业人数", {"form_marks": ("2021版", "质量专业人数")}, False),
        ("", {"form_marks": ("2021版",), "old_marks": ("2020",)}, False),
        ("质量标杆推荐表", {}, False),
    ],
)
def test_an_old_form_is_noticed_where_its_marks_are_given(
    text: str, marks: dict[str, tuple[str, ...]], *, old: bool
) -> None:
    form = file(f"{PACKAGE}/推荐表.pdf", text)
    assert (_codes(form, rules=_with_marks(**marks)) == {"material.old_form"}) is old


def test_nothing_lacks_on_pages_that_nobody_has_read() -> None:
    form = file(f"{PACKAGE}/推荐表.pdf", "1")
    assert form.document is not None
    unread = replace(form, document=replace(form.document, scanned=(1, 2)))
    assert _codes(unread, rules=_with_marks(form_marks=("2021版",))) == set()
