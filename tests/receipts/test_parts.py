"""The letter says which pages of a combined file were taken for which material."""

from __future__ import annotations

import re
from dataclasses import replace

from checks import judge
from model.document import Page
from receipts.kinds import receipt_kind
from receipts.letter import write_letter
from tests.builders.letters import MADE
from tests.builders.submissions import PACKAGE, file, programme, submission, without


def test_text_and_html_name_the_pages() -> None:
    rules = programme()
    combined = file(f"{PACKAGE}/合并<扫描>件.pdf", "质量标杆推荐表")
    assert combined.document is not None
    texts = ("质量标杆推荐表", "续表", "承诺书")
    pages = tuple(Page(number, text) for number, text in enumerate(texts, 1))
    combined = replace(combined, document=replace(combined.document, pages=pages))
    made = submission(rules, files=[combined, *without("推荐表", "承诺书")])
    verdict = judge(made, rules)
    letter = write_letter(
        receipt_kind(verdict.outcome, 1), verdict, made, rules,
        receipt_no="HZ1", revision=1, made_at=MADE,
    )  # fmt: skip
    lines = [line.strip() for line in letter.text.splitlines()]
    assert "推荐表：合并<扫描>件.pdf 第1–2页" in lines
    assert "承诺书：合并<扫描>件.pdf 第3页" in lines
    assert len(re.findall("第1–2页|第3页", letter.html)) == 2
    assert "合并<扫描>件" not in letter.html
    assert "- 推荐表 / 1份 / PDF / 已收到（印章待人工核验）" in lines
