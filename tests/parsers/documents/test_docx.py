"""Every construct of a word processor file, in its order, once."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path

import docx as python_docx
import pytest
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph

from console.demo.papers import docx
from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.papers import OFFICE, package, paragraph, raw_docx, run, story

CHOICE = (
    "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
    "</mc:Fallback></mc:AlternateContent>"
)


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def test_all_constructs_in_order(tmp_path: Path) -> None:
    box = CHOICE.format(box=f"<w:txbxContent>{paragraph('文本框')}</w:txbxContent>")
    body = (
        paragraph("标题", '<w:pStyle w:val="H"/>') + f"<w:p>{run('甲')}<w:ins>{run('增')}</w:ins>"
        f"<w:del><w:r><w:delText>删</w:delText></w:r></w:del>{run('乙')}</w:p>"
        + f"<w:p>{run('看得见')}{run('看不见', '<w:vanish/>')}</w:p>"
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('控件')}</w:sdtContent></w:sdt>"
        + f"<w:p>{run('锚')}<w:r>{box}</w:r></w:p>"
        + table(row(cell("企业名称"), cell("山东某某有限公司")))
        + f"<w:p><w:hyperlink>{run('链接')}</w:hyperlink><w:fldSimple w:instr='PAGE'>"
        f"{run('7')}</w:fldSimple><w:r><w:tab/><w:t>后</w:t><w:br/><w:t>行</w:t></w:r></w:p>"
        + "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r>"
        "<w:instrText>TOC \\o</w:instrText>"
        f"</w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('目录')}"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        + "<w:p><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath><w:r><w:footnoteReference w:id='2'/>"
        "</w:r></w:p>"
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r>"
        "</w:rubyBase></w:ruby></w:r></w:p>"
    )
    styles = story(
        "styles",
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 2"/></w:style>',
    )
    notes = story(
        "footnotes",
        f'<w:footnote w:type="separator" w:id="0">{paragraph("线")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("脚注")}</w:footnote>',
    )
    document = read(
        raw_docx(
            body,
            {
                "styles.xml": ("styles", styles),
                "footnotes.xml": ("footnotes", notes),
                "endnotes.xml": (
                    "endnotes",
                    story("endnotes", f'<w:endnote w:id="3">{paragraph("尾注")}</w:endnote>'),
                ),
                "comments.xml": (
                    "comments",
                    story("comments", f'<w:comment w:id="0">{paragraph("批注")}</w:comment>'),
                ),
                "header1.xml": ("header", story("hdr", paragraph("页眉"))),
                "footer1.xml": ("footer", story("ftr", paragraph("页脚"))),
            },
        ),
        tmp_path,
    )
    kinds = BlockKind
    assert [(block.kind, block.text, block.flags) for block in document.blocks] == [
        (kinds.HEADING, "标题", ()),
        (kinds.PARAGRAPH, "甲增乙", ("inserted",)),
        (kinds.PARAGRAPH, "删", ("deleted",)),
        (kinds.PARAGRAPH, "看得见", ()),
        (kinds.PARAGRAPH, "看不见", ("hidden",)),
        (kinds.PARAGRAPH, "控件", ()),
        (kinds.PARAGRAPH, "锚", ()),
        (kinds.TEXT_BOX, "文本框", ()),
        (kinds.TABLE, "企业名称\t山东某某有限公司", ()),
        (kinds.PARAGRAPH, "链接7\t后\n行", ()),
        (kinds.PARAGRAPH, "目录", ()),
        (kinds.PARAGRAPH, "x=1[注1]", ()),
        (kinds.PARAGRAPH, "拼", ()),
        (kinds.NOTE, "脚注", ()),
        (kinds.NOTE, "尾注", ()),
        (kinds.COMMENT, "批注", ()),
        (kinds.HEADER, "页眉", ()),
        (kinds.FOOTER, "页脚", ()),
    ]
    assert document.blocks[0].level == 2
    assert "删" not in document.text
    assert "看不见" not in document.text
    assert codes(document) == [
        "document.tracked_changes", "document.comments", "document.hidden_text",
    ]  # fmt: skip
    assert pickle.loads(pickle.dumps(document)) == document


def test_calls_of_notes_are_counted_in_order_each_kind_for_itself(tmp_path: Path) -> None:
    def call(kind: str, note: int, own_mark: int = 0) -> str:
        follows = f"w:customMarkFollows='{own_mark}'"
        return f"<w:r><w:{kind}noteReference w:id='{note}' {follows}/></w:r>"

    def notes(kind: str, *entries: tuple[int, str]) -> str:
        return story(
            f"{kind}notes",
            "".join(f'<w:{kind}note w:id="{n}">{paragraph(t)}</w:{kind}note>' for n, t in entries),
        )

    body = (
        f"<w:p>{run('甲')}{call('foot', 4)}{run('乙')}{call('end', 2)}</w:p>"
        + f"<w:tbl><w:tr><w:tc><w:p>{run('丙')}{call('foot', 3)}</w:p></w:tc></w:tr></w:tbl>"
        + f"<w:p>{run('丁')}{call('foot', 7, own_mark=1)}{run('*')}</w:p>"
        + f"<w:p>{run('戊')}{call('foot', 9)}{call('end', 5)}</w:p>"
    )
    entries = ((3, "注三"), (4, "注四"), (5, "无人引"), (7, "注七"), (9, "注九"))
    parts = {
        "footnotes.xml": ("footnotes", notes("foot", *entries)),
        "endnotes.xml": ("endnotes", notes("end", (2, "尾二"), (5, "尾五"))),
    }
    document = read(raw_docx(body, parts), tmp_path)
    assert [block.text for block in document.blocks] == [
        "甲[注1]乙[尾注1]", "丙[注2]", "丁[注]*", "戊[注3][尾注2]",
        "注四", "注三", "注七", "注九", "无人引", "尾二", "尾五",
    ]  # fmt: skip


def test_no_properties_are_made_up(tmp_path: Path) -> None:
    assert read(raw_docx(paragraph("正文")), tmp_path).properties == {}


def test_agrees_with_python_docx_on_plain_bodies(tmp_path: Path) -> None:
    data = docx("申报材料", [f"第{n}段" for n in range(40)], [["企业名称", "甲"], ["联系人", "乙"]])
    truth = []
    for item in python_docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(item, Paragraph):
            truth.append(item.text)
        elif isinstance(item, DocxTable):
            truth.append("\n".join("\t".join(c.text for c in line.cells) for line in item.rows))
    document = read(data, tmp_path)
    assert [block.text for block in document.blocks] == truth
    assert document.blocks[0].kind is BlockKind.HEADING
    assert document.properties["title"] == "申报材料"
    assert document.properties["created"] == "2021-06-01T09:00:00Z"


def test_merged_cells_stand_once(tmp_path: Path) -> None:
    data = raw_docx(
        table(
            row(cell("企业名称"), cell("甲公司", '<w:gridSpan w:val="3"/>')),
            row(cell("类型", '<w:vMerge w:val="restart"/>'), cell("1"), cell("2"), cell("3")),
            row(cell("", "<w:vMerge/>"), cell("4"), cell("5"), cell("6")),
            row(cell("7"), properties='<w:gridBefore w:val="2"/>'),
        )
    )
    assert read(data, tmp_path).tables[0].rows == (
        ("企业名称", "甲公司", "", ""),
        ("类型", "1", "2", "3"),
        ("", "4", "5", "6"),
        ("", "", "7"),
    )


def test_nested_table_is_text_of_its_cell_and_a_table_of_its_own(tmp_path: Path) -> None:
    inner = table(row(cell("内一"), cell("内二")))
    outer = f"<w:tc>{paragraph('外')}{inner}<w:p/></w:tc>"
    document = read(raw_docx(table(row(outer, cell("旁")))), tmp_path)
    assert [t.rows for t in document.tables] == [
        (("外\n内一\t内二", "旁"),),
        (("内一", "内二"),),
    ]
    assert document.text.count("内一") == 1


def test_rows_and_cells_inside_content_controls_and_deleted_rows(tmp_path: Path) -> None:
    wrapped = f"<w:sdt><w:sdtContent>{row(cell('控件行'))}</w:sdtContent></w:sdt>"
    deleted = row(cell("删行"), properties="<w:del/>")
    document = read(raw_docx(table(row(cell("一")), wrapped, deleted)), tmp_path)
    assert document.tables[0].rows == (("一",), ("控件行",))
    assert [block.text for block in document.blocks if "deleted" in block.flags] == ["删行"]


def test_a_text_box_in_a_cell_stands_after_the_table(tmp_path: Path) -> None:
    box = CHOICE.format(box=f"<w:txbxContent>{paragraph('盒')}</w:txbxContent>")
    data = raw_docx(table(row(f"<w:tc><w:p>{run('格')}<w:r>{box}</w:r></w:p></w:tc>")))
    assert [block.text for block in read(data, tmp_path).blocks] == ["格", "盒"]


def test_fallback_is_read_where_there_is_no_choice(tmp_path: Path) -> None:
    box = (
        "<mc:AlternateContent><mc:Fallback><w:r><w:t>退路</w:t></w:r></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert read(raw_docx(f"<w:p>{box}</w:p>"), tmp_path).text == "退路"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "☑"),
        ('<w:sym w:font="Wingdings" w:char="F0A8"/>', "□"),
        ('<w:sym w:font="Arial" w:char="25A1"/>', "□"),
        ('<w:sym w:font="Unknown" w:char="F0A8"/>', "\ufffd"),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf0fe</w:t>', "☑"),
        ("<w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar>", "☑"),
        ("<w:fldChar><w:ffData><w:checkBox/></w:ffData></w:fldChar>", "□"),
        (
            '<w:fldChar w:fldCharType="begin"/><w:instrText>eq \\o\\ac(□,√)</w:instrText>'
            '<w:fldChar w:fldCharType="end"/>',
            "☑",
        ),
    ],
)
def test_symbols_and_check_boxes(markup: str, shown: str, tmp_path: Path) -> None:
    data = raw_docx(f"<w:p><w:r>{markup}</w:r>{run('是')}</w:p>")
    assert read(data, tmp_path).text == shown + "是"


def test_hidden_by_style_and_shown_again_by_the_run(tmp_path: Path) -> None:
    styles = story(
        "styles",
        '<w:style w:type="paragraph" w:styleId="P"><w:basedOn w:val="Q"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Q"><w:basedOn w:val="P"/><w:rPr><w:vanish/></w:rPr>'
        "</w:style>",
    )
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="P"/></w:pPr>{run("藏")}'
        + run("现", '<w:vanish w:val="0"/>')
        + "</w:p>"
    )
    document = read(raw_docx(body, {"styles.xml": ("styles", styles)}), tmp_path)
    assert document.text == "现"
    assert document.blocks[1].flags == ("hidden",)


def test_pictures_alone_are_told(tmp_path: Path) -> None:
    body = '<w:p><w:r><w:drawing><a:blip r:embed="rId1"/></w:drawing></w:r></w:p>'
    document = read(raw_docx(body, {"media/image1.png": ("image", b"x")}), tmp_path)
    assert [(b.kind, b.source) for b in document.blocks] == [
        (BlockKind.IMAGE, "word/media/image1.png")
    ]
    assert codes(document) == ["document.pictures_only"]


def test_inserted_and_embedded_documents_are_named(tmp_path: Path) -> None:
    body = paragraph("正文") + '<w:altChunk r:id="rId1"/>'
    parts = {
        "chunk.htm": ("aFormatChunk", bytes(range(256))),
        "embeddings/a.xlsx": ("package", b"PK"),
    }
    document = read(raw_docx(body, parts), tmp_path)
    assert codes(document) == ["document.part_not_read", "document.embedded"]
    assert document.findings[0].params["part"] == "word/chunk.htm"


def test_a_relationship_that_leads_nowhere_spoils_nothing(tmp_path: Path) -> None:
    nowhere = f'<Relationship Id="rId9" Type="{OFFICE}/image" Target="NULL"/>'
    document = read(raw_docx(paragraph("正文"), relations=nowhere), tmp_path)
    assert (document.text, codes(document)) == ("正文", [])


def test_strict_namespaces(tmp_path: Path) -> None:
    data = raw_docx(paragraph("严格"))
    strict = package(
        {
            name: content.replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            ).replace(OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            for name, content in _members(data).items()
        }
    )
    assert read(strict, tmp_path).text == "严格"


def test_templates_and_macro_files_are_read(tmp_path: Path) -> None:
    for main in (
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ):
        assert read(raw_docx(paragraph("宏"), main=main), tmp_path).text == "宏"


def test_text_beyond_the_limit_is_cut_and_told(tmp_path: Path) -> None:
    data = raw_docx(paragraph("一二三四") * 5)
    document = read(data, tmp_path, ReadLimits(characters=10))
    assert document.text == "一二三四\n一二三四\n一二"
    assert codes(document) == ["document.limit_text"]


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
