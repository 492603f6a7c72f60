"""How names of units stand to one another: what is one unit, and what is never taken for it."""

from __future__ import annotations

import pytest

from model.agreement import NameRelation
from model.name_relation import ONE_UNIT, relation

NAME = "山东泰山机械制造有限公司"
LONG = "山东泰山重型机械制造股份有限公司"

SAME = [
    (NAME, NAME),
    ("山东 泰山机械\u3000制造有限公司", NAME),
    ("ＴＣＬ科技集团股份有限公司", "TCL科技集团股份有限公司"),
    ("泰山（山东）机械有限公司", "泰山(山东)机械有限公司"),
    ("泰山【山东】机械有限公司", "泰山（山东）机械有限公司"),
    (f"{NAME}（原山东泰山机械厂）", NAME),
]
BRACKETS = [
    ("泰山山东机械有限公司", "泰山（山东）机械有限公司"),
    ("山东泰山机械有限公司", "泰山（山东）机械有限公司"),
    ("泰山机械（山东）有限公司", "泰山（山东）机械有限公司"),
    ("泰山（山东省）机械有限公司", "泰山（山东）机械有限公司"),
    ("泰山集团有限公司", "泰山（集团）有限公司"),
    ("红光（北京）酒业发展有限公司", "北京红光酒业发展有限公司"),
    ("海信（山东）冰箱有限公司", "海信冰箱（山东）有限公司"),
    ("山东泰山机械制造有限责任公司", NAME),
    (NAME, "山东泰山机械制造有限责任公司"),
    ("泰山（山东）机械有限责任公司", "山东泰山机械有限公司"),
    ("特变电工（德州）电缆有限公司", "特变电工(德州电缆有限公司"),
]
ABBREVIATION = [
    ("泰山机械", NAME),
    ("山东泰山机械", NAME),
    ("山东泰山机械公司", NAME),
    ("泰山机械制造", NAME),
    ("泰山制造", NAME),
    ("泰山机械制造有限公司", NAME),
    ("山东省泰山机械制造有限公司", NAME),
    ("山东泰山重型机械股份公司", LONG),
    ("泰山重型机械制造股份", LONG),
    ("青岛啤酒", "青岛啤酒股份有限公司"),
    ("浪潮信息", "浪潮电子信息产业股份有限公司"),
    ("潍柴动力", "潍柴动力股份有限公司"),
    ("海尔集团", "海尔集团公司"),
    ("海尔集团公司", "海尔集团有限公司"),
    ("山东重工", "山东重工集团有限公司"),
    ("山东黄金", "山东黄金集团有限公司"),
    ("鲁泰纺织", "鲁泰纺织股份有限公司"),
    ("三角轮胎", "三角轮胎股份有限公司"),
    ("烟台万华化学", "万华化学集团股份有限公司"),
    (NAME, "泰山机械"),
]
BRANCH = [
    (f"{NAME}济南分公司", NAME),
    (f"{NAME}济南市分公司", NAME),
    (f"{NAME}第一分厂", NAME),
    (f"{NAME}北京办事处", NAME),
    (f"{NAME}重型机床厂", NAME),
    (f"{NAME}技术研究院", NAME),
    (f"{NAME}质量管理部", NAME),
    (f"{NAME}铸造车间", NAME),
    ("泰山机械济南分公司", NAME),
    ("泰山机械第二分公司", NAME),
    (NAME, f"{NAME}济南分公司"),
    (f"{NAME}青岛分公司", f"{NAME}济南分公司"),
    ("中国石油化工股份有限公司济南分公司", "中国石油化工股份有限公司"),
    ("山东省立医院东院分院", "山东省立医院"),
]
CONVERTED = [
    ("山东泰山机械制造股份有限公司", NAME),
    (NAME, "山东泰山机械制造股份有限公司"),
    ("山东泰山机械制造厂", NAME),
    ("济南第一机床厂", "济南第一机床有限公司"),
    ("泰山机械制造股份有限公司", NAME),
]
SUBSIDIARY = [
    ("山东泰山集团有限公司", NAME),
    ("泰山集团有限公司", NAME),
    ("泰山集团机械有限公司", "泰山集团有限公司"),
    ("泰山集团机械制造有限公司", NAME),
    ("山东泰山机械有限公司", NAME),
    ("山东泰山机械销售有限公司", NAME),
    ("山东泰山重工有限公司", NAME),
    ("潍柴控股集团有限公司", "潍柴动力股份有限公司"),
    ("TCL集团股份有限公司", "TCL科技集团股份有限公司"),
    ("浪潮集团有限公司", "浪潮电子信息产业股份有限公司"),
    ("青岛海尔股份有限公司", "海尔集团公司"),
    ("北京华为技术有限公司", "华为技术有限公司"),
    ("山东大学齐鲁医院", "山东大学"),
    ("山东泰山机械研究院", "山东泰山机械有限公司"),
]
OTHER = [
    ("山东华山机械制造有限公司", NAME),
    ("山东秦山机械制造有限公司", NAME),
    ("泰安泰山机械制造有限公司", NAME),
    ("青岛泰山机械制造有限公司", NAME),
    ("山西泰山机械制造有限公司", NAME),
    ("山东泰安机械制造有限公司", NAME),
    ("山东鲁泰机械有限公司", "山东鲁泰山机械有限公司"),
    ("鲁泰机械", "鲁泰山机械制造有限公司"),
    ("鲁泰", "鲁泰山机械制造有限公司"),
    ("齐鲁纺织股份有限公司", "鲁泰纺织股份有限公司"),
    ("齐鲁", "鲁泰"),
    ("齐鲁制药有限公司", "鲁南制药集团股份有限公司"),
    ("济南第二机床集团有限公司", "济南第一机床集团有限公司"),
    ("济南啤酒股份有限公司", "青岛啤酒股份有限公司"),
    ("啤酒股份有限公司", "青岛啤酒股份有限公司"),
    ("山东财经大学", "山东大学"),
    ("济南大学", "山东大学"),
    ("3N中国有限公司", "3M中国有限公司"),
    ("青岛海辰电子科技有限公司", NAME),
    ("山东华鲁恒升化工股份有限公司", "山东华鲁化工股份有限公司"),
    ("山东泰山机械济南有限公司分公司", "济南泰山机械有限公司"),
    (f"{NAME.replace('泰山', '华山')}济南分公司", NAME),
    ("泰山化工实业有限公司", "山东泰岳化工实业有限公司"),
    ("泰丰液压", "泰丰源液压技术有限公司"),
    ("机械制造有限公司", NAME),
    ("山东", NAME),
    ("有限公司", NAME),
    ("有限公司", "公司"),
]
TABLE = [
    *((one, other, NameRelation.SAME) for one, other in SAME),
    *((one, other, NameRelation.BRACKETS) for one, other in BRACKETS),
    *((one, other, NameRelation.ABBREVIATION) for one, other in ABBREVIATION),
    *((one, other, NameRelation.BRANCH) for one, other in BRANCH),
    *((one, other, NameRelation.CONVERTED) for one, other in CONVERTED),
    *((one, other, NameRelation.SUBSIDIARY) for one, other in SUBSIDIARY),
    *((one, other, NameRelation.OTHER) for one, other in OTHER),
]


