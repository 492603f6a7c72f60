"""Word binary files: every story and property that matters, and what is wrong with files."""

from __future__ import annotations

import hashlib
import pickle
import struct
from pathlib import Path

import pytest

from console.demo.papers import docx
from model.document import BlockKind, Document, ReadLimits
from parsers.documents.markdown import to_markdown
from parsers.documents.read import read_document
from tests.builders.ole_properties import SUMMARY, endless_summary
from tests.builders.ole_writer import ole
from tests.builders.word_binary import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    INNER_CELL,
    INNER_ROW,
    INSERTED,
    TINY,
    WHITE,
    Run,
    Word,
    row_end,
    sprm,
    word_95,
)


def read(data: bytes, folder: Path, **more: object) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, **more)  # type: ignore[arg-type]


def texts(document: Document) -> list[tuple[BlockKind, str, tuple[str, ...]]]:
    return [(block.kind, block.text, block.flags) for block in document.blocks]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_pieces_are_put_in_order_and_looks_told(tmp_path: Path) -> None:
    """Each run is a piece of its own and they lie backwards in the file."""
    word = Word(
        [
            Run("质量标杆\r", style=1), Run("甲"), Run("增", INSERTED), Run("删", DELETED),
            Run("乙\r"), Run("看得见"), Run("看不见", HIDDEN), Run("。\r"), Run("白字\r", WHITE),
            Run("小字\r", TINY), Run("caf\xe9 \x93ISO\x94\r".encode("latin-1").decode("cp1252")),
            Run("生僻字𠮷与𪚥\x1e连\xad字\r"),
        ],
        styles=[(0, b"", b""), (2, b"", b"")],
        narrow=frozenset({10}),
    )  # fmt: skip
    document = read(word.build(), tmp_path)
    paragraph = BlockKind.PARAGRAPH
    assert texts(document) == [
        (BlockKind.HEADING, "质量标杆", ()),
        (paragraph, "甲增乙", ("inserted",)),
        (paragraph, "删", ("deleted",)),
        (paragraph, "看得见。", ()),
        (paragraph, "看不见", ("hidden",)),
        (paragraph, "白字", ("white",)),
        (paragraph, "小字", ("tiny",)),
        (paragraph, "café “ISO”", ()),
        (paragraph, "生僻字𠮷与𪚥-连\xad字", ()),
    ]
    assert document.blocks[0].level == 2
    assert [(finding.code, finding.params) for finding in document.findings] == [
        ("document.tracked_changes", {"inserted": "1", "deleted": "1"}),
        ("document.hidden_text", {"count": "3"}),
    ]
    assert document.pages[0].text == document.text
    assert "看不见" not in document.text
    assert pickle.loads(pickle.dumps(document)) == document
    assert to_markdown(document).startswith("## 质量标杆")


def test_stories_in_order(tmp_path: Path) -> None:
    refs = struct.pack("<3I", 1, 7, 0) + bytes(2)
    headers = struct.pack("<14I", *[0] * 6, 0, 0, 3, 3, 6, 6, 6, 6)
    word = Word(
        [Run("甲\x02乙\x05\r"), Run("后\r")],
        {
            "footnotes": [Run("\x02 脚注\r")],
            "headers": [Run("页眉\r"), Run("页脚\r")],
            "comments": [Run("\x05批注\r")],
            "endnotes": [Run("尾注\r")],
        },
        parts={2: refs, 11: headers},
    )
    document = read(word.build(), tmp_path)
    assert [(kind, text) for kind, text, _ in texts(document)] == [
        (BlockKind.PARAGRAPH, "甲[注1]乙"),
        (BlockKind.PARAGRAPH, "后"),
        (BlockKind.NOTE, " 脚注"),
        (BlockKind.NOTE, "尾注"),
        (BlockKind.COMMENT, "批注"),
        (BlockKind.HEADER, "页眉"),
        (BlockKind.FOOTER, "页脚"),
    ]


