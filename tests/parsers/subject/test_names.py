"""Full legal names: comparison, endings, branches."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.programme import NamingRule
from parsers.subject import is_branch, looks_like_full_name, normal_name, same_name

RULE = NamingRule()


@settings(deadline=None)
@given(st.text())
def test_normal_name_is_idempotent_and_bare(text: str) -> None:
    once = normal_name(text)
    assert normal_name(once) == once
    assert not any(character.isspace() for character in once)
    assert not set(once) & set("（）【】〔〕—–")


@settings(deadline=None)
@given(st.text(alphabet="济南某（）() 　ＴＣＬTCL\u200b", max_size=20))
def test_width_white_space_and_brackets_do_not_tell_names_apart(text: str) -> None:
    other = " ".join(unicodedata.normalize("NFKC", text).replace("(", "（").replace(")", "）"))
    assert same_name(text, other) is bool(normal_name(text))


def test_same_name() -> None:
    assert same_name("济南某某（山东）有限公司", "济南某某(山东)有限 公司")
    assert same_name("ＴＣＬ科技集团股份有限公司", "TCL科技集团股份有限公司")
    assert same_name("一汽—大众汽车有限公司", "一汽-大众汽车有限公司")
    assert not same_name("济南某某有限公司", "济南某某有限责任公司")
    assert same_name("TCL科技", "tcl科技")
    assert not same_name("", " ")


@pytest.mark.parametrize(
    "name",
    [
        "济南某某有限公司青岛分公司", "山东某某股份有限公司第一分厂", "某某银行济南支行",
        "某某集团办事处", "某某有限公司济南机械厂", "某某有限公司技术中心",
        "济南某某有限公司事业部", "某某有限公司(济南)分店",
    ],
)  # fmt: skip
def test_branches(name: str) -> None:
    assert is_branch(name)
    assert not looks_like_full_name(name, RULE)


@pytest.mark.parametrize(
    "name",
    [
        "济南某某有限公司", "济南某某（山东）有限公司", "TCL科技集团股份有限公司", "3M中国有限公司",
        "某某中心（有限合伙）", "某某会计师事务所(特殊普通合伙)", "山东某某厂",
        "某某农民专业合作社", "国网山东省电力公司济南供电公司", "济南某某 有限公司",
        "某某大学附属医院",
    ],
)  # fmt: skip
def test_full_names(name: str) -> None:
    assert looks_like_full_name(name, RULE)
    assert not is_branch(name)


@pytest.mark.parametrize(
    "name",
    ["", "公司", "有限公司", "集团有限公司", "某某重工", "XX有限公司", "申报单位全称", "甲厂"],
)
def test_not_full_names(name: str) -> None:
    assert not looks_like_full_name(name, RULE)


def test_the_rule_gives_the_endings() -> None:
    rule = NamingRule(name_endings=("株式会社",))
    assert looks_like_full_name("某某株式会社", rule)
    assert not looks_like_full_name("济南某某有限公司", rule)
