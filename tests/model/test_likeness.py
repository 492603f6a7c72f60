"""Names read by a machine are compared tolerantly, and other companies' names are not alike."""

from __future__ import annotations

import pytest

from model.likeness import contained, likeness

NAME = "山东泰山机械制造有限公司"


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (NAME, 1.0),
        ("山东泰山机械 制造有限公司", 1.0),
        ("山东秦山机械制造有限公司", 11 / 12),
        ("山东泰山机械制造有限公", 11 / 12),
        ("重山东泰山机械制造有限公司", 12 / 13),
        ("山东华鲁机械制造有限公司", 10 / 12),
        ("", 0.0),
    ],
)
def test_likeness(read: str, expected: float) -> None:
    assert likeness(read, NAME) == pytest.approx(expected, abs=0.001)
    assert likeness(NAME, read) == likeness(read, NAME)


def test_brackets_and_width_count_for_nothing() -> None:
    assert likeness("泰山(山东)机械", "泰山（山东）机械") == 1.0
    assert likeness("泰山山东机械", "泰山（山东）机械") == 1.0
    assert likeness("ＴＣＬ集团", "tcl集团") == 1.0


def test_two_empty_names_are_not_alike() -> None:
    assert likeness("", "") == 0.0
    assert likeness("（）", "()") == 0.0


def test_contained() -> None:
    assert contained(NAME, NAME + "合同专用章") == 1.0
    assert contained("泰山机械", NAME) == 1.0
    assert contained(NAME, "") == 0.0
    assert contained("华鲁", NAME) == 0.0