@pytest.mark.parametrize(("found", "applicant", "expected"), TABLE)
def test_as_a_careful_clerk_would_say(found: str, applicant: str, expected: NameRelation) -> None:
    assert relation(found, applicant) is expected


@pytest.mark.parametrize(
    ("found", "applicant", "expected"),
    [
        ("山东秦山机械制造有限公司", NAME, NameRelation.MISREAD),
        ("山东泰山机城制造有限公司", NAME, NameRelation.MISREAD),
        ("山东泰山机械制造有限公", NAME, NameRelation.MISREAD),
        ("山东泰山机械制造有限公司司", NAME, NameRelation.MISREAD),
        ("山东秦山重型机城制造股份有限公司", LONG, NameRelation.MISREAD),
        (NAME, NAME, NameRelation.SAME),
        # The whole trade name is another.
        ("山东华鲁机械制造有限公司", NAME, NameRelation.OTHER),
        ("山东华鲁重型机械制造股份有限公司", LONG, NameRelation.OTHER),
        # What sister companies and neighbours differ in is no slip of a machine.
        ("山西泰山机械制造有限公司", NAME, NameRelation.OTHER),
        ("济南第二机床集团有限公司", "济南第一机床集团有限公司", NameRelation.OTHER),
        ("济南机床十厂第一分厂", "济南机床厂第一分厂", NameRelation.OTHER),
        ("山东泰山重型机械制造有限公司", LONG, NameRelation.CONVERTED),
        # Short names have no letter to spare.
        ("齐泰", "鲁泰", NameRelation.OTHER),
        ("鲁秦纺织", "鲁泰纺织", NameRelation.OTHER),
        ("山东秦山机械制造有限公司济南分公司", NAME, NameRelation.BRANCH),
        ("山东泰山机械公司", NAME, NameRelation.ABBREVIATION),
    ],
)
def test_as_a_machine_reads(found: str, applicant: str, expected: NameRelation) -> None:
    assert relation(found, applicant, read_by_machine=True) is expected


