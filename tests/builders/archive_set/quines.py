"""Archives that hold themselves, derived here.

Source: R. Cox, "Zip Files All The Way Down" (2010): deflate as a language of two words, "print the
next n bytes" (a stored block) and "repeat the last n" (a match), each five bytes long, and a
checksum that is solved for. RFC 1951 3.2.3 to 3.2.6, RFC 1952, APPNOTE.TXT 4.3.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Callable

_WORD = 5
"""Bytes of one word of the language."""
_LENGTHS = (
    (3, 257, 0), (11, 265, 1), (19, 269, 2), (35, 273, 3), (67, 277, 4), (131, 281, 5),
    (258, 285, 0),
)  # fmt: skip
_BLOCK_BITS, _END_BITS = "010", "0000000"
_FINAL = b"\x01\x00\x00\xff\xff"
_MARK = b"\xde\xad\xbe\xef"
"""Where the checksum stands, until it is known."""


def gz_quine() -> bytes:
    """A gzip file whose one member, q.gz, is the file itself."""
    head = b"\x1f\x8b\x08\x08" + bytes(5) + b"\x03" + b"q.gz\0"
    return _solved(lambda size: (head, _FINAL + _MARK + struct.pack("<I", size)))


def zip_quine() -> bytes:
    """A ZIP whose one member, q.zip, is the file itself."""

    def ends(size: int) -> tuple[bytes, bytes]:
        # A head of 60 bytes and a tail of 253 are what five bytes can repeat.
        packed = size - 60 - 248
        common = struct.pack("<HHHI", 20, 0, 8, 0x52B1 << 16) + _MARK
        common += struct.pack("<IIH", packed, size, 5)
        head = b"PK\x03\x04" + common + b"\x19\0q.zip" + b"\xfe\xca\x15\0" + bytes(21)
        place = b"\0\0" + struct.pack("<HHHII", 0, 0, 0, 0, 0)
        central = b"PK\x01\x02" + struct.pack("<H", 20) + common + place + b"q.zip"
        end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 51, 60 + packed, 175)
        return head, _FINAL + central + end + b"x" * 175

    return _solved(ends)


def _solved(ends: Callable[[int], tuple[bytes, bytes]]) -> bytes:
    size = len(_program(*ends(1000)))
    return _with_checksum(_program(*ends(size)))


def _program(head: bytes, tail: bytes) -> bytes:
    """Cox's program: what it prints is what it is."""
    start = len(head) + _WORD
    stop = len(tail) + _WORD
    show_start, again_start = _print(start), _repeat(start)
    show_stop, again_stop = _print(stop), _repeat(stop)
    one, four, again = _print(_WORD), _print(4 * _WORD), _repeat(4 * _WORD)
    nothing = _print(0)
    middle = again_start + one + one + four
    last = again + nothing + nothing + show_stop
    return b"".join((
        head, show_start, head, show_start, again_start, one, again_start, one, one, four,
        middle, again, four, again, four, again, four, again, four,
        last, last, again_stop, tail, again_stop, tail,
    ))  # fmt: skip


def _print(count: int) -> bytes:
    """A stored block's header: the next `count` bytes are literal."""
    return b"\0" + struct.pack("<HH", count, 0xFFFF ^ count)


def _repeat(count: int) -> bytes:
    """The last `count` bytes again, in a block of fixed codes of exactly 40 bits with its end."""
    for pieces in range(1, 5):
        for cuts in itertools.combinations(range(3, count - 2), pieces - 1):
            edges = (0, *cuts, count)
            sizes = [b - a for a, b in itertools.pairwise(edges)]
            if min(sizes) < 3:
                continue
            bits = _BLOCK_BITS + "".join(_match(s, count) for s in sizes) + _END_BITS
            while len(bits) < 8 * _WORD:
                bits += _BLOCK_BITS + _END_BITS
            if len(bits) == 8 * _WORD:
                return _bytes(bits)
    raise ValueError(f"no word of five bytes repeats {count}")


def _match(length: int, distance: int) -> str:
    base, code, extra = next(one for one in reversed(_LENGTHS) if one[0] <= length)
    step = (length - base) >> extra
    code += step
    huffman = f"{code - 256:07b}" if code < 280 else f"{code - 280 + 0b11000000:08b}"
    rest = (length - base) & (1 << extra) - 1
    low = f"{rest:0{extra}b}"[::-1] if extra else ""
    return huffman + low + _distance(distance)


def _distance(distance: int) -> str:
    if distance <= 4:
        return f"{distance - 1:05b}"
    extra = (distance - 1).bit_length() - 2
    code = 2 * extra + 2 + ((distance - 1) >> extra & 1)
    rest = (distance - 1) & (1 << extra) - 1
    return f"{code:05b}" + f"{rest:0{extra}b}"[::-1]


def _bytes(bits: str) -> bytes:
    """Bits in the order of RFC 1951 3.1.1: the first is the lowest of the first byte."""
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))


def _with_checksum(archive: bytes) -> bytes:
    """Solve crc(archive with x in all its places) = x: linear over GF(2), 32 unknowns."""

    def told(value: int) -> int:
        return zlib.crc32(archive.replace(_MARK, struct.pack("<I", value)))

    base = told(0)
    # told(x) ^ x = base ^ (sum of columns of x); wanted: 0.
    rows = [(told(1 << bit) ^ base ^ 1 << bit, 1 << bit) for bit in range(32)]
    pivots: dict[int, tuple[int, int]] = {}
    for column, mask in rows:
        while column and (high := column.bit_length() - 1) in pivots:
            column, mask = column ^ pivots[high][0], mask ^ pivots[high][1]
        if column:
            pivots[column.bit_length() - 1] = (column, mask)
    left, answer = base, 0
    while left:
        column, mask = pivots[left.bit_length() - 1]
        left, answer = left ^ column, answer ^ mask
    return archive.replace(_MARK, struct.pack("<I", answer))
