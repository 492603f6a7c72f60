"""OFD: text in reading order, tables, what nobody sees, attachments, tags, limits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from console.demo.papers import jpeg, scan_picture
from model.document import BlockKind, Document, ReadLimits, ReadRequest
from parsers.documents.ofd.read import read_ofd
from parsers.documents.read import read_document
from tests.builders.ofd_writer import (
    HEAD,
    SPACE,
    Ofd,
    fill,
    image,
    line,
    rectangle,
    ruled,
    text,
)
from tests.builders.papers import package

OFD = "application/ofd"


def read(ofd: Ofd | bytes, folder: Path, **request: object) -> Document:
    path = folder / "member"
    path.write_bytes(ofd if isinstance(ofd, bytes) else ofd.bytes())
    return read_ofd(path, ReadRequest(**request), OFD)  # type: ignore[arg-type]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def flagged(document: Document) -> list[tuple[str, tuple[str, ...]]]:
    return [(block.text, block.flags) for block in document.blocks if block.flags]


def test_pages_in_order_with_their_size(tmp_path: Path) -> None:
    ofd = Ofd(
        [
            text(20, 20, "推荐表") + text(20, 40, "企业名称：山东某某有限公司"),
            text(20, 20, "第二页"),
        ]
    )
    ofd.info = "<ofd:Title>质量标杆推荐表</ofd:Title><ofd:Creator>某办公软件</ofd:Creator>"
    path = tmp_path / "名字.pdf"
    path.write_bytes(ofd.bytes())
    document = read_document(path)
    assert document.media_type == OFD
    assert [page.text for page in document.pages] == [
        "推荐表\n企业名称：山东某某有限公司",
        "第二页",
    ]
    assert (document.pages[0].width, document.pages[0].height) == pytest.approx(
        (595.28, 841.89), abs=0.1
    )
    assert [(b.kind, b.source, b.page) for b in document.blocks] == [
        (BlockKind.PARAGRAPH, "page 1", 1),
        (BlockKind.PARAGRAPH, "page 2", 2),
    ]
    assert (document.properties["title"], document.properties["application"]) == (
        "质量标杆推荐表",
        "某办公软件",
    )
    assert document.findings == ()


def test_objects_are_read_by_place_not_by_order(tmp_path: Path) -> None:
    words = [f"第{n}行的文字内容" for n in range(12)]
    objects = [text(20, 20 + 8 * n, word) for n, word in enumerate(words)]
    random.Random(3).shuffle(objects)
    assert read(Ofd(["".join(objects)]), tmp_path).text.splitlines() == words


def test_two_columns_below_a_title(tmp_path: Path) -> None:
    left = [f"左栏第{n}行的正文内容甲乙丙" for n in range(8)]
    right = [f"右栏第{n}行的正文内容丁戊己" for n in range(8)]
    body = text(60, 20, "质量标杆经验材料两栏排版的标题文字")
    for n in range(8):
        body += text(20, 40 + 7 * n, left[n]) + text(105, 40 + 7 * n, right[n])
    body += text(20, 120, "两栏之后又是通栏的一行文字，一直写到右边的页边附近为止才结束。")
    lines = read(Ofd([body]), tmp_path).text.splitlines()
    assert lines[1:17] == left + right
    assert lines[0].startswith("质量")
    assert lines[17].startswith("两栏之后")


def test_short_cells_in_two_columns_are_read_by_line(tmp_path: Path) -> None:
    rows = [
        ("企业名称", "甲公司"),
        ("联系人", "张三"),
        ("电话", "1380"),
        ("邮箱", "a@b"),
        ("市", "济南"),
    ]
    body = "".join(
        text(20, 40 + 9 * n, label) + text(110, 40 + 9 * n, value)
        for n, (label, value) in enumerate(rows)
    )
    assert read(Ofd([body]), tmp_path).text.splitlines() == [" ".join(row) for row in rows]


def test_deltas_gaps_matrices_and_downward_text(tmp_path: Path) -> None:
    body = (
        text(20, 20, "甲乙丙丁", deltas=' DeltaX="4 30 4"')
        + text(20, 40, "戊己庚", deltas=' DeltaX="g 2 4"')
        + text(20, 60, "辛壬", attributes='CTM="2 0 0 2 0 0"')
        + text(190, 20, "竖排文字", deltas=' DeltaY="g 3 4"')
        + text(20, 90, "没有间距的一行")[:-1].replace(' DeltaX="g 6 4"', "")
        + ">"
    )
    assert read(Ofd([body]), tmp_path).text.splitlines() == [
        "甲乙 丙丁", "戊己庚", "辛壬", "没有间距的一行", "竖排文字",
    ]  # fmt: skip


def test_templates_composite_objects_and_annotations(tmp_path: Path) -> None:
    ofd = Ofd(
        [
            '<ofd:CompositeObject ID="9" Boundary="20 50 80 20" ResourceID="70"/>'
            + text(20, 80, "正文")
        ],
        template=text(20, 10, "模板页眉"),
        units={70: text(0, 0, "复合图元的文字")},
        notes={
            1: '<ofd:Annot ID="8" Type="Stamp"><ofd:Remark>请核对日期</ofd:Remark>'
            f'<ofd:Appearance Boundary="20 100 80 20">{text(0, 0, "注释的文字")}</ofd:Appearance>'
            "</ofd:Annot>"
        },
    )
    document = read(ofd, tmp_path)
    assert document.pages[0].text.splitlines() == [
        "模板页眉", "复合图元的文字", "正文", "注释的文字",
    ]  # fmt: skip
    comments = [block.text for block in document.blocks if block.kind is BlockKind.COMMENT]
    assert comments == ["请核对日期"]
    assert codes(document) == ["document.comments"]


def test_a_ruled_table_with_joined_cells(tmp_path: Path) -> None:
    rows = [["企业名称", "山东某某有限公司", "<"], ["联系人", "张三", "13800000000"]]
    body = text(20, 20, "推荐表") + ruled(rows) + text(20, 100, "（盖章）")
    document = read(Ofd([body]), tmp_path)
    assert [block.kind for block in document.blocks] == [
        BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH,
    ]  # fmt: skip
    (table,) = document.tables
    assert table.rows == (("企业名称", "山东某某有限公司", ""), ("联系人", "张三", "13800000000"))
    block = document.blocks[1]
    mm = 72 / 25.4
    assert block.box == pytest.approx((20 * mm, 40 * mm, 155 * mm, 60 * mm), abs=1)
    assert block.boxes[0][1] == pytest.approx((65 * mm, 40 * mm, 155 * mm, 50 * mm), abs=1)
    assert block.boxes[0][2] is None
    assert document.text.count("山东某某有限公司") == 1
    assert document.text.splitlines()[-1] == "（盖章）"


def test_a_frame_is_no_table_and_a_drawing_is_not_searched(tmp_path: Path) -> None:
    frame = (
        '<ofd:PathObject Boundary="10 10 190 270"><ofd:AbbreviatedData>M 0 0 L 190 0 L 190 270 '
        "L 0 270 C</ofd:AbbreviatedData></ofd:PathObject>"
    )
    assert read(Ofd([frame + text(20, 20, "正文")]), tmp_path).tables == ()
    many = "".join(line(10, 10 + n / 10, 100, 10 + n / 10) for n in range(900))
    many += "".join(line(10 + n / 10, 10, 10 + n / 10, 100) for n in range(900))
    document = read(Ofd([many + text(20, 200, "图样")]), tmp_path)
    assert (codes(document), document.text) == (["document.tables_not_read"], "图样")


@pytest.mark.parametrize(
    ("body", "flag"),
    [
        (text(20, 60, "暗记甲乙", inner=fill("255 255 255")), "white"),
        (text(20, 60, "暗记甲乙", inner=fill("#FF #FF #FF")), "white"),
        (text(20, 60, "暗记甲乙", inner=fill("0 0 0", alpha=0)), "transparent"),
        (text(20, 60, "暗记甲乙", attributes='Fill="false"'), "transparent"),
        (text(20, 60, "暗记甲乙", attributes='Visible="false"'), "hidden"),
        (text(20, 60, "暗记甲乙", size=0.5), "tiny"),
        (text(20, 60, "暗记甲乙") + rectangle(10, 50, 60, 30, "200 200 200"), "covered"),
        (text(300, 60, "暗记甲乙"), "off_page"),
    ],
)
def test_text_that_nobody_sees(body: str, flag: str, tmp_path: Path) -> None:
    document = read(Ofd([text(20, 20, "企业名称") + body]), tmp_path)
    assert document.text == document.pages[0].text == "企业名称"
    assert flagged(document) == [("暗记甲乙", (flag,))]
    assert codes(document) == ["document.odd_text"]


def test_white_letters_on_a_dark_field_are_seen(tmp_path: Path) -> None:
    body = rectangle(10, 50, 60, 30, "0 0 128") + text(20, 60, "表头", inner=fill("255 255 255"))
    document = read(Ofd([body]), tmp_path)
    assert (document.text, flagged(document), codes(document)) == ("表头", [], [])


def test_scans_with_and_without_a_text_layer(tmp_path: Path) -> None:
    picture = jpeg(scan_picture(210, 297))
    whole = image(0, 0, 210, 297, 80)
    layer = "".join(text(20, 30 + 9 * n, f"第{n}行由别的软件识别的文字") for n in range(4))
    ofd = Ofd([whole, layer + whole], images={80: ("a.jpg", picture)})
    document = read(ofd, tmp_path)
    assert document.scanned == (1, 2)
    assert codes(document) == ["document.scanned", "document.text_layer"]
    assert [block.method for block in document.blocks] == ["text layer"]
    assert len(document.text.splitlines()) == 4


def test_signs_without_a_map_are_garbled(tmp_path: Path) -> None:
    body = text(20, 30, "".join(chr(0xE100 + n) for n in range(20)))
    document = read(Ofd([body, text(20, 30, "正文")]), tmp_path)
    assert (document.scanned, codes(document)) == ((1,), ["document.garbled"])


def test_attachments_and_the_names_of_an_invoices_parts(tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    ofd = Ofd([text(20, 20, "037002100111", key=61) + text(20, 40, "山东某某有限公司", key=62)])
    ofd.attachments = {"原始发票.xml": b"<a/>", "附表.xlsx": b"PK"}
    ofd.tags = {"InvoiceCode": (1, 61), "SellerName": (1, 62)}
    document = read(ofd, tmp_path, into=into)
    assert [(one.name, one.size) for one in document.embedded] == [
        ("原始发票.xml", 4),
        ("附表.xlsx", 2),
    ]
    assert all(one.stored and one.stored.parent == into for one in document.embedded)
    assert document.properties["tag:InvoiceCode"] == "037002100111"
    assert document.properties["tag:SellerName"] == "山东某某有限公司"


def test_parts_that_are_missing_broken_or_declare_a_dtd(tmp_path: Path) -> None:
    parts = Ofd(
        [text(20, 20, "一"), text(20, 20, "二"), text(20, 20, "三"), text(20, 20, "四")]
    ).parts()
    del parts["Doc_0/Pages/Page_2/Content.xml"]
    parts["Doc_0/Pages/Page_3/Content.xml"] = "<ofd:Page"
    parts["Doc_0/Pages/Page_4/Content.xml"] = f'<!DOCTYPE a [<!ENTITY b "c">]><ofd:Page {SPACE}/>'
    document = read(package(parts), tmp_path)
    assert document.text == "一"
    told = {finding.code: dict(finding.params) for finding in document.findings}
    assert told == {
        "document.broken_pages": {"pages": "2-4"},
        "document.dtd_refused": {"part": "Doc_0/Pages/Page_4/Content.xml"},
    }


@pytest.mark.parametrize(
    ("root", "code"),
    [
        (f"{HEAD}<ofd:OFD {SPACE}/>", "document.broken"),
        ("nothing", "document.broken"),
        (f'<!DOCTYPE a><ofd:OFD {SPACE}/>', "document.dtd_refused"),
        (
            f"{HEAD}<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/D.xml</ofd:DocRoot>"
            "</ofd:DocBody><ofd:Encryptions>Encryptions.xml</ofd:Encryptions></ofd:OFD>",
            "document.encrypted",
        ),
    ],
)  # fmt: skip
def test_packages_that_hold_no_document(root: str, code: str, tmp_path: Path) -> None:
    document = read(package({"OFD.xml": root}), tmp_path)
    assert (codes(document), document.readable) == ([code], False)


def test_limits(tmp_path: Path) -> None:
    pages = [text(20, 20, f"第{n}页的文字") for n in range(1, 6)]
    few = read(Ofd(pages), tmp_path, limits=ReadLimits(pages=2))
    assert (len(few.pages), codes(few)) == (2, ["document.limit_pages"])
    short = read(Ofd(pages), tmp_path, limits=ReadLimits(characters=10))
    assert "document.limit_text" in codes(short)
    assert len(short.text) <= 12
    small = read(Ofd(pages), tmp_path, limits=ReadLimits(part_bytes=600))
    assert not small.readable or "document.broken_pages" in codes(small)


def test_bombs(tmp_path: Path) -> None:
    """A unit that draws itself, units within units, a step repeated without end, a huge page."""
    inner = '<ofd:CompositeObject ID="1" Boundary="0 0 9 9" ResourceID="{}"/>'
    units = {key: inner.format(key + 1) * 12 for key in range(70, 80)}
    units[80] = inner.format(80) + text(0, 0, "深处")
    bomb = Ofd([text(20, 20, "正文") + inner.format(70)], units=units)
    document = read(bomb, tmp_path)
    assert document.text.count("正文") == 1
    assert "document.limit_parts" in codes(document)
    steps = text(20, 20, "甲乙", deltas=' DeltaX="g 999999999999 4"')
    assert read(Ofd([steps]), tmp_path).text == "甲乙"
    path = "M 0 0 " + "L 9 9 " * 60_000
    data = f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData>"
    drawn = f'<ofd:PathObject Boundary="0 0 9 9">{data}</ofd:PathObject>'
    assert read(Ofd([drawn + text(20, 20, "正文")]), tmp_path).text == "正文"
    wide = Ofd([text(20, 20, "正文")], size=(9e5, 9e5))
    assert read(wide, tmp_path).text == "正文"
    odd = Ofd([text(20, 20, "正文", attributes='CTM="nan inf 0 0 0 0"')])
    assert read(odd, tmp_path).readable


def test_a_page_listed_a_thousand_times_is_read_once(tmp_path: Path) -> None:
    parts = Ofd([text(20, 20, "正文"), text(20, 20, "次页")]).parts()
    listed = '<ofd:Page ID="101" BaseLoc="Pages/Page_1/Content.xml"/>'
    whole = str(parts["Doc_0/Document.xml"])
    parts["Doc_0/Document.xml"] = whole.replace(listed, listed * 1000)
    document = read(package(parts), tmp_path)
    assert [(page.number, page.text) for page in document.pages] == [(1, "正文"), (2, "次页")]
