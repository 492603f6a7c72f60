"""The programmes of the cases: the three that ship, variants for one rule each, and a fourth call
that nothing in the code has ever heard of."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "programmes"
CLERK, PHONE = "李老师", "0531-51781234"

FOURTH = """\
id = "star-2023"
title = "2023年创新之星"
year = 2023

[window]
opens = 2023-02-01T09:00:00
closes = 2023-03-01T17:00:00

[naming]
order = ["name", "number"]
separator = "-"
number_pattern = 'XC-\\d{4}'
short_names = true
example = "泰山机械-XC-0001"

[package]
formats = ["zip"]
other_formats = ["rar"]

[[materials]]
id = "form"
label = "申请表"
formats = ["sheet"]
how_to = "请提供Excel格式的申请表。"
[materials.recognise]
name_words = ["申请表"]

[[materials]]
id = "photo"
label = "照片"
least = 2
most = 5
formats = ["image"]
how_to = "请提供2至5张照片。"
[materials.recognise]
name_words = ["照片"]

[late]
policy = "refuse"
grace_minutes = 5

[resubmission]
policy = "merge"
correction_days = 3

[receipt]
number = "XC-R{serial:03d}-{year}"
issuer = "创新之星评选办公室"
clerk = "赵老师"
phone = "010-66001234"
"""

NATIONAL = "national-2021"

VARIANTS: dict[str, tuple[tuple[str, str], ...]] = {
    # The issuer's format is known.
    "pattern-2021": (("# number_pattern = 'ZB\\d{8}'", "number_pattern = 'ZB\\d{8}'"),),
    # A year's form can be told from last year's.
    "forms-2021": (("form_share = 0.6", 'form_share = 0.6\nold_marks = ["2019年度"]'),),
    # Programmes that stay open for latecomers, and are closed at last.
    "accepting-2021": (('policy = "clerk"', 'policy = "accept"'),),
    "closing-2021": (('policy = "clerk"', 'policy = "clerk"\nuntil = 2021-06-30'),),
    "grace-2021": (('policy = "clerk"', 'policy = "refuse"\ngrace_minutes = 30'),),
    # What has to be mended before the last day of all.
    "calendar-2021": (('correction_day_kind = "working"', 'correction_day_kind = "calendar"'),),
    "last-2021": (("correction_days = 5", "correction_days = 5\nlast_correction = 2021-06-17"),),
    "strict-2021": (("[late]", '[effects]\n"attachment.loose_files" = "correct"\n\n[late]'),),
    "whole-2021": (("required = true", "required = true\nvolumes_across_mails = false"),),
    "both-2021": (("[receipt]", '[forwarding]\nanswer = "both"\n\n[receipt]'),),
    "sealed-2021": (("seal = true", 'seal = true\nseal_missing = "correct"'),),
    "merging-2021": (('policy = "replace"', 'policy = "merge"'),),
    "register-2021": (),
    "looking-2021": (('unknown_number = "return"', 'unknown_number = "person"'),),
    "quota-2021": (),
}
"""Variants of the national programme: each `old` made `new`."""


REGISTER = """\
申报编号,申报单位全称,统一社会信用代码,市,联系人,手机,邮箱,曾用名
ZB20218001,山东泰岳重工机械有限公司,91110108551385082Q,济南市,王工,13800000001,tyzg@example.com,
ZB20218002,青岛海天食品有限公司,,青岛市,李工,13800000002,htsp@example.com,青岛海天调味品厂
ZB20218003,烟台鲁信电子科技有限公司,,烟台市,赵工,13800000003,lxdz@example.com,
ZB20218004,TCL王牌电器（潍坊）有限公司,,潍坊市,孙工,13800000004,tcl@example.com,
ZB20218005,淄博天岳新材料股份有限公司,,淄博市,周工,13800000005,tyxc@example.com,
ZB20218006,威海金恒纺织有限公司,,威海市,吴工,13800000006,jhfz@example.com,
ZB20218007,济宁兴瑞化工有限公司,,济宁市,郑工,13800000007,xrhg@example.com,
ZB20218008,临沂东润装备有限公司,,临沂市,陈工,13800000008,drzb@example.com,
ZB20218009,泰安永信轮胎有限公司,,泰安市,褚工,13800000009,yxlt@example.com,
ZB20218010,德州盛鲁医药有限公司,,德州市,卫工,13800000010,slyy@example.com,
ZB20218011,聊城宏华光电有限公司,,聊城市,蒋工,13800000011,hhgd@example.com,
ZB20218012,滨州龙泉食品有限公司,,滨州市,沈工,13800000012,lqsp@example.com,
ZB20219001,菏泽新力药业有限公司,,菏泽市,韩工,13800000013,xlyy@example.com,
ZB20219002,菏泽辰源机械有限公司,,菏泽市,杨工,13800000014,cyjx@example.com,
"""
"""The issued numbers of the programmes that look them up."""
REGISTERED = ("register-2021", "quota-2021", "looking-2021")


def write_programmes(folder: Path) -> None:
    """All programme files of the cases into one folder."""
    for name in ("provincial-2021", "gaoxin-2021"):
        (folder / f"{name}.toml").write_text((SHIPPED / f"{name}.toml").read_text("utf-8"), "utf-8")
    national = (SHIPPED / f"{NATIONAL}.toml").read_text("utf-8")
    # What every office fills in before it opens.
    national = _changed(national, ('clerk = ""', f'clerk = "{CLERK}"'))
    national = _changed(national, ('phone = ""', f'phone = "{PHONE}"'))
    (folder / f"{NATIONAL}.toml").write_text(national, "utf-8")
    for name, changes in VARIANTS.items():
        text = _changed(national, (f'id = "{NATIONAL}"', f'id = "{name}"'), *changes)
        text = _changed(text, ("HZ{year}", name.split("-")[0].upper() + "{year}"))
        (folder / f"{name}.toml").write_text(text, "utf-8")
    (folder / "star-2023.toml").write_text(FOURTH, "utf-8")


def _changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text
