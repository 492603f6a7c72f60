"""Archives in archives, documents that are packages, and archives that hold themselves."""

from __future__ import annotations

import gzip

from tests.builders.archive_set.case import BASIC, NOISE, SHEET, SMALL_LIMITS, TEXT, case, under
from tests.builders.archive_set.quines import gz_quine, zip_quine
from tests.builders.archive_set.rar4_writer import Item as Rar4Item
from tests.builders.archive_set.rar4_writer import rar4
from tests.builders.archive_set.rar5_writer import Item as RarItem
from tests.builders.archive_set.rar5_writer import Key, rar5
from tests.builders.archive_set.tars import tar
from tests.builders.archive_set.zip_writer import DEFLATED, UTF8, Item, zipped

_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_OFD = (
    b'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" '
    b'DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
    b"</ofd:DocBody></ofd:OFD>"
)


def _zip(members: list[tuple[str, bytes]]) -> bytes:
    return zipped([Item(n.encode(), d, DEFLATED, flags=UTF8) for n, d in members])


def _rar(members: list[tuple[str, bytes]]) -> bytes:
    return rar5([RarItem(name, data) for name, data in members])


def _deep(levels: int, write: object = _zip) -> bytes:
    """`levels` archives one in the other; x.txt in the innermost."""
    data, name = TEXT, "x.txt"
    for level in range(levels, 0, -1):
        data = write([(name, data)])  # type: ignore[operator]
        name = f"{level}.zip"
    return data


def _word() -> bytes:
    return _zip([("[Content_Types].xml", _TYPES), ("word/document.xml", b"<w:document/>")])


def _bomb() -> bytes:
    """Sixteen times sixteen times sixteen files of a megabyte (42.zip's way)."""
    data = _zip([("0.bin", bytes(1 << 20))])
    for _ in range(3):
        data = _zip([(f"{n:x}.zip", data) for n in range(16)])
    return data


_MIXED = _zip([("内.rar", _rar(list(BASIC))), ("a.txt", TEXT)])
_FOUR = "2.zip/3.zip/4.zip/x.txt"
_WORD = _word()
_OFD_FILE = _zip([("OFD.xml", _OFD), ("Doc_0/Document.xml", b"<ofd:Document/>")])

CASES = (
    case("nested: four zips", _deep(4), "four levels are followed", wanted=[(_FOUR, TEXT)]),
    case("nested: six zips", _deep(6), "the fifth is kept unopened and said",
         told=[("limit_nesting", "2.zip/3.zip/4.zip/5.zip")]),
    case("nested: four RARs", _deep(4, _rar), "the same in RAR", wanted=[(_FOUR, TEXT)]),
    case("nested: six RARs", _deep(6, _rar), "the same in RAR",
         told=[("limit_nesting", "2.zip/3.zip/4.zip/5.zip")]),
    case("nested: rar in zip", _MIXED, "the usual habit: a package in a package",
         wanted=[*under("内.rar", BASIC), ("a.txt", TEXT)]),
    case("nested: zip in rar", _rar([("内.zip", _zip(list(BASIC))), ("a.txt", TEXT)]),
         "the other way round", wanted=[*under("内.zip", BASIC), ("a.txt", TEXT)]),
    case("nested: tar.gz in rar", _rar([("内.tar.gz", gzip.compress(tar(BASIC), mtime=0))]),
         "from Linux", wanted=under("内.tar.gz", BASIC)),
    case("nested: two of one name", _rar([("1/a.zip", _zip([("x.txt", TEXT)])),
                                          ("2/a.zip", _zip([("x.txt", SHEET)]))]),
         "their paths differ", wanted=[("1/a.zip/x.txt", TEXT), ("2/a.zip/x.txt", SHEET)]),
    case("nested: the same archive twice", _rar([("a.zip", _zip([("x.txt", TEXT)])),
                                                 ("b.zip", _zip([("x.txt", TEXT)]))]),
         "both are opened", wanted=[("a.zip/x.txt", TEXT), ("b.zip/x.txt", TEXT)]),
    case("nested: damaged inside", _rar([("坏.zip", _zip(list(BASIC))[:300]), ("a.txt", TEXT)]),
         "the inner is named", wanted=[("a.txt", TEXT)],
         told=[("member_damaged|partial", None)], strict=False),
    case("nested: empty inside", _rar([("空.zip", zipped([])), ("a.txt", TEXT)]),
         "the inner is named", wanted=[("a.txt", TEXT)], told=[("nested_empty", "空.zip")]),
    case("nested: encrypted inside", _rar([("锁.rar", rar5([
        RarItem("x.txt", TEXT, key=Key("未告知"))])), ("a.txt", TEXT)]), "the inner is named",
         wanted=[("a.txt", TEXT)], told=[("member_encrypted", "锁.rar")], strict=False),
    case("nested: one password for both", rar5([RarItem("内.rar", rar5([
        RarItem("x.txt", TEXT, key=Key("口令"))]), key=Key("口令"))]), "tried inside as well",
         passwords=("口令",), wanted=[("内.rar/x.txt", TEXT)]),
    case("nested: volumes inside", lambda: _rar([
        (f"卷.part{n}.rar", data) for n, data in enumerate(_volumes(), 1)]),
         "the set lies together in the package",
         wanted=[("卷.part1.rar/扫描件.bin", NOISE)], strict=False),
    case("nested: old rar in new", _rar([
        ("旧.rar", rar4([Rar4Item("甲.txt".encode("gbk"), TEXT)]))]),
         "each by its own bytes", wanted=[("旧.rar/甲.txt", TEXT)]),
    case("document: docx inside", _zip([("表.docx", _WORD), ("a.txt", TEXT)]),
         "a document is not taken apart", wanted=[("表.docx", _WORD), ("a.txt", TEXT)]),
    case("document: ofd inside", _zip([("表.ofd", _OFD_FILE)]), "GB/T 33190: a ZIP that is none",
         wanted=[("表.ofd", _OFD_FILE)]),
    case("document: docx named .zip inside", _rar([("表.zip", _WORD)]), "bytes decide",
         wanted=[("表.zip", _WORD)]),
    case("document: docx sent as the package", _WORD, "a document is no package",
         told=["not_an_archive"], bare=True),
    case("bomb: 42.zip", _bomb, "4 GB of zeros out of a few KB, shared budget across nesting",
         told=["limit_total"], limits=SMALL_LIMITS, strict=False),
    case("bomb: gz of zeros", lambda: gzip.compress(bytes(64 << 20), mtime=0),
         "64 MB out of 64 KB", opens="零.gz", told=["limit_total|limit_member"],
         limits=SMALL_LIMITS, bare=True, strict=False),
    case("bomb: gz in gz in gz", lambda: gzip.compress(gzip.compress(gzip.compress(
        bytes(64 << 20), mtime=0), mtime=0), mtime=0), "the budget is shared", opens="零.gz",
         told=["limit_total|limit_member"], limits=SMALL_LIMITS, bare=True, strict=False),
    case("quine: zip", zip_quine, "R. Cox, Zip Files All The Way Down (2010): it holds itself",
         told=["holds_itself|limit_nesting"], strict=False),
    case("quine: gz", gz_quine, "the same as gzip", opens="q.gz",
         told=["holds_itself|limit_nesting"],
         strict=False, bare=True),
)  # fmt: skip


def _volumes() -> list[bytes]:
    from tests.builders.archive_set.rar5_writer import volumes

    return volumes([RarItem("扫描件.bin", NOISE)], 15_000)