def test_text_boxes_stand_where_they_hang(tmp_path: Path) -> None:
    box = struct.pack("<3I", 0, 3, 6) + b"".join(
        bytes(14) + struct.pack("<II", shape, 0) for shape in (77, 88)
    )
    shapes = struct.pack("<2I", 1, 5) + struct.pack("<I", 77) + bytes(22)
    word = Word(
        [Run("锚\x08\r"), Run("后\r")],
        {"boxes": [Run("框内\r"), Run("无处\r")]},
        parts={40: shapes, 56: box},
    )
    assert [(kind, text) for kind, text, _ in texts(read(word.build(), tmp_path))] == [
        (BlockKind.PARAGRAPH, "锚"),
        (BlockKind.TEXT_BOX, "框内"),
        (BlockKind.PARAGRAPH, "后"),
        (BlockKind.TEXT_BOX, "无处"),
    ]


def test_tables_with_merged_and_nested_cells(tmp_path: Path) -> None:
    word = Word(
        [
            Run("前\r"),
            Run("企业名称\x07", block=IN_TABLE), Run("山东某某有限公司\x07", block=IN_TABLE),
            Run("\x07", block=row_end(0, 1000, 3000)),
            Run("联系人\x07", block=IN_TABLE), Run("甲\r", block=IN_TABLE),
            Run("乙\x07", block=IN_TABLE), Run("内一\r", block=INNER_CELL),
            Run("内二\r", block=INNER_CELL), Run("\r", block=INNER_ROW),
            Run("外\x07", block=IN_TABLE), Run("\x07", block=row_end(0, 1000, 2000, 3005)),
            Run("白\x07", WHITE, IN_TABLE), Run("废", DELETED, IN_TABLE),
            Run("用\x07", b"", IN_TABLE), Run("尾\x07", block=IN_TABLE),
            Run("\x07", block=row_end(0, 1000, 2000, 3000)),
            Run("弃\x07", DELETED, IN_TABLE), Run("\x07", DELETED, row_end(0, 3000)),
            Run("后\r"),
        ]
    )  # fmt: skip
    document = read(word.build(), tmp_path)
    assert document.tables[0].rows == (
        ("企业名称", "山东某某有限公司", ""),
        ("联系人", "甲\n乙", "内一\t内二\n外"),
        ("白", "用", "尾"),
    )
    assert document.tables[1].rows == (("内一", "内二"),)
    assert [(block.kind, block.text) for block in document.blocks if block.kind != "table"] == [
        (BlockKind.PARAGRAPH, "前"),
        (BlockKind.PARAGRAPH, "废"),
        (BlockKind.PARAGRAPH, "弃"),
        (BlockKind.PARAGRAPH, "后"),
    ]
    assert document.blocks[1].flags == ("white",)


def test_fields_show_results_and_boxes(tmp_path: Path) -> None:
    form = (
        bytes(4) + struct.pack("<H", 8) + bytes(2) + struct.pack("<IHHH", 0xFFFFFFFF, 1 | 4, 0, 0)
    )
    word = Word(
        [
            Run("第\x13 PAGE \x147\x15页"), Run("\x13 FORMCHECKBOX "),
            Run("\x01", sprm(0x6A03, 0, size=4) + sprm(0x0806, 1)), Run("\x15大型"),
            Run("\x13 eq \\o\\ac(□,√)\x15中型\x13 FORMCHECKBOX \x15小型"),
            Run("\x13MACROBUTTON Tick □\x15微型\r"),
            Run("没有结尾的\x13域不吞字\r"),
            Run("(", sprm(0x6A09, 0, 0xF0FE, size=2)), Run("已选\r"),
            Run('\x13INCLUDEPICTURE "http://example.com/a.png" \\d\x14图\x15\r'),
        ],
        parts={15: font_table("Wingdings")},
        streams={"Data": form + bytes(4096)},
    )  # fmt: skip
    document = read(word.build(), tmp_path)
    assert [block.text for block in document.blocks] == [
        "第7页☑大型☑中型□小型□微型", "没有结尾的域不吞字", "☑已选", "图",
    ]  # fmt: skip
    assert codes(document) == ["document.external_links"]


def font_table(*names: str) -> bytes:
    out = struct.pack("<HH", len(names), 0)
    for name in names:
        raw = bytes(39) + name.encode("utf-16-le") + b"\0\0"
        out += bytes([len(raw)]) + raw
    return out


