"""Rich text: all ways of writing Chinese, its groups, tables and notes, and hostile files."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from console.demo.papers import docx
from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document

WORDS = "质量标杆推荐表：山东某某有限公司（盖章）乗縸"
"""The last two end in the byte of a backslash and of a brace where they are written in GBK."""

TWO_BYTES = "\\'d6\\'d0"


def read(data: bytes | str, folder: Path, **more: object) -> Document:
    path = folder / "member"
    path.write_bytes(data.encode("gbk") if isinstance(data, str) else data)
    return read_document(path, **more)  # type: ignore[arg-type]


def texts(document: Document) -> list[tuple[BlockKind, str, tuple[str, ...]]]:
    return [(block.kind, block.text, block.flags) for block in document.blocks]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def hexed(text: str, encoding: str = "gbk") -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


def unicode(text: str, fallback: str = "?") -> str:
    units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}h", text.encode("utf-16-le"))
    return "".join(f"\\u{unit}{fallback}" for unit in units)


@pytest.mark.parametrize(
    "body",
    [
        f"{{\\rtf1\\ansi\\ansicpg936{{\\fonttbl{{\\f0 SimSun;}}}}\\f0 {hexed(WORDS)}\\par}}",
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset134 SimSun;}}"
        f"\\f0 {{\\f1 {hexed(WORDS)}}}\\par}}",
        f"{{\\rtf1\\ansi\\ansicpg1252\\uc2 {unicode(WORDS, TWO_BYTES)}\\par}}",
        f"{{\\rtf1\\ansi\\ansicpg1252\\uc1 {unicode(WORDS)}\\par}}",
        f"{{\\rtf1\\ansi\\uc0 {unicode(WORDS, ' ')}\\par}}",
        f"{{\\rtf1\\ansi\\ansicpg936 {WORDS}\\par}}",
        f"{{\\rtf1\\ansi {WORDS}\\par}}",
        "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f3\\fcharset134 SimSun;}}"
        f"\\f0\\loch\\af0\\hich\\af0\\dbch\\af3 {hexed(WORDS)}\\par}}",
        f"{{\\rtf1\\ansi\\ansicpg65001 {hexed(WORDS, 'utf-8')}\\par}}",
    ],
    ids=["code-page", "charset", "unicode-two", "unicode-one", "unicode-none", "raw",
         "raw-undeclared", "far-font", "utf-8"],
)  # fmt: skip
def test_ways_of_writing_chinese(body: str, tmp_path: Path) -> None:
    document = read(body, tmp_path)
    assert texts(document) == [(BlockKind.PARAGRAPH, WORDS, ())]
    assert document.findings == ()


def test_signs_beyond_the_first_plane_and_other_charsets(tmp_path: Path) -> None:
    head = (
        "{\\rtf1\\ansi\\ansicpg1252"
        "{\\fonttbl{\\f0 A;}{\\f2\\fcharset204 B;}{\\f3\\fcharset2 Wingdings;}}"
    )
    signs = "{\\f2 \\'cf\\'f0}{\\f3 \\'fe}\\ldblquote x\\rdblquote\\_\\~y}"
    body = f"\\f0 caf\\'e9 {unicode('𠮷𪚥')} {signs}"
    assert read(head + body, tmp_path).text == "café 𠮷𪚥 Пр☑“x”-\xa0y"


def test_looks_are_told(tmp_path: Path) -> None:
    document = read(
        "{\\rtf1\\ansi\\ansicpg936{\\colortbl;\\red255\\green255\\blue255;\\red255\\green0\\blue0;}"
        "{\\stylesheet{\\s0 Normal;}{\\s2\\outlinelevel1 heading 2;}{\\s7 \\'b1\\'ea\\'cc\\'e23;}}"
        "\\pard\\plain\\s2 标题\\par\\pard\\s7 三级\\par\\pard "
        "甲{\\revised 增}{\\deleted 删}乙\\par "
        "看得见{\\v 看不见}。\\par{\\cf1 白字}\\par{\\fs3 小字}\\par"
        "{\\cf2\\v0 红\\v 隐\\plain 显}\\par}",
        tmp_path,
    )
    paragraph = BlockKind.PARAGRAPH
    levels = [block.level for block in document.blocks]
    assert [(*row, level) for row, level in zip(texts(document), levels, strict=True)] == [
        (BlockKind.HEADING, "标题", (), 2),
        (BlockKind.HEADING, "三级", (), 3),
        (paragraph, "甲增乙", ("inserted",), 0),
        (paragraph, "删", ("deleted",), 0),
        (paragraph, "看得见。", (), 0),
        (paragraph, "看不见", ("hidden",), 0),
        (paragraph, "白字", ("white",), 0),
        (paragraph, "小字", ("tiny",), 0),
        (paragraph, "红显", (), 0),
        (paragraph, "隐", ("hidden",), 0),
    ]  # fmt: skip


def test_stories_in_order(tmp_path: Path) -> None:
    document = read(
        "{\\rtf1\\ansi\\ansicpg936"
        "{\\info{\\title 推荐表}{\\author 甲}{\\creatim\\yr2021\\mo6\\dy1\\hr9}}"
        "{\\header\\pard 页眉\\par}{\\footer 页脚}"
        "甲{\\super\\chftn}{\\footnote\\pard{\\super\\chftn} 脚注}乙{\\footnote\\ftnalt 尾注}"
        "{\\*\\atnid A}{\\*\\atnauthor 某}\\chatn{\\*\\annotation 批注\\par}"
        "{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt 框内\\par}}{\\shprslt 重复}}丙\\par"
        "{\\listtext 1.\\tab}第一项\\par{\\pntext\\'b7\\tab}点\\par"
        "{\\*\\unknown 不读}{\\upr{?}{\\*\\ud 统一码}}\\par\\pard 末段}",
        tmp_path,
    )
    assert [(kind, text) for kind, text, _ in texts(document)] == [
        (BlockKind.PARAGRAPH, "甲[注1]乙[尾注1]丙"),
        (BlockKind.TEXT_BOX, "框内"),
        (BlockKind.PARAGRAPH, "1. 第一项"),
        (BlockKind.PARAGRAPH, "点"),
        (BlockKind.PARAGRAPH, "统一码"),
        (BlockKind.PARAGRAPH, "末段"),
        (BlockKind.NOTE, " 脚注"),
        (BlockKind.NOTE, "尾注"),
        (BlockKind.COMMENT, "批注"),
        (BlockKind.HEADER, "页眉"),
        (BlockKind.FOOTER, "页脚"),
    ]
    assert document.blocks[7].source == "endnotes"
    assert document.properties == {
        "title": "推荐表", "creator": "甲", "created": "2021-06-01T09:00:00",
    }  # fmt: skip


def test_tables_with_merged_and_nested_cells(tmp_path: Path) -> None:
    document = read(
        "{\\rtf1\\ansi\\ansicpg936 前\\par"
        "\\trowd\\trleft-108\\cellx1000\\cellx3000\\pard\\intbl 企业名称\\cell 某公司\\cell\\row"
        "\\trowd\\trleft-108\\cellx1000\\cellx2000\\cellx3000"
        "\\pard\\intbl 联系人\\cell 甲\\par 乙\\cell "
        "\\pard\\intbl\\itap2 内一\\nestcell 内二\\nestcell"
        "{\\*\\nesttableprops\\trowd\\cellx9\\cellx99\\nestrow}{\\nonesttables\\par}"
        "\\pard\\intbl\\itap1 外\\cell\\row\\pard 后\\par}",
        tmp_path,
    )
    assert [table.rows for table in document.tables] == [
        (("企业名称", "某公司", ""), ("联系人", "甲\n乙", "内一\t内二\n外")),
        (("内一", "内二"),),
    ]
    assert [text for kind, text, _ in texts(document) if kind is BlockKind.PARAGRAPH] == [
        "前",
        "后",
    ]


def test_fields_show_results_and_boxes(tmp_path: Path) -> None:
    document = read(
        "{\\rtf1\\ansi\\ansicpg936 第{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}页"
        "{\\field{\\*\\fldinst FORMCHECKBOX{\\*\\formfield{\\fftype1\\ffres25\\ffdefres1"
        "{\\*\\ffname 名}}}}{\\fldrslt}}大"
        "{\\field{\\*\\fldinst{FORMCHECKBOX}{\\*\\formfield{\\fftype1\\ffres0\\ffdefres1}}}}中"
        "{\\field{\\*\\fldinst eq \\\\o\\\\ac(□,√)}{\\fldrslt}}小"
        '{\\field{\\*\\fldinst INCLUDETEXT "//server/a.doc"}{\\fldrslt 外}}\\par}',
        tmp_path,
    )
    assert document.text == "第7页☑大□中☑小外"
    assert codes(document) == ["document.external_links"]


def test_objects_are_handed_over(tmp_path: Path) -> None:
    inner = docx("附件", ["嵌入"], [])
    name = "附件.docx".encode("gb18030") + b"\0"
    native = struct.pack("<H", 2) + name + name + struct.pack("<HHI", 0, 3, 1) + b"\0"
    native += struct.pack("<I", len(inner)) + inner
    ole1 = struct.pack("<III", 0x501, 2, 8) + b"Package\0" + bytes(8)
    ole1 += struct.pack("<I", len(native)) + native
    binary = b"{\\rtf1{\\object\\objemb{\\*\\objdata \\bin%d " % len(ole1) + ole1
    shown = b"}{\\result \xcd\xbc\xb1\xea}}}"
    into = tmp_path / "into"
    into.mkdir()
    for number, data in enumerate(
        (
            b"{\\rtf1{\\object\\objemb{\\*\\objdata %s" % ole1.hex(" ", 40).encode() + shown,
            binary + shown,
        )
    ):  # fmt: skip
        document = read(data, tmp_path, into=into if number == 0 else None)
        (found,) = document.embedded
        assert (found.name, found.sha256) == ("附件.docx", hashlib.sha256(inner).hexdigest())
        assert document.text == "图标"
        assert codes(document) == ["document.embedded"]
    assert (into / "embedded-0001").read_bytes() == inner


def test_pictures_alone(tmp_path: Path) -> None:
    picture = "{\\*\\shppict{\\pict\\pngblip 8950}}{\\nonshppict{\\pict 00}}"
    document = read(f"{{\\rtf1 {picture}\\par 图\\par}}", tmp_path)
    assert [block.kind for block in document.blocks] == [BlockKind.IMAGE, BlockKind.PARAGRAPH]
    assert codes(document) == ["document.pictures_only"]


@pytest.mark.parametrize(
    ("data", "text", "found"),
    [
        ("{\\rtf1\\ansicpg936 甲" + "{" * 100_000, "甲", ["office.too_deep"]),
        ("{\\rtf1\\ansicpg936 甲\\bin999999999 乙\\par}", "甲", ["office.text_missing"]),
        ("{\\rtf1\\ansicpg936 甲\\bin3 }}}乙\\par}", "甲乙", []),
        ("{\\rtf1\\ansicpg936\\uc999999999 \\u30002" + "?" * 16 + "乙\\par}", "甲乙", []),
        ("{\\rtf1\\ansicpg936\\uc0 \\u30002?\\u20057\\'b1\\'fb\\par}", "甲?乙丙", []),
        ("{\\rtf1\\ansicpg936\\uc0 " + "\\u30002?" * 5_000 + "}", "甲?" * 5_000, []),
        ("{\\rtf1\\ansicpg936 甲\\par}}}}}乙", "甲\n乙", []),
        ("{\\rtf1\\ansicpg936 甲\\par{\\pict", "甲",
         ["document.pictures_only", "office.text_missing"]),
        ("{\\rtf1\\ansicpg99999999 a\\'e9\\par}", "aé", []),
        ("{\\rtf1 甲\\nestrow\\row\\cell乙\\itap999999 丙\\nestcell 丁\\par}", None, []),
        ("{\\rtf1\\f-5\\fs-1\\cf-9\\u-1?\\'zz\\", None, ["office.text_missing"]),
        ("{\\rtf1" + "\\trowd" + "\\cellx1" * 5000 + "甲\\cell" * 300 + "\\row}", None,
         ["document.limit_cells"]),
    ],
    ids=["deep", "long-binary", "binary", "long-skip", "no-skip", "no-skips", "closed",
         "open-picture", "code-page", "rows", "negative", "columns"],
)  # fmt: skip
def test_hostile(data: str, text: str | None, found: list[str], tmp_path: Path) -> None:
    document = read(data, tmp_path)
    assert sorted(codes(document)) == found
    if text is not None:
        assert document.text == text


def test_limits(tmp_path: Path) -> None:
    data = "{\\rtf1\\ansicpg936 " + "甲乙丙丁\\par " * 50 + "}"
    limited = read(data, tmp_path, limits=ReadLimits(characters=21))
    assert codes(limited) == ["document.limit_text"]
    assert limited.text.replace("\n", "") == "甲乙丙丁" * 5 + "甲"
    assert codes(read(data, tmp_path, limits=ReadLimits(part_bytes=9))) == ["document.limit_parts"]


def test_a_doc_that_is_rich_text(tmp_path: Path) -> None:
    path = tmp_path / "推荐表.doc"
    path.write_bytes("{\\rtf1\\ansicpg936 推荐表\\par}".encode("gbk"))
    document = read_document(path)
    assert (document.media_type, document.text) == ("application/rtf", "推荐表")