def test_a_former_name_is_one_only_if_the_register_says_so() -> None:
    old = "TCL集团股份有限公司"
    new = "TCL科技集团股份有限公司"
    assert relation(old, new) is NameRelation.SUBSIDIARY
    assert relation(old, new, (old,)) is NameRelation.FORMER
    assert relation("山东泰山机械厂", NAME) not in ONE_UNIT
    assert relation("山东泰山机械厂", NAME, ("山东泰山机械厂",)) is NameRelation.FORMER
    assert relation("山东秦山机械总厂", NAME, ("山东泰山机械总厂",)) is NameRelation.OTHER
    misread = relation(
        "山东秦山机械总厂", NAME, ("山东泰山机械总厂",), read_by_machine=True
    )  # fmt: skip
    assert misread is NameRelation.FORMER
    assert relation(f"{old}惠州分公司", new, (old,)) is NameRelation.BRANCH
    # A register that gives the name itself as a former one changes nothing.
    assert relation(NAME, NAME, (NAME,)) is NameRelation.SAME


@pytest.mark.parametrize(
    ("found", "applicant"), [("", NAME), (NAME, ""), ("\u200b ", NAME), ("", "")]
)
def test_an_unknown_name_stands_in_no_relation(found: str, applicant: str) -> None:
    assert relation(found, applicant, (NAME,)) is NameRelation.UNKNOWN


UNITS = sorted(
    {name for pair in (*SUBSIDIARY, *OTHER, *CONVERTED) for name in pair if len(name) > 8}
)


@pytest.mark.parametrize("found", UNITS)
def test_no_complete_name_is_another_unit_in_both_directions(found: str) -> None:
    """Of complete names, none is taken for another in the one direction and the other."""
    for other in UNITS:
        if found != other and relation(found, other) in ONE_UNIT:
            assert relation(other, found) not in ONE_UNIT
            assert relation(found, other) is NameRelation.ABBREVIATION


def test_hostile_names_take_no_time_and_raise_nothing() -> None:
    for text in ("（" * 5000, "分公司" * 3000, "有限公司" * 3000, "山东" * 5000, "(山东)" * 900):
        for other in (NAME, text[1:], text + NAME):
            relation(text, other, (NAME, text), read_by_machine=True)
            relation(other, text, (NAME, text), read_by_machine=True)
