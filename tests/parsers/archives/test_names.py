from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parsers.archives.names import Names, decode_name, reads_the_same, safe_path


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        ("合同.doc".encode("gbk"), "合同.doc", "gb18030"),
        ("合同.doc".encode(), "合同.doc", "utf-8"),
        (b"plain.doc", "plain.doc", "utf-8"),
        ("盖章\\表.txt".encode("gbk"), "盖章\\表.txt", "gb18030"),
        (b"caf\x82", "café", "cp437"),
        ("俓.txt".encode("gb18030"), "俓.txt", "gb18030"),
    ],
)
def test_decode_name(raw: bytes, text: str, encoding: str) -> None:
    assert decode_name(raw) == (text, encoding)


def test_the_unicode_path_field_comes_first() -> None:
    assert decode_name("合同".encode("gbk"), "盖章".encode()) == ("盖章", "utf-8")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("推荐表.pdf", "推荐表.pdf"),
        ("材料\\推荐表.pdf", "材料/推荐表.pdf"),
        ("./a//b/./c.txt", "a/b/c.txt"),
        ("../../etc/passwd", "__/__/etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\a.txt", "C：/Windows/a.txt"),
        ("附件3:统计表?.xls", "附件3：统计表？.xls"),
        ("a\x00b\nc", "a_b_c"),
        ("发票\u202efdp.exe", "发票_fdp.exe"),
        ("con.txt", "_con.txt"),
        ("材料/NUL", "材料/_NUL"),
        ("com¹.doc", "_com¹.doc"),
        ("name. . ", "name____"),
        ("...", "___"),
        ("", "_"),
        ("/", "_"),
        ("\ud800x", "_x"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_safe_path(name: str, path: str) -> None:
    assert safe_path(name) == path


def test_a_long_name_keeps_its_ending_and_stays_apart() -> None:
    first, second = safe_path("长" * 100 + "一.docx"), safe_path("长" * 100 + "二.docx")
    assert first.endswith(".docx")
    assert len(first.encode()) <= 255
    assert first != second


def test_a_deep_path_keeps_its_last_part() -> None:
    path = safe_path("/".join(["层"] * 100) + "/a.pdf", depth=32)
    assert path.count("/") == 31
    assert path.endswith("/a.pdf")


def test_a_long_path_is_bounded() -> None:
    path = safe_path("/".join(["层" * 60] * 30) + "/" + "名" * 70 + ".pdf")
    assert len(path.encode()) <= 1024 + 255
    assert path.endswith(".pdf")


NASTY = st.text(
    st.one_of(
        st.sampled_from('./\\:*?"<>|~ \x00\n\x7f\u202e\u200b\u2028\ud800ﬁéa测'), st.characters()
    ),
    max_size=600,
)


@given(NASTY)
@example("..\\..")
@example(". ./.. ./...")
@example("CON .txt")
@example("e\u200b\u0301")
def test_any_text_becomes_a_safe_path(name: str) -> None:
    path = safe_path(name)
    parts = path.split("/")
    assert 1 <= len(parts) <= 32
    assert path == unicodedata.normalize("NFC", path)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in path)
    assert not set('\\<>:"|?*\u202e\u2066\u200b') & set(path)
    for part in parts:
        assert part
        assert not part.startswith("..") or part.strip(".")
        assert part not in (".", "..")
        assert not part.endswith((".", " "))
        assert len(part.encode()) <= 255
    assert safe_path(path) == path


@given(st.lists(st.tuples(NASTY, st.booleans()), max_size=30))
def test_paths_of_one_container_are_apart(named: list[tuple[str, bool]]) -> None:
    names = Names()
    files: set[str] = set()
    given_out: list[str] = []
    for name, stored in named:
        path = names.unique(safe_path(name), stored=stored)
        given_out.append(path)
        if stored:
            files.add(path.casefold())
    assert len({path.casefold() for path in given_out}) == len(given_out)
    for path in given_out:
        parts = path.casefold().split("/")
        assert not any("/".join(parts[:n]) in files for n in range(1, len(parts)))
        assert all(len(part.encode()) <= 255 for part in path.split("/"))


def test_a_number_goes_before_the_ending() -> None:
    names = Names()
    given_out = [names.unique(path) for path in ("a/推荐表.PDF", "a/推荐表.pdf", "A/推荐表.pdf")]
    assert given_out == ["a/推荐表.PDF", "a/推荐表 (2).pdf", "A/推荐表 (3).pdf"]


def test_a_file_and_a_folder_of_one_name() -> None:
    names = Names()
    assert names.unique("材料") == "材料"
    assert names.unique("材料/a.txt") == "材料 (2)/a.txt"
    assert names.unique("材料/b.txt") == "材料 (2)/b.txt"
    assert names.unique("up", stored=False) == "up"
    assert names.unique("up/a.txt") == "up/a.txt"


@pytest.mark.parametrize(
    ("name", "same"),
    [("a/b", True), ("a\\b", True), ("./a/b/", True), ("/a/b", False), ("a/../b", False)],
)
def test_reads_the_same(name: str, same: bool) -> None:
    assert reads_the_same(name, safe_path(name)) is same
