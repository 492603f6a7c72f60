"""What is wrong with a programme file, told with its line and with what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import ProgrammeError
from programmes import find_programme, load_programme, shipped_programmes

GOOD = """\
id = "p"
title = "某项目"
year = 2021
[window]
closes = 2021-06-16
[naming]
separator = "+"
[[materials]]
id = "a"
label = "甲"
[[materials]]
id = "b"
label = "乙"
[materials.recognise]
name_words = ["乙"]
"""


def _write(folder: Path, text: str, name: str = "p.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def _said(path: Path) -> str:
    with pytest.raises(ProgrammeError) as caught:
        load_programme(path)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_the_good_one_is_good(tmp_path: Path) -> None:
    rules = load_programme(_write(tmp_path, GOOD))
    assert [one.id for one in rules.materials] == ["a", "b"]


FAULTS = [
    ('title = "某项目"', 'colour = "red"', 2, "unknown key; allowed here: id, title, year"),
    ('title = "某项目"\n', "", 1, "title: is missing"),
    ("year = 2021", 'year = "soon"', 3, "integer"),
    ("year = 2021", "year = 1821", 3, "2000"),
    ("year = 2021", 'year = 2021\ntimezone = "Peking"', 4, "Asia/Shanghai"),
    ("closes = 2021-06-16", 'closes = "2021-06-16"', 5, "without quotes"),
    ("closes = 2021-06-16", "closes = 1623801600", 5, "without quotes"),
    ("closes = 2021-06-16", "closes = 17:00:00", 5, "without quotes"),
    ("closes = 2021-06-16", "closes = 2021-06-16T17:00:00+08:00", 5, "without a zone"),
    ("closes = 2021-06-16", "closes = 2021-06-16\nopens = 2021-07-01", 1, "closes before it opens"),
    (
        "closes = 2021-06-16",
        "closes = 2021-06-16\n[late]\nuntil = 2021-06-15",
        6,
        "late: `until` is before the end",
    ),
    ('separator = "+"', 'separator = ""', 7, "1 to 4 characters"),
    ('separator = "+"', 'sep = "+"', 7, "allowed here: order, separator"),
    ('separator = "+"', 'order = ["name", "name"]', 7, '["number", "name"]'),
    ('separator = "+"', "number_pattern = '['", 7, "not a regular expression"),
    ('separator = "+"', "number_pattern = 'ZB\\d+/\\d+'", 7, "it admits '/'"),
    ('separator = "+"', "number_pattern = '[.]\\d+'", 7, "a leading dot"),
    ('separator = "+"', "number_pattern = 'a\\s1'", 7, "it admits '\\t'"),
    ('separator = "+"', 'applies_to = ["body"]', 7, "subject"),
    ('label = "甲"', 'label = ""', 10, "at least 1"),
    ('label = "甲"', 'label = "甲"\nleast = -1', 11, "greater than or equal to 0"),
    ('label = "甲"', 'label = "甲"\nleast = 3\nmost = 2', 8, "`most` is smaller than `least`"),
    ('label = "乙"', 'label = "乙"\nformats = ["pdf", "wrod"]', 14, "allowed: pdf, ofd, word"),
    ('id = "b"', 'id = "乙"', 12, "pattern"),
    ('id = "b"', 'id = "a"', 1, "'a' is used twice"),
    ('name_words = ["乙"]', 'name_words = ["("]', 15, "not a regular expression"),
    ('name_words = ["乙"]', 'word = ["乙"]', 15, "allowed here: name_words, content_words"),
    ('name_words = ["乙"]', 'name_words = []\n[late]\npolicy = "never"', 17, "'refuse', 'clerk'"),
    ('name_words = ["乙"]', 'name_words = []\n[receipt]\nnumber = "HZ{year}"', 17, "{serial}"),
    ('name_words = ["乙"]', 'name_words = []\n[receipt]\nnumber = "{x}"', 17, "{year}"),
    ('id = "p"', 'id = "q"', 1, "named 'p.toml'"),
    ('id = "p"', 'id = "p"\nversion = "1"', 2, "version is not written by hand"),
    ('title = "某项目"', 'title = "某项目', 2, "not valid TOML"),
    ("[naming]", "[naming", 6, "not valid TOML"),
    ("year = 2021", "year = 2021\nyear = 2022", 4, "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "line", "said"), FAULTS)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert GOOD.count(old) == 1
    path = _write(tmp_path, GOOD.replace(old, new))
    message = _said(path)
    assert said in message
    assert f"{path}:{line}: " in message


def test_all_faults_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD.replace("year = 2021", "year = 0").replace('id = "b"', 'id = "B"')
    message = _said(_write(tmp_path, text.replace('label = "甲"', 'label = "甲"\ncolour = 1')))
    places = [int(line.split(":")[1]) for line in message.splitlines()]
    assert places == sorted(places)
    assert len(places) == 3


def test_a_programme_without_materials_is_none(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[[materials]]")]
    assert "materials: is missing" in _said(_write(tmp_path, text))


def test_no_file_a_folder_and_other_encodings(tmp_path: Path) -> None:
    assert "no such file" in _said(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read" in _said(tmp_path / "folder.toml")
    for encoding in ("gb18030", "utf-16"):
        path = tmp_path / "p.toml"
        path.write_bytes(GOOD.encode(encoding))
        assert "Save it in UTF-8" in _said(path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_programme(path).title == "某项目"


def test_an_edited_file_is_read_anew(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD)
    first = load_programme(path)
    assert load_programme(path) is first
    # The same length and perhaps the same second: only the content tells.
    _write(tmp_path, GOOD.replace("2021-06-16", "2021-06-17"))
    second = load_programme(path)
    assert second.window.closes != first.window.closes
    assert second.version != first.version


def test_a_broken_file_that_was_mended_is_good(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD + "[")
    _said(path)
    _write(tmp_path, GOOD)
    assert load_programme(path).id == "p"


def test_the_version_is_that_of_the_text(tmp_path: Path) -> None:
    versions = {
        load_programme(_write(tmp_path, text)).version
        for text in (GOOD, GOOD + "# a remark\n", GOOD)
    }
    assert len(versions) == 2


def test_finding_a_programme(tmp_path: Path) -> None:
    _write(tmp_path, GOOD)
    assert find_programme("p", tmp_path).title == "某项目"
    assert find_programme(str(tmp_path / "p.toml")).title == "某项目"
    own = GOOD.replace('id = "p"', 'id = "national-2021"')
    _write(tmp_path, own, "national-2021.toml")
    assert find_programme("national-2021", tmp_path).title == "某项目"
    assert find_programme("national-2021").title != "某项目"
    with pytest.raises(ProgrammeError) as caught:
        find_programme("nowhere", tmp_path)
    for name in (*shipped_programmes(), "p"):
        assert name in caught.value.advice
