"""What the control words of a rich text do to the characters behind them.

Source: Rich Text Format Specification 1.9.1, "Font (Character) Formatting Properties",
"Associated Character Properties", "Character Set", "Unicode RTF".
"""

from __future__ import annotations

from collections.abc import Callable

from parsers.documents.rtf.reader import RtfReader
from parsers.documents.rtf.words import code_page

_MAX_SKIP = 16
_TINY_HALF_POINTS = 4


def _plain(reader: RtfReader, _: int | None) -> None:
    reader.flush()
    state = reader.state
    state.hidden = state.deleted = state.inserted = state.tiny = state.white = False
    state.font, state.far_font, state.next_font_is_far = reader.head.default_font, -1, False
    reader.choose_token()


def _font(reader: RtfReader, number: int | None) -> None:
    if number == (reader.state.far_font if reader.state.next_font_is_far else reader.state.font):
        return
    reader.flush()
    if reader.state.next_font_is_far:
        reader.state.far_font = number or 0
    else:
        reader.state.font = number or 0
    reader.choose_token()


def _far(reader: RtfReader, _: int | None) -> None:
    reader.state.next_font_is_far = True


def _near(reader: RtfReader, _: int | None) -> None:
    reader.state.next_font_is_far = False


def _associated_font(reader: RtfReader, number: int | None) -> None:
    if reader.state.next_font_is_far:
        _font(reader, number)


def _first_font(reader: RtfReader, number: int | None) -> None:
    reader.head.default_font = reader.state.font = number or 0


def _size(reader: RtfReader, number: int | None) -> None:
    reader.flush()
    reader.state.tiny = number is not None and 0 < number <= _TINY_HALF_POINTS


def _associated_size(reader: RtfReader, number: int | None) -> None:
    if reader.state.next_font_is_far:
        _size(reader, number)


def _colour(reader: RtfReader, number: int | None) -> None:
    reader.flush()
    reader.state.white = (number or 0) in reader.head.white


def _hidden(reader: RtfReader, number: int | None) -> None:
    reader.flush()
    reader.state.hidden = number != 0


def _deleted(reader: RtfReader, number: int | None) -> None:
    reader.flush()
    reader.state.deleted = number != 0


def _inserted(reader: RtfReader, number: int | None) -> None:
    reader.flush()
    reader.state.inserted = number != 0


def _skip(reader: RtfReader, number: int | None) -> None:
    reader.state.skip = min(max(1 if number is None else number, 0), _MAX_SKIP)


def _code_page(reader: RtfReader, number: int | None) -> None:
    reader.encoding = code_page(number or 0)
    reader.choose_token()


def _macintosh(reader: RtfReader, _: int | None) -> None:
    reader.encoding = "mac_roman"


def _dos(reader: RtfReader, _: int | None) -> None:
    reader.encoding = "cp437"


CHARACTERS: dict[bytes, Callable[[RtfReader, int | None], None]] = {
    b"ansicpg": _code_page, b"mac": _macintosh, b"pc": _dos, b"deff": _first_font,
    b"plain": _plain, b"f": _font, b"af": _associated_font, b"dbch": _far, b"loch": _near,
    b"hich": _near, b"rtlch": _near, b"ltrch": _near, b"fs": _size, b"afs": _associated_size,
    b"cf": _colour, b"v": _hidden, b"deleted": _deleted, b"revised": _inserted, b"uc": _skip,
}  # fmt: skip
