"""Changes to a document that its reader may not be ready for.

Bytes are changed as they lie there, and where a format packs them (members of a ZIP, streams of a
compound file, streams of a PDF) also within the packing, whose checks would else refuse the file
before its reader sees it.
"""

from __future__ import annotations

import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

import olefile

from parsers.documents.ole.file import chains_end

_NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40)
_WORDS = (
    b"-1", b"0", b"65535", b"65536", b"2147483647", b"4294967295", b"9" * 20, b"1e309",
    b"NaN", b"-0.0", b"", b"\xff\xfe", b"\x00", b"%s", b"../../x", b"/etc/passwd", b"&amp;",
    b"&#1114112;", b"\xef\xbf\xbf", b"\xed\xa0\x80",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")
_ELEMENT = re.compile(rb"<([A-Za-z][\w:.-]*)(?=[\s>/])[^>]*>")
_STREAM = re.compile(rb"(?<=stream\r\n).*?(?=endstream)|(?<=stream\n).*?(?=endstream)", re.DOTALL)
_MOST_BYTES = 2_000_000
_DEEP = 3000


def changed(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """One to four changes. other: a file of the same kind, to take pieces of."""
    for _ in range(chance.randint(1, 4)):
        data = _once(data, other, chance)[: _MOST_BYTES * 2]
    return data


def _once(data: bytes, other: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.25:
        return _bytes(data, other, chance)
    if data.startswith(b"PK"):
        return _in_zip(data, other, chance)
    if data.startswith(olefile.MAGIC):
        return _in_compound(data, other, chance)
    if data.startswith(b"%PDF"):
        return _in_pdf(data, other, chance)
    return _text(data, chance) if chance.random() < 0.5 else _bytes(data, other, chance)


def _in_zip(data: bytes, other: bytes, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError):
        return _bytes(data, other, chance)
    if not members:
        return _bytes(data, other, chance)
    at = chance.randrange(len(members))
    name, content = members[at]
    kind = chance.randrange(12)
    if kind == 0:
        del members[at]
    elif kind == 1:
        members.append((name, chance.choice(members)[1]))
    elif kind == 2:
        members[at] = (name, chance.choice(members)[1])
    elif kind == 3:
        members[at] = (name.upper() if chance.random() < 0.5 else "/" + name, content)
    else:
        change: Callable[[bytes, random.Random], bytes] = _markup if kind < 10 else _plain
        members[at] = (name, change(content, chance)[:_MOST_BYTES])
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a name twice is one of the changes
        for member, inner in members:
            archive.writestr(zipfile.ZipInfo(member), inner, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _plain(data: bytes, chance: random.Random) -> bytes:
    return _bytes(data, data, chance)


def _markup(data: bytes, chance: random.Random) -> bytes:
    """Numbers made odd, elements doubled, dropped, swapped, nested deep."""
    tags = list(_ELEMENT.finditer(data, 0, 200_000))
    if not tags or chance.random() < 0.35:
        return _text(data, chance)
    one = chance.choice(tags)
    whole = _whole(data, one)
    kind = chance.randrange(6)
    if kind == 0:
        return data[: whole[0]] + data[whole[1] :]
    if kind == 1:
        piece = data[whole[0] : whole[1]]
        times = min(chance.choice((2, 50, 2000)), _MOST_BYTES // max(len(piece), 1))
        return data[: whole[0]] + piece * times + data[whole[1] :]
    if kind == 2:
        name, times = one.group(1), chance.choice((3, 40, _DEEP))
        head, tail = b"<" + name + b">", b"</" + name + b">"
        return (
            data[: whole[0]] + head * times + data[slice(*whole)] + tail * times + data[whole[1] :]
        )
    other = _whole(data, chance.choice(tags))
    piece = data[slice(*other)]
    if kind == 3:
        return data[: whole[0]] + piece + data[whole[0] :]
    if kind == 4:
        return data[: one.end()] + piece + data[one.end() :]
    name = chance.choice(tags).group(1)
    return data[: one.start(1)] + name + data[one.end(1) :]


def _whole(data: bytes, tag: re.Match[bytes]) -> tuple[int, int]:
    """An element with what is in it, as far as that is told without a parser."""
    if tag.group().endswith(b"/>"):
        return tag.span()
    end = data.find(b"</" + tag.group(1) + b">", tag.end())
    return tag.start(), (end + len(tag.group(1)) + 3) if end >= 0 else tag.end()


def _text(data: bytes, chance: random.Random) -> bytes:
    numbers = list(_NUMBER.finditer(data, 0, 400_000))
    if not numbers:
        return _bytes(data, data, chance)
    one = chance.choice(numbers)
    return data[: one.start()] + chance.choice(_WORDS) + data[one.end() :]


def _in_compound(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A stream changed in place, its length kept."""
    target = io.BytesIO(data)
    try:
        with olefile.OleFileIO(target, write_mode=True) as file:
            name = chance.choice(file.listdir())
            content = bytearray(file.openstream(name).read())
            if not chains_end(file, ["/".join(name)]):
                return _bytes(data, other, chance)
            for _ in range(chance.randint(1, 8)):
                _numbers(content, chance)
            file.write_stream(name, bytes(content))
            return target.getvalue()
    except (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error):
        return _bytes(data, other, chance)


def _numbers(content: bytearray, chance: random.Random) -> None:
    if not content:
        return
    at, size = _place(len(content) - 1, chance), chance.choice((1, 2, 4))
    number = chance.choice(_NUMBERS) & (1 << 8 * size) - 1
    piece = number.to_bytes(size, "little")[: len(content) - at]
    content[at : at + len(piece)] = piece


def _in_pdf(data: bytes, other: bytes, chance: random.Random) -> bytes:
    streams = list(_STREAM.finditer(data))
    if not streams or chance.random() < 0.5:
        return _text(data, chance) if chance.random() < 0.7 else _bytes(data, other, chance)
    one = chance.choice(streams)
    try:
        inner = zlib.decompress(one.group())
    except zlib.error:
        inner = one.group()
        return data[: one.start()] + _text(inner, chance) + data[one.end() :]
    change: Callable[[bytes, random.Random], bytes] = _text if chance.random() < 0.6 else _plain
    for _ in range(chance.choice((1, 3, 20))):
        inner = change(inner, chance)
    if chance.random() < 0.1:
        inner *= chance.choice((3, 100))
    # The length that stands before the stream is wrong now; readers look for its end.
    return data[: one.start()] + zlib.compress(inner[: 20 * _MOST_BYTES]) + data[one.end() :]


def _bytes(data: bytes, other: bytes, chance: random.Random) -> bytes:
    raw = bytearray(data)
    at = _place(len(raw), chance)
    kind = chance.randrange(8)
    if kind <= 1 and raw:
        raw[at % len(raw)] ^= 1 << chance.randrange(8)
    elif kind == 2:
        _numbers(raw, chance)
    elif kind == 3:
        raw[at:at] = chance.choice(_WORDS)
    elif kind == 4:
        del raw[at : at + chance.choice((1, 4, 30, 512, 4000))]
    elif kind == 5:
        raw[at:at] = raw[at : at + chance.choice((16, 64, 600))] * chance.choice((1, 3, 40))
    elif kind == 6:
        start = _place(len(other), chance)
        raw[at:at] = other[start : start + chance.choice((30, 500, 4000))]
    else:
        del raw[at + 1 :]
    return bytes(raw)


def _place(size: int, chance: random.Random) -> int:
    near = min(size, 600)
    where = chance.random()
    if where < 0.3:
        return chance.randrange(near + 1)
    return size - chance.randrange(near + 1) if where < 0.5 else chance.randrange(size + 1)
