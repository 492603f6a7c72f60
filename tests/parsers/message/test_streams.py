"""What comes in blocks is read as if it came at once: delimiters, base64 in segments, yEnc."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.message.base64_stream import Base64
from parsers.message.decoder import GARBAGE, SEGMENTS
from parsers.message.lines import BLOCK_BYTES, LINE_BYTES, Source, Starts
from parsers.message.yenc import YencWatch


class _Edges:
    """Delimiters of the named boundaries."""

    def __init__(self, *boundaries: bytes) -> None:
        self._lines = {b"--" + boundary for boundary in boundaries}
        size = min(12, *(len(line) for line in self._lines))
        starts = frozenset(line[:size] for line in self._lines)
        self.starts = Starts(next(iter(starts)) if len(starts) == 1 else b"--", size, starts)

    def matches(self, line: bytes) -> bool:
        return line.rstrip() in self._lines


@pytest.mark.parametrize("edges", [_Edges(b"=_edge"), _Edges(b"=_edge", b"x", b"=_other")])
@pytest.mark.parametrize("filler", [b"a" * 75 + b"\n", b"--=_edge0\n", b"--\n"])
@pytest.mark.parametrize("near", [BLOCK_BYTES, BLOCK_BYTES - LINE_BYTES])
def test_a_delimiter_at_the_end_of_a_block(edges: _Edges, filler: bytes, near: int) -> None:
    for offset in range(-12, 3):
        size = near + offset
        lines, rest = divmod(size - 1, len(filler))
        body = b"a" * rest + b"\n" + filler * lines
        source = Source(BytesIO(body + b"\r\n--=_edge\nrest"))
        assert b"".join(source.until(edges)) == body
        assert source.line() == b"--=_edge\n"
        assert source.line() == b"rest"


def _in_blocks(text: bytes, sizes: list[int]) -> tuple[bytes, set[str]]:
    out = bytearray()
    decoder = Base64(out.extend)
    at = 0
    while at < len(text):
        size = sizes[at % len(sizes)]
        decoder.feed(text[at : at + size])
        at += size
    decoder.close()
    return bytes(out), decoder.faults


@given(
    st.lists(st.binary(max_size=40), min_size=1, max_size=6),
    st.lists(st.integers(1, 30), min_size=1, max_size=5),
    st.sampled_from([b"", b"\n", b"\r\n"]),
)
@settings(max_examples=300, deadline=None)
def test_segments_are_joined(pieces: list[bytes], sizes: list[int], between: bytes) -> None:
    text = between.join(base64.b64encode(piece) for piece in pieces)
    data, faults = _in_blocks(text, sizes)
    assert data == b"".join(pieces)
    assert faults <= {SEGMENTS}
    padded = [at for at, piece in enumerate(pieces) if len(piece) % 3]
    assert (SEGMENTS in faults) == bool(padded and any(pieces[padded[0] + 1 :]))


FOOTERS = (
    b"\n_____\nlist mailing list\n", b"\nThis list is for fun\n", b"\n!", b"\nQQ", b"\nQ=\n",
    "\n--\n扫描无毒\n".encode("gbk"), b"\nWVdK\nQ",
)  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS)
@given(sizes=st.lists(st.integers(3, 90), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_what_is_no_segment_stays_out(footer: bytes, sizes: list[int]) -> None:
    data, faults = _in_blocks(base64.encodebytes(b"abcd" * 30 + b"e") + footer, sizes)
    assert (data, faults) == (b"abcd" * 30 + b"e", {GARBAGE})


def test_a_good_segment_before_a_footer_is_kept() -> None:
    text = base64.encodebytes(b"ab") + base64.encodebytes(b"cd") + b"\n-- \nfooter\n"
    assert _in_blocks(text, [1000]) == (b"abcd", {SEGMENTS, GARBAGE})


def test_a_large_second_segment() -> None:
    data = bytes(range(256)) * 16_000
    text = base64.encodebytes(b"a") + base64.encodebytes(data)
    assert _in_blocks(text, [50_000]) == (b"a" + data, {SEGMENTS})


@given(st.lists(st.integers(1, 200), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_yenc_is_seen_in_any_blocks(sizes: list[int]) -> None:
    text = (
        b"see =ybegin line=1 size=2 name=no\n" + b"x" * 300 + b"\r\n=ybegin part=1 line=128 size=9 "
        b"name=\xc9\xea.rar\r\n=ypart begin=1 end=9\r\nabc\r\n=yend size=9\r\n"
    )
    out = bytearray()
    watch = YencWatch(out.extend, 10)
    at = 0
    while at < len(text):
        size = sizes[at % len(sizes)]
        watch.write(text[at : at + size])
        at += size
    assert bytes(out) == text
    assert watch.names == [b"\xc9\xea.rar"]


@pytest.mark.parametrize(
    "between",
    [b"!!!!\n", b"\n*** virus scanned ***\n\n", "病毒已扫描\n".encode("gbk"), b"-- scanned: ok\n"],
)
def test_words_between_lines_of_base64(between: bytes) -> None:
    data = bytes(range(256)) * 4
    lines = base64.encodebytes(data).splitlines(keepends=True)
    text = b"".join(lines[:5]) + between + b"".join(lines[5:])
    assert _in_blocks(text, [100_000]) == (data, {GARBAGE})


def test_a_stray_character_in_a_line_of_base64() -> None:
    text = base64.b64encode(bytes(range(45)))
    assert _in_blocks(text[:9] + b"\xff" + text[9:], [1000]) == (bytes(range(45)), {GARBAGE})
