"""Another application's file in a mail, and one file under two numbers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks import judge
from intake.others import seen_elsewhere
from model.document import Field, Page
from model.finding import Effect, Finding
from model.record import FiledFile
from model.submission import SubmittedFile
from model.verdict import Outcome
from storage.ledger import Ledger, filing
from tests.builders.ledger_rows import record
from tests.builders.submissions import (
    NAME,
    NUMBER,
    PACKAGE,
    file,
    full_set,
    programme,
    submission,
)

OTHER, OTHERS_NUMBER = "青岛海辰电子科技有限公司", "ZB20210102"
LETTER = f"{PACKAGE}/承诺书.pdf"


@pytest.fixture
def ledger(empty_ledger: Path, tmp_path: Path) -> Iterator[Ledger]:
    path = tmp_path / "ledger.db"
    shutil.copy(empty_ledger, path)
    opened = Ledger.open(f"sqlite:///{path}")
    yield opened
    opened.close()


def _filled(path: str, content: str = "") -> SubmittedFile:
    one = file(path, content=content)
    assert one.document is not None
    return replace(one, document=replace(one.document, fields=(Field("title", "标杆"),)))


def _as_filed(one: SubmittedFile) -> FiledFile:
    return FiledFile(one.path, f"files/{one.path}", one.size, one.sha256, one.media_type)


def _file(
    ledger: Ledger, *files: SubmittedFile, number: str = OTHERS_NUMBER, name: str = OTHER
) -> None:
    made = record(
        number, object_id=number, application_no=number, full_name=name,
        files=tuple(_as_filed(one) for one in files),
    )  # fmt: skip
    with ledger.write() as tx:
        filing.record(tx, made, 1)


def _seen(
    ledger: Ledger, *files: SubmittedFile, outcome: Outcome | None = None, **effects: Effect
) -> tuple[Finding, ...]:
    rules = programme(effects={f"agreement.{code}": effect for code, effect in effects.items()})
    paths = {one.path for one in files}
    made = submission(rules, files=[*(one for one in full_set() if one.path not in paths), *files])
    verdict = judge(made, rules)
    verdict = replace(verdict, outcome=outcome or verdict.outcome)
    with ledger.write() as tx:
        return seen_elsewhere(tx, rules, NUMBER, made, verdict)


def test_another_units_letter_is_for_the_clerk_alone(ledger: Ledger) -> None:
    letter = _filled(LETTER)
    _file(ledger, letter)
    (found,) = _seen(ledger, letter)
    assert (found.code, found.about) == ("agreement.filed_elsewhere", LETTER)
    assert OTHER in found.text
    assert OTHERS_NUMBER in found.text
    assert found.effect is Effect.PERSON
    assert not found.told, "no applicant is told of another"


def test_a_programme_may_say_otherwise(ledger: Ledger) -> None:
    letter = _filled(LETTER)
    _file(ledger, letter)
    (found,) = _seen(ledger, letter, filed_elsewhere=Effect.NOTE)
    assert found.effect is Effect.NOTE


def test_the_same_unit_under_two_numbers(ledger: Ledger) -> None:
    form, letter = _filled(f"{PACKAGE}/推荐表.pdf"), _filled(LETTER)
    _file(ledger, form, letter, name=NAME.replace("山东", "山东省"))
    (found,) = _seen(ledger, form, letter)
    assert found.code == "agreement.two_numbers"
    assert found.about == f"{form.path}”、“{LETTER}"
    assert not found.told


DOCUMENT, PROOF = f"{PACKAGE}/申报材料.docx", f"{PACKAGE}/证明材料/专利证书.docx"


@pytest.mark.parametrize(
    ("path", "text", "size", "code"),
    [
        (DOCUMENT, "企业概况" * 600, 9_000, "agreement.filed_elsewhere"),
        (DOCUMENT, "一、企业概况 二、主要做法", 30_000, ""),
        (DOCUMENT, "", 30_000, "agreement.filed_elsewhere"),
        (DOCUMENT, "", 9_000, ""),
        (PROOF, f"专利权人：{OTHER}", 9_000, "agreement.shared_file"),
        (PROOF, "专利权人：" + OTHER.replace("科技", "科 技\n"), 9_000, "agreement.shared_file"),
        (PROOF, "专利证书" * 9_000, 90_000, ""),
        (PROOF, "", 90_000, "agreement.shared_file"),
        (PROOF, "", 30_000, ""),
    ],
)
def test_other_materials_count_by_weight_or_by_name(
    ledger: Ledger, path: str, text: str, size: int, code: str
) -> None:
    shared = replace(file(path, text), size=size)
    _file(ledger, shared)
    assert [one.code for one in _seen(ledger, shared)] == ([code] if code else [])


def test_a_blank_form_and_the_notice_are_nobodys(ledger: Ledger) -> None:
    blank = file(LETTER, "承诺书 承诺单位： 日期：")
    notice = replace(file("通知.pdf", "关于开展质量标杆遴选的通知", container=""), size=900_000)
    _file(ledger, blank, notice)
    assert _seen(ledger, blank, notice) == ()


def test_what_many_have_is_nobodys(ledger: Ledger) -> None:
    letter, proof = _filled(LETTER), replace(
        file(PROOF), size=90_000
    )  # fmt: skip
    for number in ("ZB1", "ZB2"):
        _file(ledger, letter, proof, number=number, name=f"山东{number}机械有限公司")
    assert [one.about for one in _seen(ledger, letter, proof)] == [LETTER, LETTER]
    _file(ledger, letter, number="ZB3", name="山东第三机械有限公司")
    assert _seen(ledger, letter, proof) == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, earlier=1),
        lambda one: replace(one, path=f"{PACKAGE}/Thumbs.db"),
    ],
    ids=["brought by an earlier mail", "taken for no material"],
)
def test_files_that_are_not_asked_about(ledger: Ledger, change: object) -> None:
    letter = _filled(LETTER)
    _file(ledger, letter)
    assert callable(change)
    assert _seen(ledger, change(letter)) == ()


@pytest.mark.parametrize("outcome", [Outcome.DUPLICATE, Outcome.IGNORED, Outcome.FORWARDED])
def test_mail_that_brings_nothing_new_is_not_asked_about(ledger: Ledger, outcome: Outcome) -> None:
    letter = _filled(LETTER)
    _file(ledger, letter)
    assert _seen(ledger, letter, outcome=outcome) == ()


def test_a_scan_that_nobody_has_read_may_be_anybodys(ledger: Ledger) -> None:
    scan = file(LETTER)
    assert scan.document is not None
    document = replace(scan.document, pages=(Page(1, ""),), scanned=(1,))
    scan = replace(scan, document=document)
    _file(ledger, scan)
    assert [one.code for one in _seen(ledger, scan)] == ["agreement.filed_elsewhere"]


def test_a_file_of_no_bytes_is_nobodys(ledger: Ledger) -> None:
    empty = replace(_filled(LETTER), size=0)
    _file(ledger, empty)
    assert _seen(ledger, empty) == ()
