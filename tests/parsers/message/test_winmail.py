"""winmail.dat: names, bytes and text come out; what is cut is kept as far as it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.message import Message
from parsers.message import MessageLimits, read_message
from parsers.message.rtf_text import rtf_of, text_of_rtf
from tests.builders.hostile.tnef_file import embedded, file_of, tnef
from tests.builders.mails import mail, multipart, part

PACK = bytes(range(256)) * 5
TWO = tnef(
    file_of(PACK, b"A.RAR", long_name="申报材料.rar"),
    file_of(b"second", "盖章页.pdf".encode("gbk")),
    body="正文在此".encode("gbk"),
)


def _read(data: bytes, tmp_path: Path, limits: MessageLimits | None = None) -> Message:
    text = part(b"  \n", media_type=b"text/plain", encoding="")
    wrapped = part(data, media_type=b"application/ms-tnef; name=winmail.dat")
    path = tmp_path / "m.eml"
    path.write_bytes(mail(multipart(text, wrapped)))
    return read_message(path, tmp_path / "parts", limits)


def _codes(message: Message) -> list[str]:
    return [finding.code.removeprefix("message.") for finding in message.findings]


def _files(message: Message) -> list[tuple[str, bytes]]:
    return [(file.name, file.path.read_bytes()) for file in message.attachments]


def test_files_take_the_place_of_the_wrapping(tmp_path: Path) -> None:
    message = _read(TWO, tmp_path)
    assert _files(message) == [("申报材料.rar", PACK), ("盖章页.pdf", b"second")]
    assert message.text == "正文在此"
    assert _codes(message) == ["tnef_opened"]
    [finding] = message.findings
    assert "2个文件" in finding.text
    assert set((tmp_path / "parts").iterdir()) == {file.path for file in message.attachments}


def test_cut_anywhere(tmp_path: Path) -> None:
    """The files are the whole ones' beginnings, in their order; the wrapping stays, and is told."""
    whole = [PACK, b"second"]
    for size in range(4, len(TWO) - 1, 3):
        folder = tmp_path / str(size)
        folder.mkdir()
        message = _read(TWO[:size], folder)
        if "tnef_opened" in _codes(message):  # cut between two attributes: nobody can tell
            files = _files(message)
        else:
            *files, last = _files(message)
            assert last == ("winmail.dat", TWO[:size])
            assert "tnef_broken" in _codes(message)
        assert len(files) <= 2
        for (_, data), full in zip(files, whole, strict=False):
            assert full.startswith(data)


def test_wrong_checksum_is_only_noted(tmp_path: Path) -> None:
    message = _read(tnef(file_of(PACK, b"a.rar", checksum=7)), tmp_path)
    assert _files(message) == [("a.rar", PACK)]
    assert _codes(message) == ["tnef_checksum", "tnef_opened"]


@pytest.mark.parametrize(
    ("code_page", "name"),
    [(936, "龑.doc"), (950, "臺灣.doc"), (65001, "龑𠮷.doc"), (932, "表.doc")],
)
def test_names_in_the_code_page(code_page: int, name: str, tmp_path: Path) -> None:
    codec = {936: "gbk", 950: "big5", 65001: "utf-8", 932: "cp932"}[code_page]
    message = _read(tnef(file_of(PACK, name.encode(codec)), code_page=code_page), tmp_path)
    assert _files(message) == [(name, PACK)]


def test_mail_within_is_one_file(tmp_path: Path) -> None:
    inner = tnef(file_of(PACK, b"a.rar"))
    message = _read(tnef(embedded(inner, "转来"), file_of(b"x", b"b.txt")), tmp_path)
    assert _files(message) == [("转来", inner), ("b.txt", b"x")]
    assert message.attachments[0].media_type == "application/ms-tnef"
    assert _codes(message) == ["tnef_embedded", "tnef_opened"]


def test_too_many_files(tmp_path: Path) -> None:
    data = tnef(*[file_of(b"%d" % number, b"%d.txt" % number) for number in range(9)])
    message = _read(data, tmp_path, MessageLimits(parts=5))
    assert [name for name, _ in _files(message)] == ["0.txt", "1.txt", "2.txt", "3.txt",
                                                    "winmail.dat"]  # fmt: skip
    assert _codes(message) == ["limit_parts"]


def test_text_of_the_mail_itself_comes_first(tmp_path: Path) -> None:
    text = part(b"outer", media_type=b"text/plain", encoding="")
    path = tmp_path / "m.eml"
    path.write_bytes(mail(multipart(text, part(TWO, media_type=b"application/ms-tnef"))))
    assert read_message(path, tmp_path / "parts").text == "outer"


HELLO = bytes.fromhex(  # MS-OXRTFCP 4.1.1
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a80"
    "0fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_compressed_rtf() -> None:
    assert rtf_of(HELLO, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf_of(REPEATED, 1000) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert rtf_of(HELLO, 1) == b"{"
    assert rtf_of(b"PK\x03\x04" * 9, 1000) == b""
    for size in range(len(HELLO)):
        assert rtf_of(HELLO, 1000).startswith(rtf_of(HELLO[:size], 1000))


@pytest.mark.parametrize(
    ("rtf", "expected"),
    [
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}\'d5\'c5 a\par b}", "张 a\nb"),
        (rb"{\rtf1\uc1 \u24352?b\u-10179 ?\u-8704?}", "张b😀"),
        (rb"{\rtf1\uc2 \u24352\'d5\'c5b}", "张b"),
        (rb"{\rtf1 a{\*\htmltag <p>}\{b\}\\}", "a{b}\\"),
        (rb"{\rtf1 a{\pict 0102}b\cell c}}}}", "ab\tc"),
        (b"{" * 5000 + b"a", ""),
    ],
)
def test_words_of_rtf(rtf: bytes, expected: str) -> None:
    assert text_of_rtf(rtf, "cp936") == expected


def test_more_attributes_than_any_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parsers.message.tnef._MOST_ATTRIBUTES", 9)
    message = _read(TWO, tmp_path)
    assert _files(message) == [("申报材料.rar", PACK), ("winmail.dat", TWO)]
    assert _codes(message) == ["tnef_broken"]
