"""Which font draws a character of an OFD: the file's own where it can, else a Chinese one."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from parsers.documents.ofd.file import OfdFile
from parsers.documents.ooxml.package import Unreadable

_CHINESE = (
    "NotoSansSC-Regular.otf", "NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc",
    "SourceHanSansSC-Regular.otf", "wqy-zenhei.ttc", "wqy-microhei.ttc", "simsun.ttc",
    "msyh.ttc", "simhei.ttf", "DroidSansFallbackFull.ttf",
)  # fmt: skip
_PACKAGED = "pylopdf_fonts_zh_cn"
_MAX_FONTS = 50
_NO_SIGN = "\U0010fffd"
_PROBE = 24


class Fonts:
    """The fonts of one page. Each of the file's own is loaded once and asked what it holds."""

    def __init__(self, ofd: OfdFile, named: dict[str, tuple[str, str]]) -> None:
        self._ofd = ofd
        self._named = named
        self._data: dict[str, bytes | None] = {}
        self._sized: dict[tuple[str, int], ImageFont.FreeTypeFont | None] = {}
        self._holds: dict[tuple[str, str], bool] = {}

    def font(self, key: str, sign: str, size: int) -> ImageFont.FreeTypeFont | None:
        """The font to draw the sign with, at a height in pixels; None where there is none."""
        if self._has(key, sign):
            own = self._own(key, size)
            if own is not None:
                return own
        return chinese_font(size)

    def _has(self, key: str, sign: str) -> bool:
        """Whether the file's own font draws something else for the sign than for no sign."""
        known = self._holds.get((key, sign))
        if known is None:
            font = self._own(key, _PROBE)
            known = False
            if font is not None:
                try:
                    drawn, none = font.getmask(sign), font.getmask(_NO_SIGN)
                    known = drawn.getbbox() is not None and bytes(drawn) != bytes(none)
                except (OSError, ValueError):
                    known = False
            self._holds[key, sign] = known
        return known

    def _own(self, key: str, size: int) -> ImageFont.FreeTypeFont | None:
        if (key, size) not in self._sized:
            data = self._bytes(key)
            self._sized[key, size] = _loaded(data, size) if data else None
        return self._sized[key, size]

    def _bytes(self, key: str) -> bytes | None:
        if key not in self._data:
            part = self._named.get(key, ("", ""))[1]
            data = None
            if part and len(self._data) < _MAX_FONTS:
                try:
                    data = self._ofd.package.read(part)
                except Unreadable:
                    # The page is drawn all the same, in another font.
                    data = None
            self._data[key] = data
        return self._data[key]


def _loaded(data: bytes, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(io.BytesIO(data), size)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=64)
def chinese_font(size: int) -> ImageFont.FreeTypeFont | None:
    """A font of the machine, or of a package that carries one, that has Chinese characters."""
    spec = find_spec(_PACKAGED)
    folders = spec.submodule_search_locations if spec else None
    packaged = [str(Path(folder) / _CHINESE[0]) for folder in folders or ()]
    for name in (*packaged, *_CHINESE):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None