def test_numbered_paragraphs(tmp_path: Path) -> None:
    label = "\x00、"
    level = struct.pack("<iBB", 1, 37, 0) + bytes(18) + bytes(4)
    level += struct.pack("<H", len(label)) + label.encode("utf-16-le")
    lists = struct.pack("<Hi", 1, 99) + bytes(22) + b"\x01\0" + level
    overrides = struct.pack("<Ii", 1, 99) + bytes(12) + b"\xff\xff\xff\xff"
    numbered = sprm(0x460B, 1, size=2) + sprm(0x260A, 0)
    word = Word(
        [Run("总则\r", block=numbered), Run("无号\r"), Run("附则\r", block=numbered)],
        parts={73: lists, 74: overrides},
    )
    assert read(word.build(), tmp_path).text == "一、总则\n无号\n二、附则"


def test_hidden_by_style_and_toggled_back(tmp_path: Path) -> None:
    word = Word(
        [Run("全隐\r", style=1), Run("显", sprm(0x083C, 0x81), style=1), Run("隐\r", style=1)],
        styles=[(0, b"", b""), (0xFFE, b"", HIDDEN)],
    )
    assert texts(read(word.build(), tmp_path)) == [
        (BlockKind.PARAGRAPH, "全隐", ("hidden",)),
        (BlockKind.PARAGRAPH, "显", ()),
        (BlockKind.PARAGRAPH, "隐", ("hidden",)),
    ]


@pytest.mark.parametrize("pieces", [True, False])
def test_chinese_bytes_in_narrow_pieces(pieces: bool, tmp_path: Path) -> None:
    word = Word(
        [Run("山东省质量标杆推荐表\r"), Run("第二段\r", DELETED)],
        narrow=frozenset({0, 1}), encoding="gbk", pieces=pieces,
    )  # fmt: skip
    word.flags = 0
    if not pieces:
        data = bytearray(word.build())
        at = data.index(struct.pack("<4H", 0xA5EC, 193, 0, 0x0804))
        data[at + 11] &= ~0x10
        document = read(bytes(data), tmp_path)
    else:
        document = read(word.build(), tmp_path)
    assert texts(document) == [
        (BlockKind.PARAGRAPH, "山东省质量标杆推荐表", ()),
        (BlockKind.PARAGRAPH, "第二段", ("deleted",)),
    ]


def test_word_95(tmp_path: Path) -> None:
    data = word_95(
        [
            ("推荐".encode("gbk"), b"", b""), ("废".encode("gbk"), b"\x41\x01", b""),
            ("表\r".encode("gbk"), b"", b""), ("名称\x07".encode("gbk"), b"", b"\x18\x01"),
            ("甲公司\x07".encode("gbk"), b"\x5c\x01", b"\x18\x01"),
            (b"\x07", b"", b"\x18\x01\x19\x01"),
        ]
    )  # fmt: skip
    document = read(data, tmp_path)
    assert texts(document) == [
        (BlockKind.PARAGRAPH, "推荐表", ()),
        (BlockKind.PARAGRAPH, "废", ("deleted",)),
        (BlockKind.TABLE, "名称\t", ()),
        (BlockKind.PARAGRAPH, "甲公司", ("hidden",)),
    ]


