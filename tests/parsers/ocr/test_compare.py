"""A text layer of somebody else's OCR, held against what the page shows."""

from __future__ import annotations

import pytest

from parsers.ocr import agrees, layer_differs

PAGE = (
    "申报单位（盖章）：山东某某机械有限公司\n法定代表人：王建国\n"
    "2020年实现营业收入18,632.75万元，同比增长12.6%。质量管理体系覆盖研发、制造和服务。"
)


@pytest.mark.parametrize(
    ("layer", "low", "high"),
    [
        (PAGE, 1.0, 1.0),
        (PAGE.replace("，", ",").replace("（", "(").replace("\n", " "), 1.0, 1.0),
        ("\n".join(reversed(PAGE.split("\n"))), 0.95, 1.0),
        (PAGE.replace("营业", "菅业").replace("机械", "机城"), 0.9, 0.97),
        (PAGE[:50], 0.5, 0.8),
        ("ÉêÏÕµ¥Î»" * 20, 0.0, 0.05),
        ("", 0.0, 0.0),
    ],
)
def test_agreement(layer: str, low: float, high: float) -> None:
    assert low <= agrees(layer, PAGE) <= high


def test_too_little_proves_nothing() -> None:
    assert agrees("随便什么", "第3页") == 1.0


def test_what_is_said_of_it() -> None:
    assert layer_differs(PAGE, PAGE, 3) is None
    finding = layer_differs(PAGE[:40], PAGE, 3)
    assert finding is not None
    assert finding.code == "scan.layer_differs"
    assert "第3页" in finding.text
    assert "%" in finding.text
