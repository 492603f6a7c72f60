"""Passwords that stand in a text, and in the comments of archives."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.demo.rar import rar5
from model.container import UnpackLimits
from parsers.archives import passwords_in
from parsers.archives.engine_listing import engine_listing
from parsers.archives.program import ready
from tests.builders.archives import engine_archive
from tests.parsers.archives.conftest import Open, codes, contents

MEMBERS = (("说明.txt", b"text " * 300),)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("解压密码:Abc123", "Abc123"),
        ("解压密码：Abc123，请查收", "Abc123"),
        ("压缩包密码是“2024@zb”。", "2024@zb"),
        ("压缩包的密码为：Zb#2024", "Zb#2024"),
        ("解压码:8888", "8888"),
        ("附件密码为【zb01】", "zb01"),
        ("Password: Abc123.", "Abc123"),
        ("解压密码（区分大小写）：aB3", "aB3"),
        ("解压密码：\r\nzb2024", "zb2024"),
        ("解压密码:www.example.cn", "www.example.cn"),
        ("密码：中国建筑", "中国建筑"),
        ("提取码：abcd 解压密码：q1w2", "q1w2"),
        ("各位老师好：\n　附件为申报材料，文件密码均为123456谢谢", "123456"),
        ("解压密码 ： “a b c”", "a b c"),
    ],
)
def test_a_password_that_is_named(text: str, password: str) -> None:
    assert passwords_in(text)[0] == password


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Abc123",
        "附件已加密，密码另行短信告知",
        "密码：请见短信",
        "密码是请电话联系",
        "邮箱密码请勿外泄",
        "密码为空",
        "密码：无",
        "密码是什么",
        "the password is secret",
        "bypassword:xx",
        "解压码 8888",
        "提取码：abcd",
    ],
)
def test_prose_names_none(text: str) -> None:
    assert passwords_in(text) == ()


def test_full_width_letters_are_read_both_ways() -> None:
    assert passwords_in("密码：１２３４") == ("１２３４", "1234")


def test_at_most_ten_in_their_order() -> None:
    found = passwords_in("\n".join(f"解压密码：p{n}" for n in range(30)))
    assert found == tuple(f"p{n}" for n in range(10))


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_comes_after_the_word(before: str, after: str) -> None:
    found = passwords_in(f"{before}解压密码：{after}")
    assert len(found) <= 10
    assert all(one == one.strip() and one.isprintable() and len(one) <= 127 for one in found)


def commented(folder: Path, comment: str, password: str) -> Path:
    """A ZIP of the engine's, with a comment put behind its end record."""
    path = engine_archive(folder, MEMBERS, "-tzip", f"-p{password}", name="a.zip")
    text = comment.encode("gbk")
    data = path.read_bytes()
    assert data[-2:] == b"\0\0"
    path.write_bytes(data[:-2] + len(text).to_bytes(2, "little") + text)
    return path


def test_a_comment_that_tells(open_archive: Open, tmp_path: Path) -> None:
    path = commented(tmp_path, "某单位申报材料\r\n解压密码：zb@2024", "zb@2024")
    unpacked = open_archive(path, passwords=("wrong",))
    assert contents(unpacked) == dict(MEMBERS)
    assert codes(unpacked) == ["package.password_in_comment"]


def test_a_comment_tells_of_archives_inside(open_archive: Open, tmp_path: Path) -> None:
    inner = rar5(MEMBERS, password="内层", encrypt_headers=True)
    path = engine_archive(tmp_path, (("内.rar", inner),), "-tzip", name="a.zip")
    text = "密码：内层".encode("gbk")
    data = path.read_bytes()
    path.write_bytes(data[:-2] + len(text).to_bytes(2, "little") + text)
    unpacked = open_archive(path)
    assert contents(unpacked)["内.rar/说明.txt"] == b"text " * 300
    assert codes(unpacked) == ["package.password_in_comment"]


def test_given_ones_come_first_and_all_count(open_archive: Open, tmp_path: Path) -> None:
    path = commented(tmp_path, "解压密码：a\n解压密码：b\n解压密码：good", "good")
    unpacked = open_archive(path, passwords=("x", "y"), limits=UnpackLimits(passwords=4))
    assert not contents(unpacked)
    assert codes(unpacked)[:2] == ["package.limit_passwords", "package.encrypted"]
    assert dict(unpacked.findings[0].params) == {"count": "5", "limit": "4"}
    assert unpacked.cost.passwords == 2
    again = open_archive(
        path, passwords=("x",), limits=UnpackLimits(passwords=4), cost=unpacked.cost
    )
    assert not contents(again)
    assert contents(open_archive(path, limits=UnpackLimits(passwords=4)))


def test_a_comment_of_rar_as_the_engine_lists_it(open_archive: Open, tmp_path: Path) -> None:
    """What a listing prints between braces is one comment, whatever lines are in it."""
    path = commented(tmp_path, "第一行\n----------\nPath = x\n\n解压密码：k1", "k1")
    done = subprocess.run(
        [ready(), "l", "-slt", path], capture_output=True, check=True, stdin=subprocess.DEVNULL
    )
    assert b"Path = x" in done.stdout
    listing, _ = engine_listing(path, "zip", "", UnpackLimits(), 100, time.monotonic() + 60)
    assert [entry.name for entry in listing.entries] == ["说明.txt"]
    assert passwords_in(listing.comment) == ("k1",)
