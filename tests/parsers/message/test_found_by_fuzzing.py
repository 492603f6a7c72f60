"""Shapes that a search over the reader found to be wrong or dear, as small as they get."""

from __future__ import annotations

import binascii
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest

from parsers.message import MessageLimits, read_message
from parsers.message.base64_stream import Base64
from parsers.message.decoder import GARBAGE
from parsers.message.heads import read_head
from parsers.message.lines import Source
from parsers.message.notes import Notes
from parsers.message.parameters import read_parameters
from parsers.message.structure import leaves
from parsers.message.transfer import uu_line

_MB = 1 << 20


@pytest.mark.parametrize("white", [b"\x0b", b"\x0c", b"\x1c", b"\x85", b"\xa0", b"\0", b"\x7f"])
@pytest.mark.parametrize("text", [b"YWJ%jZGVm", b"YWJj%\nZGVm", b"YQ==%YQ==", b"%YWJjZGVm"])
def test_white_space_that_is_none_in_base64(white: bytes, text: bytes) -> None:
    """It made the decoder raise: the groups were counted with it."""
    out = bytearray()
    decoder = Base64(out.extend)
    decoder.feed(text.replace(b"%", white))
    decoder.close()
    assert bytes(out) in (b"abcdef", b"a", b"")
    assert decoder.faults >= {GARBAGE}


@pytest.mark.parametrize("size", range(1, 46))
def test_what_fills_the_last_group_of_uuencode(size: int) -> None:
    """It made the decoder raise where it was no blank."""
    line = binascii.b2a_uu(bytes(range(100, 100 + size))).rstrip(b"\n")
    needed = 1 + (size * 8 + 5) // 6
    assert uu_line(line[:needed] + b"A" * (len(line) - needed)) == bytes(range(100, 100 + size))


class _Counted(BytesIO):
    """Counts the bytes that are read from it, again and again."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def _bytes_read(raw: bytes) -> int:
    file = _Counted(raw)
    limits, notes = MessageLimits(), Notes()
    source = Source(file)
    top = read_head(source, limits, notes)
    for leaf in leaves(source, top, limits, notes, count(1)):
        for _ in leaf.content:
            """Nothing but the reading is looked at."""
    return file.taken


def _tower(levels: int, declared: bytes, filler: bytes) -> bytes:
    """Multiparts within one another; declared: the boundary that each says it has."""
    raw = b"From: a@b.cn\nContent-Type: multipart/mixed; boundary=" + declared + b"\n\n"
    for level in range(levels):
        raw += b"--r%d\nContent-Type: multipart/mixed; boundary=%s%d\n\n" % (level, declared, level)
    return raw + b"--last\n\n" + filler


@pytest.mark.parametrize("filler", [b"x" * 76 + b"\n", b"--r\n", b"--\n"])
def test_wrong_boundaries_do_not_read_the_mail_once_for_each(filler: bytes) -> None:
    raw = _tower(100, b"none", filler * (4 * _MB // len(filler)))
    # 16 MiB may be read for nothing, and the scan that goes past that.
    assert _bytes_read(raw) < 7 * len(raw)


def test_right_boundaries_are_read_once() -> None:
    raw = b"From: a@b.cn\nContent-Type: multipart/mixed; boundary=r0\n\n"
    for level in range(100):
        raw += b"--r%d\nContent-Type: multipart/mixed; boundary=r%d\n\n" % (level, level + 1)
    raw += b"--r100\n\n" + b"--r\n" * _MB
    assert _bytes_read(raw) < 1.3 * len(raw)


@pytest.mark.parametrize(
    "header",
    [b";" * 500_000, b"; " * 250_000, b"; a" * 200_000, b"; a=" * 200_000, b" " * 500_000 + b"=",
     b'; a="' + b"\\" * 500_000, b"; a*0=" * 100_000, b"()" * 250_000, b"a" * 500_000,
     b"; a=\"" + b"=?a?q?" * 80_000],
    ids=range(10),
)  # fmt: skip
def test_parameters_in_time_that_grows_with_their_length(header: bytes) -> None:
    """None of these ends within hours where the way back is taken for every character."""
    assert read_parameters(b"a/b; name=x" + header).get("name").text.startswith("x")


@pytest.mark.parametrize(
    "value",
    [b"=?" * 300_000, b"=?a?b?" * 100_000, b"=?a?q?" + b"?" * 500_000, b"=?a?b?" + b" " * 500_000,
     b"=?a?b?" + b"=" * 500_000, b"=" + b"\n =" * 200_000, b"=?\n " * 150_000],
    ids=range(7),
)  # fmt: skip
def test_words_in_time_that_grows_with_their_length(value: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(b"From: a@b.cn\nSubject: " + value + b"\nTo: c@d.cn\n\nhello")
    message = read_message(path, tmp_path / "parts")
    assert message.text == "hello"
    assert [one.address for one in message.to] == ["c@d.cn"]
