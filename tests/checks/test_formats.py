"""Formats: what was sent and what is wanted, in words that an applicant knows."""

from __future__ import annotations

import pytest

from checks import judge
from checks.formats import in_a_row
from model.finding import Finding
from model.submission import SubmittedFile
from tests.builders.submissions import PACKAGE, file, programme, submission, without

P = PACKAGE


def _formats(files: list[SubmittedFile]) -> list[Finding]:
    rules = programme()
    verdict = judge(submission(rules, files=files), rules)
    return [one for one in verdict.findings if one.code.endswith("_format")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("推荐表.docx", "Word文档"),
        ("推荐表.xlsx", "电子表格"),
        ("推荐表.mp4", "其他格式"),
        ("推荐表.db", "无法识别的格式"),
    ],
)
def test_a_required_material_in_a_wrong_format(name: str, words: str) -> None:
    (found,) = _formats([*without("推荐表"), file(f"{P}/{name}")])
    assert found.code == "material.wrong_format"
    assert f"“{name}”是{words}，应为PDF、图片或OFD" in found.text
    assert found.advice == programme().material("recommendation_form").how_to


def test_an_optional_one_is_taken_with_a_word() -> None:
    (found,) = _formats([*without("证书"), file(f"{P}/专利证书.pdf")])
    assert found.code == "material.other_format"
    assert found.effect == "remind"
    assert "“专利证书.pdf”是PDF，通知要求为Word文档" in found.text


def test_the_right_one_beside_it_silences() -> None:
    assert _formats([*without(), file(f"{P}/推荐表.docx")]) == []


def test_the_ending_does_not_count() -> None:
    """A PDF that calls itself .docx is a PDF."""
    right = file(f"{P}/推荐表.docx", media_type="application/pdf")
    assert _formats([*without("推荐表"), right]) == []


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("pdf",), "PDF"),
        (("pdf", "image"), "PDF或图片"),
        (("pdf", "image", "ofd"), "PDF、图片或OFD"),
    ],
)
def test_formats_in_a_row(names: tuple[str, ...], words: str) -> None:
    assert in_a_row(names) == words
