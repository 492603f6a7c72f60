"""Comparing full legal names."""

from __future__ import annotations

import pytest

from model.full_name import normal_name, same_name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("泰山（山东）机械有限公司", "泰山(山东)机械有限公司", True),
        ("泰山【山东】机械有限公司", "泰山〔山东〕机械有限公司", True),
        ("ＴＣＬ科技集团股份有限公司", "tcl科技集团股份有限公司", True),
        ("山东 泰山\u3000机械有限公司\u200b", "山东泰山机械有限公司", True),
        ("\ufeff山东泰山机械有限公司\n", "山东泰山机械有限公司", True),
        ("山东泰山机械有限公司", "山东泰山机械有限责任公司", False),
        ("山东泰山机械有限公司", "泰山机械有限公司", False),
        ("3M中国有限公司", "3N中国有限公司", False),
        ("", "山东泰山机械有限公司", False),
    ],
)
def test_spellings_of_one_name(one: str, other: str, *, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same
    assert normal_name(normal_name(one)) == normal_name(one)
