"""What is said of the seals that were seen, and of those that were not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks import judge
from model.document import Page, Seal, Signature
from model.finding import Finding
from model.programme import Programme
from model.submission import SubmittedFile
from model.verdict import Outcome, Verdict
from tests.builders.submissions import NAME, PACKAGE, file, programme, submission, without

OTHER = "青岛华鲁食品股份有限公司"
LETTER = "commitment_letter"
BOX = (300.0, 600.0, 420.0, 720.0)
LABEL = "承诺书"


def _seal(text: str = NAME, **changes: Any) -> Seal:
    whole = Seal(1, BOX, "round", text=text, confidence=0.95, text_confidence=0.97)
    return replace(whole, **changes)


def _signature(**changes: Any) -> Signature:
    return replace(Signature("pdf", NAME, unchanged=True, whole=True, page=1), **changes)


def _letter(
    *seals: Seal,
    looked: tuple[int, ...] = (1, 2),
    pages: int = 2,
    grey: tuple[int, ...] = (),
    signatures: tuple[Signature, ...] = (),
    source: str = "ocr",
) -> SubmittedFile:
    """The commitment letter as a scan whose pages were looked at."""
    made = file(f"{PACKAGE}/承诺书.pdf")
    assert made.document is not None
    document = replace(
        made.document,
        pages=tuple(Page(number, "", source) for number in range(1, pages + 1)),
        seals=seals,
        looked_at=looked,
        grey=grey,
        signatures=signatures,
    )
    return replace(made, document=document)


def _verdict(letter: SubmittedFile, rules: Programme | None = None) -> Verdict:
    rules = rules or programme()
    return judge(submission(rules, files=[*without("承诺书"), letter]), rules)


def _said(verdict: Verdict) -> list[Finding]:
    return [
        one
        for one in verdict.findings
        if one.about == LABEL and (one.code.startswith("seal.") or "seal" in one.code)
    ]


def _with(**changes: Any) -> Programme:
    materials = [
        {**one, **changes} if one["id"] == LETTER else one
        for one in programme().model_dump()["materials"]
    ]
    return programme(materials=tuple(materials))


MISREAD = NAME.replace("泰", "秦")
TWO_LETTERS = NAME.replace("泰山", "华鲁")


@pytest.mark.parametrize(
    ("letter", "code", "words"),
    [
        (_letter(_seal()), "seal.seen", (NAME, "100%", "第1页")),
        (_letter(_seal(MISREAD)), "seal.seen", (MISREAD, "92%")),
        (_letter(_seal(NAME + "合同专用章")), "seal.seen", ("合同专用章", "95%")),
        (_letter(_seal(NAME, kind="oval", ink="blue")), "seal.seen", ("100%",)),
        (_letter(_seal(OTHER), _seal(page=2)), "seal.seen", (NAME, "第2页")),
        (_letter(_seal(OTHER)), "seal.other_name", (OTHER, NAME)),
        (_letter(_seal(TWO_LETTERS)), "seal.other_name", (TWO_LETTERS, NAME)),
        (_letter(_seal(OTHER, text_confidence=0.6)), "seal.seen_unread", ("未能辨认",)),
        (_letter(_seal(OTHER), _seal("")), "seal.seen_unread", ("第1页",)),
        (_letter(_seal("", text_confidence=0.0)), "seal.seen_unread", ("第1页",)),
        (_letter(_seal("", kind="square", page=2)), "seal.seen_unread", ("第2页",)),
        (_letter(_seal("", kind="part")), "seal.partial", ("残缺或模糊", "第1页")),
        (_letter(_seal(confidence=0.5)), "seal.partial", ("第1页",)),
        (_letter(_seal("", kind="part"), _seal(page=2)), "seal.seen", ("第2页",)),
        (_letter(), "seal.not_seen", ("第1、2页",)),
        (_letter(looked=(1,)), "seal.not_seen", ("第1页",)),
        (_letter(pages=9, looked=(*range(1, 10),)), "seal.not_seen", ("第1、2、3、4、5、6等页",)),
        (_letter(grey=(1, 2)), "seal.grey", ("黑白扫描", "第1、2页")),
        (_letter(_seal(), grey=(2,)), "seal.seen", ("100%",)),
        (_letter(grey=(1, 2), source="text"), "seal.not_seen", ("第1、2页",)),
        (_letter(looked=(), grey=()), "material.seal_unchecked", (LABEL,)),
        (_letter(signatures=(_signature(),)), "seal.signed", (NAME, "未改动")),
        (_letter(signatures=(_signature(),), looked=()), "seal.signed", (NAME,)),
        (_letter(signatures=(_signature(unchanged=None),)), "seal.signed_unverified", (NAME,)),
        (_letter(signatures=(_signature(whole=False),)), "seal.signed_partly", ("未覆盖",)),
        (_letter(signatures=(_signature(unchanged=False),)), "seal.changed", ("已有改动",)),
        (_letter(signatures=(_signature(signer=""),)), "seal.signed", ("未标明",)),
    ],
)  # fmt: skip
def test_one_thing_is_said(letter: SubmittedFile, code: str, words: tuple[str, ...]) -> None:
    verdict = _verdict(letter)
    (finding,) = _said(verdict)
    assert finding.code == code
    assert all(word in finding.text for word in words)
    assert finding.effect in ("note", "person")
    assert verdict.outcome is Outcome.COMPLETE, "a seal alone never asks for anything"


def test_an_electronic_seal_is_told_with_its_signature() -> None:
    seal = _seal(kind="electronic", ink="", text_confidence=0.0)
    letter = _letter(seal, signatures=(_signature(),), looked=())
    assert [one.code for one in _said(_verdict(letter))] == ["seal.signed", "seal.seen"]


def test_signed_twice_is_told_once_for_each_state() -> None:
    signatures = (_signature(), _signature(signer="张三"), _signature(unchanged=False))
    said = _said(_verdict(_letter(signatures=signatures)))
    assert [one.code for one in said] == ["seal.signed", "seal.changed"]
    assert said[0].params["signer"] == f"{NAME}、张三"


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        (_letter(), "seal.missing"),
        (_letter(looked=(1,)), "seal.not_seen"),
        (_letter(grey=(2,)), "seal.grey"),
        (_letter(_seal("", kind="part")), "seal.partial"),
        (_letter(_seal()), "seal.seen"),
        (_letter(_seal(OTHER)), "seal.other_name"),
    ],
)
def test_it_is_asked_for_only_where_the_programme_says_so_and_all_was_seen(
    letter: SubmittedFile, code: str
) -> None:
    verdict = _verdict(letter, _with(seal_missing="correct"))
    (finding,) = _said(verdict)
    assert finding.code == code
    assert (verdict.outcome is Outcome.CORRECTION) == (code == "seal.missing")
    if code == "seal.missing":
        assert "加盖公章" in finding.advice


def test_without_the_rule_or_the_wish_nothing_new_is_said() -> None:
    checks = tuple(one for one in programme().checks if one != "seals")
    assert [one.code for one in _said(_verdict(_letter(), programme(checks=checks)))] == [
        "material.seal_unchecked"
    ]
    assert _said(_verdict(_letter(_seal(OTHER)), _with(seal=False))) == []


def test_a_material_that_is_missing_is_not_called_unsealed() -> None:
    rules = programme()
    verdict = judge(submission(rules, files=without("承诺书")), rules)
    assert [one.code for one in verdict.findings if one.about == LABEL] == ["material.missing"]


def test_of_a_combined_file_only_the_materials_own_pages_count() -> None:
    made = file(f"{PACKAGE}/全部材料.pdf", "推荐表\n承诺书")
    assert made.document is not None
    pages = (Page(1, "推荐表\n企业名称", "ocr"), Page(2, "承诺书\n本单位承诺", "ocr"))
    document = replace(
        made.document, pages=pages, seals=(_seal(page=1),), looked_at=(1, 2), scanned=(1, 2)
    )
    rules = programme()
    files = [*without("承诺书", "推荐表"), replace(made, document=document)]
    verdict = judge(submission(rules, files=files), rules)
    said = {one.about: one.code for one in verdict.findings if one.code.startswith("seal.")}
    assert said == {"推荐表": "seal.seen", "承诺书": "seal.not_seen"}