def test_objects_are_handed_over_and_macros_named(tmp_path: Path) -> None:
    inner = docx("附件", ["嵌入的文字"], [])
    label = "附件.docx".encode("gb18030") + b"\0"
    native = struct.pack("<H", 2) + label + b"C:\\" + label + struct.pack("<HHI", 0, 3, 1) + b"\0"
    native += struct.pack("<I", len(inner)) + inner
    word = Word(
        [Run("正文\r")],
        streams={
            "ObjectPool/_1/\x01Ole10Native": struct.pack("<I", len(native)) + native,
            "Macros/VBA/dir": b"x",
        },
    )
    into = tmp_path / "into"
    into.mkdir()
    document = read(word.build(), tmp_path, into=into)
    assert codes(document) == ["document.macros", "document.embedded"]
    (found,) = document.embedded
    assert (found.name, found.size) == ("附件.docx", len(inner))
    assert found.sha256 == hashlib.sha256(inner).hexdigest()
    assert found.stored is not None
    assert read_document(found.stored).text == "附件\n嵌入的文字"


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    whole = Word([Run("甲" * 40 + "\r"), Run("乙\r")]).build()
    limited = read(whole, tmp_path, limits=ReadLimits(characters=20))
    assert (codes(limited), limited.text) == (["document.limit_text"], "甲" * 20)
    assert codes(read(whole, tmp_path, limits=ReadLimits(part_bytes=100))) == [
        "document.limit_parts"
    ]
    fib = bytearray(Word([Run("甲\r")]).build())
    at = fib.index(struct.pack("<4H", 0xA5EC, 193, 0, 0x0804))
    struct.pack_into("<H", fib, at + 2, 45)
    assert codes(read(bytes(fib), tmp_path)) == ["office.old_format"]
    struct.pack_into("<H", fib, at, 0x1234)
    assert codes(read(bytes(fib), tmp_path)) == ["document.broken"]
    assert not read(ole({"WordDocument": b"x"}), tmp_path).readable


def test_text_that_the_file_no_longer_holds(tmp_path: Path) -> None:
    data = bytearray(Word([Run("甲乙丙\r"), Run("丁\r")]).build())
    at = data.index(struct.pack("<3I", 0, 4, 6)) + 12 + 8 + 2
    struct.pack_into("<I", data, at, 1 << 20)
    document = read(bytes(data), tmp_path)
    assert codes(document) == ["office.text_missing"]
    assert "甲乙丙" in document.text


def test_pieces_over_one_another_cost_no_more(tmp_path: Path) -> None:
    """Many pieces that all name the same bytes, and a table of formatting that covers them."""
    word = Word([Run("甲\r")] + [Run("", DELETED)] * 100)
    data = bytearray(word.build())
    clx = data.index(b"\x02" + struct.pack("<II", 102 * 4 + 101 * 8, 0))
    places = struct.pack("<102I", *range(0, 204, 2))
    data[clx + 5 : clx + 5 + len(places)] = places
    for number in range(101):
        struct.pack_into("<HI", data, clx + 5 + len(places) + 8 * number, 0, 0x800)
    at = data.index(struct.pack("<4H", 0xA5EC, 193, 0, 0x0804))
    struct.pack_into("<I", data, at + 76, 202)
    document = read(bytes(data), tmp_path)
    assert document.text == "\n".join("甲" * 101)


def test_tables_opened_without_end(tmp_path: Path) -> None:
    deep = sprm(0x2416, 1) + sprm(0x6649, 0xFFFFFFFF, size=4)
    word = Word([Run("深\r", block=deep), Run("浅\r"), Run("深\r", block=deep)])
    document = read(word.build(), tmp_path)
    assert document.blocks[0].text == "深"
    assert len(document.tables) == 64


@pytest.mark.parametrize("place", [44, 64, 72])
def test_headers_that_promise_more_than_there_is(place: int, tmp_path: Path) -> None:
    data = bytearray(Word([Run("甲\r")]).build())
    struct.pack_into("<I", data, place, 0x7FFFFFFF)
    assert codes(read(bytes(data), tmp_path, media_type="application/msword")) == [
        "document.broken"
    ]


def test_properties_that_promise_more_than_there_is(tmp_path: Path) -> None:
    word = Word([Run("甲\r")], streams={SUMMARY: endless_summary("推荐表")})
    assert read(word.build(), tmp_path).properties == {"title": "推荐表"}


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (ole({"MatOST": b"x"}), "Microsoft Works"),
        (b"\x01\xfe" + bytes(110) + b"\x01\x00" + bytes(200), "Microsoft Works"),
        (b"\xdb\xa5-\x00\x00\x00" + bytes(200), "Word 2"),
        (b"\x31\xbe\x00\x00\x00\xab" + bytes(200), "Windows Write"),
    ],
)
def test_formats_too_old_are_named(data: bytes, version: str, tmp_path: Path) -> None:
    document = read(data, tmp_path)
    assert codes(document) == ["office.old_format"]
    assert version in document.findings[0].text
    assert not document.readable
