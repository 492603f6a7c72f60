"""How the places that name the applicant are shown: one line for each, in the clerk's words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from model.agreement import Evidence, NameRelation, Place

PLACES = {
    Place.SUBJECT: "邮件主题",
    Place.PACKAGE: "压缩包名",
    Place.FORM: "表格",
    Place.REGISTER: "登记册",
    Place.SEAL: "印章",
    Place.SIGNATURE: "电子签名",
}
RELATIONS = {
    NameRelation.SAME: "一致",
    NameRelation.BRACKETS: "写法略有不同",
    NameRelation.MISREAD: "疑为识别误差",
    NameRelation.ABBREVIATION: "简称",
    NameRelation.FORMER: "曾用名",
    NameRelation.BRANCH: "分支机构或部门",
    NameRelation.CONVERTED: "组织形式不同",
    NameRelation.SUBSIDIARY: "可能为关联企业",
    NameRelation.OTHER: "其他单位",
    NameRelation.UNKNOWN: "—",
}
NUMBER_DIFFERS = "编号不一致"
NUMBER_ONLY = "编号一致"
DOUBTFUL = "（识别把握{confidence:.0%}）"
SURE = 0.8
COLUMNS = ("来源", "文件", "页", "申报编号", "单位名称", "结论")
AGREEING = (NameRelation.SAME, NameRelation.UNKNOWN)


def conclusion(one: Evidence) -> str:
    """What a clerk reads at the end of the line: 一致, 编号不一致；其他单位 …"""
    said = [] if one.relation is NameRelation.UNKNOWN else [RELATIONS[one.relation]]
    if one.number_agrees is False:
        said.insert(0, NUMBER_DIFFERS)
    elif one.number_agrees and not said:
        said.append(NUMBER_ONLY)
    text = "；".join(said) or RELATIONS[NameRelation.UNKNOWN]
    doubtful = one.read_by_machine and one.confidence < SURE
    return text + (DOUBTFUL.format(confidence=one.confidence) if doubtful else "")


def differs(one: Evidence) -> bool:
    """Whether the line is one that a person should see first."""
    return one.number_agrees is False or one.relation not in AGREEING


def line(one: Evidence) -> tuple[str, ...]:
    """The cells of `COLUMNS`."""
    return (
        PLACES[one.place],
        one.about,
        str(one.page or ""),
        one.application_no,
        one.full_name,
        conclusion(one),
    )


def as_values(one: Evidence) -> dict[str, Any]:
    """The evidence as JSON, with its conclusion in words."""
    return {**asdict(one), "conclusion": conclusion(one)}
