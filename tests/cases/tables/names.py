"""Full legal names (单位全称): every ending, Latin letters and digits in front, brackets; never
corrected silently."""

from __future__ import annotations

from tests.cases.case import Case, complete, nobody, one
from tests.cases.mails import FULL, RIGHT, mail, rar


def _legal(key: str, name: str) -> Case:
    return one(
        f"name-{key}", "行政区划 + 字号 + 行业 + 组织形式", mail(),
        complete(silent_on=("全称不一致", "简称"), person=False), name=name,
    )  # fmt: skip


CASES = (
    _legal("limited", "济南天岳先进材料有限公司"),
    _legal("limited-liability", "山东鲁信投资管理有限责任公司"),
    _legal("joint-stock", "山东圣泉新材料股份有限公司"),
    _legal("group-limited", "海辰控股集团有限公司"),
    _legal("group", "山东黄金矿业集团"),
    _legal("group-company", "兖州煤业集团公司"),
    _legal("plant", "青岛啤酒厂"),
    _legal("institute", "山东省科学院激光研究所"),
    _legal("academy", "济南铸锻所检验检测科技研究院"),
    _legal("cooperative", "寿光市稻田镇蔬菜专业合作社"),
    _legal("partnership", "青岛海纳股权投资合伙企业（有限合伙）"),
    _legal("university", "山东理工大学"),
    _legal("hospital", "山东大学齐鲁医院"),
    _legal("association", "山东省质量评价协会"),
    _legal("centre", "国家高速列车技术创新中心"),
    _legal("latin", "TCL王牌电器（山东）有限公司"),
    _legal("digit", "3M材料技术（济南）有限公司"),
    _legal("latin-lower", "A.O.史密斯（中国）热水器有限公司"),
    _legal("brackets-middle", "西门子（山东）工业软件有限公司"),
    _legal("no-division", "海尔智家股份有限公司"),
    _legal("rare-character", "山东垚鑫昇机械有限公司"),
    one("name-differs-by-form", "never correct a name silently: 有限公司 against 有限责任公司",
        mail("{编号}+山东天源化工有限责任公司"),
        complete("agreement.brackets", never=("agreement.abbreviation",), person=False,
                 name="山东天源化工有限责任公司"),
        name="山东天源化工有限公司"),
    one("name-differs-whole", "subject and package name two units",
        mail(RIGHT, rar(*FULL, name="{编号}+青岛海天食品有限公司.rar")),
        complete("identity.name_differs", says=("青岛海天食品有限公司",), person=True)),
    one("name-city-before-name", "a city put before the name is a note, and no part of it",
        mail("{编号}+济南市 {单位}"),
        complete("subject.city_in_front", person=False, says=(RIGHT,))),
    one("name-branch-everywhere", "分公司 is not an independent legal person",
        mail("{编号}+{单位}", rar(*FULL)),
        nobody("subject.branch", number="{编号}", says=("不是独立法人全称",), person=True),
        name="山东天源化工有限公司济南分公司"),
    one("name-short", "a short name is not a full legal name",
        mail("{编号}+泰山机械", rar(*FULL, name="{编号}+泰山机械.rar")),
        nobody("subject.short_name", number="{编号}", says=("可能是简称", "营业执照"))),
    one("name-garbled", "characters lost on the way: the name is not certain",
        mail("{编号}+山东\ufffd\ufffd机械有限公司", rar(*FULL,
                                                        name="{编号}+山东\ufffd\ufffd机械有限公司.rar"),
             style="outlook"),
        nobody("subject.unreadable_characters", number="{编号}", says=("乱码",))),
)  # fmt: skip
