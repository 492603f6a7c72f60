"""Labels as they are compared, units and years as they are told, and words nearly read."""

from __future__ import annotations

import pytest

from model.labels import normal_label, unit_in, year_in
from model.misread import alike, distance, within


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("联 系 人：", "联系人"),
        ("企业名称\n（加盖公章）", "企业名称"),
        ("摘要（500字以内）", "摘要"),
        ("摘要（不超过50", "摘要"),
        ("1.企业名称", "企业名称"),
        ("一、单位全称", "单位全称"),
        ("（二）联系人", "联系人"),
        ("*手机", "手机"),
        ("其中：质量专业人数", "质量专业人数"),
        ("Ｅ－ＭＡＩＬ", "e-mail"),
        ("3M中国", "3m中国"),
        ("2019.5", "2019.5"),
        ("长" * 61, ""),
        ("（加盖公章）", ""),
    ],
)
def test_what_is_left_of_a_label(text: str, label: str) -> None:
    assert normal_label(text) == label


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("营业收入（万元）", "万元"),
        ("营业收入(亿元人民币)", "亿元"),
        ("单位：元", "元"),
        ("近三年经营情况（单位：万元）", "万元"),
        ("元旦安排", ""),
        ("单位元件", ""),
        ("营业收入", ""),
    ],
)
def test_the_unit_of_a_label(text: str, unit: str) -> None:
    assert unit_in(text) == unit


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2019年", "2019"),
        ("2019年度", "2019"),
        (" 2020 ", "2020"),
        ("2019年5月", ""),
        ("20190", ""),
    ],
)
def test_the_year_of_a_cell(text: str, year: str) -> None:
    assert year_in(text) == year


def test_distance_stops_where_it_is_too_far() -> None:
    assert distance("承诺书", "承诺韦", 2) == 1
    assert distance("联系人", "联系", 2) == 1
    assert distance("甲乙丙丁", "戊己庚辛", 2) == 3
    assert distance("", "甲乙", 2) == 2


def test_short_words_must_be_read_right() -> None:
    assert alike("标杆名称", "标杆名祢")
    assert not alike("电话", "电括")
    assert within("承诺书", "质量标杆承诺韦")
    assert not within("承诺书", "质量标杆申报书")
