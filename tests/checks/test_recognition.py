"""Which material a file is taken for, and on what evidence."""

from __future__ import annotations

from itertools import combinations

import pytest

from checks.recognition import assign, is_junk
from model.submission import SubmittedFile
from tests.builders.submissions import file, programme

FORM, LETTER = "recommendation_form", "commitment_letter"
APPLICATION, SUPPORT = "application_document", "supporting_document"


def _taken(one: SubmittedFile, *others: SubmittedFile, base: str = "national-2021") -> list[str]:
    matches = assign((one, *others), programme(base)).matches
    return [match.material for match in matches.get(one.path, ())]


@pytest.mark.parametrize(
    ("path", "material"),
    [
        ("p.rar/推荐表.pdf", FORM),
        ("p.rar/推荐表.docx", FORM),
        ("p.rar/附件/更多/推荐表（盖章）.jpg", FORM),
        ("p.rar/里层.zip/推荐表.pdf", FORM),
        ("p.rar/附件1：推荐表.docx", FORM),
        ("p.rar/附件2-承诺书.docx", LETTER),
        ("p.rar/申报材料真实性承诺书.docx", LETTER),
        ("p.rar/申报材料真实性承诺书.pdf", LETTER),
        ("p.rar/申报材料-推荐表.docx", FORM),
        ("p.rar/申报材料（含推荐表）.docx", APPLICATION),
        ("p.rar/质量标杆申报材料附件.docx", APPLICATION),
        ("p.rar/（推荐表）.pdf", FORM),
        ("p.rar/专利证书.docx", SUPPORT),
        ("p.rar/获奖情况.docx", SUPPORT),
        ("p.rar/扫描件/承诺函/IMG_2043.jpg", LETTER),
        ("p.rar/推荐表/1.jpg", FORM),
    ],
)
def test_by_names_of_files_and_folders(path: str, material: str) -> None:
    assert _taken(file(path)) == [material]


@pytest.mark.parametrize(
    ("text", "material"),
    [
        ("质量标杆推荐表 企业名称", FORM),
        ("承  诺  书 本单位郑重承诺", LETTER),
        ("质量标杆申报材料 一、概况 附：推荐表", APPLICATION),
        ("情况说明" + "。" * 300 + "质量标杆典型经验", APPLICATION),
        ("情况说明", SUPPORT),
    ],
)
def test_by_title_and_content(text: str, material: str) -> None:
    assert _taken(file("p.rar/新建文档.docx", text)) == [material]


def test_a_name_outweighs_a_title_and_a_title_a_folder() -> None:
    assert _taken(file("p.rar/证明材料/承诺书.docx", "质量标杆申报材料")) == [LETTER]
    assert _taken(file("p.rar/证明材料/文档1.docx", "质量标杆申报材料")) == [APPLICATION]


def test_a_folder_that_holds_other_materials_tells_nothing() -> None:
    """Everything lies in 申报材料/; that makes no 申报材料 of a file without a telling name."""
    stray = file("p.rar/申报材料/获奖情况.docx")
    others = (file("p.rar/申报材料/推荐表.pdf"), file("p.rar/申报材料/承诺书.pdf"))
    assert _taken(stray, *others) == [SUPPORT]
    assert _taken(stray) == [APPLICATION]


def test_the_package_itself_is_no_folder() -> None:
    assert _taken(file("推荐表和承诺书.rar/扫描.jpg")) == [SUPPORT]


@pytest.mark.parametrize(
    "name", ["推荐表、承诺书.pdf", "推荐表和承诺书扫描件.pdf", "ZB1+公司+推荐表+承诺书.pdf"]
)
def test_one_file_may_hold_two_materials(name: str) -> None:
    matches = assign((file(f"p.rar/{name}"),), programme()).matches[f"p.rar/{name}"]
    assert [one.material for one in matches] == [FORM, LETTER]
    assert not any(one.sure for one in matches)


def test_words_that_rule_a_material_out() -> None:
    form = programme().material(FORM).model_dump()
    form["recognise"] = {**form["recognise"], "not_words": ("模板", "样表")}
    rules = programme(materials=(form, *programme().model_dump()["materials"][1:]))
    found = assign((file("p.rar/推荐表模板.pdf"), file("p.rar/推荐表.pdf")), rules).matches
    assert [one.material for one in found["p.rar/推荐表模板.pdf"]] == [SUPPORT]
    assert [one.material for one in found["p.rar/推荐表.pdf"]] == [FORM]


def test_a_loose_picture_beside_a_package_is_a_logo() -> None:
    logo = file("image001.png")
    assert _taken(logo, file("p.rar/推荐表.pdf")) == []
    assert _taken(logo) == [SUPPORT]
    assert _taken(file("承诺书.jpg"), file("p.rar/推荐表.pdf")) == [LETTER]


def test_an_archive_that_stayed_closed_is_known_by_its_name_only() -> None:
    assert _taken(file("p.rar/推荐表.zip")) == [FORM]
    assert _taken(file("p.rar/其他.zip")) == []


def test_a_required_rest_takes_what_could_be_it_and_is_not_sure() -> None:
    rules = programme("gaoxin-2021")
    found = assign((file("某某公司.docx"), file("宣传片.mp4")), rules).matches
    assert [(one.material, one.sure) for one in found["某某公司.docx"]] == [(APPLICATION, False)]
    assert "宣传片.mp4" not in found


@pytest.mark.parametrize(
    ("path", "junk"),
    [
        ("p.rar/Thumbs.db", True),
        ("p.rar/__MACOSX/._推荐表.pdf", True),
        ("p.rar/a/.DS_Store", True),
        ("p.rar/~$推荐表.docx", True),
        ("p.rar/~WRL0003.tmp", True),
        ("p.rar/desktop.ini", True),
        ("p.rar/推荐表.pdf", False),
        ("p.rar/desktop.ini.pdf", False),
    ],
)
def test_what_systems_leave_behind(path: str, *, junk: bool) -> None:
    assert is_junk(file(path)) is junk


def test_the_order_of_files_decides_nothing() -> None:
    files = [
        file("p.rar/申报材料/推荐表.pdf"),
        file("p.rar/申报材料/获奖.docx"),
        file("p.rar/承诺书.pdf", "质量标杆推荐表"),
        file("p.rar/其他.docx", "质量标杆申报材料"),
    ]
    rules = programme()
    expected = assign(tuple(files), rules).matches
    for one, other in combinations(range(len(files)), 2):
        turned = list(files)
        turned[one], turned[other] = turned[other], turned[one]
        assert assign(tuple(turned), rules).matches == expected
