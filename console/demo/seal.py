"""A company's seal as it is stamped: a red ring, the name along it, a star."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import serif_path

_RED = (214, 32, 38)
_FIRST, _LAST = -225.0, 45.0
"""Degrees, clockwise from three o'clock: where the name's first and last letters stand at most."""
_WIDEST = 26.0
"""Degrees between two letters of a short name."""


def draw_seal(
    picture: Image.Image, centre: tuple[int, int], radius: int, name: str = "某某有限公司"
) -> None:
    """Stamp a seal of this outer radius in pixels; what lies under it shows through."""
    ink = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(ink)
    x, y = centre
    ring = max(radius // 16, 2)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=225, width=ring)
    star = []
    for corner in range(10):
        reach = radius * (0.30 if corner % 2 == 0 else 0.115)
        angle = math.radians(-90 + 36 * corner)
        star.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    draw.polygon(star, fill=225)
    step = min((_LAST - _FIRST) / max(len(name) - 1, 1), _WIDEST)
    size = max(int(min(radius * 0.27, radius * 0.72 * math.radians(step) * 0.95)), 6)
    font = ImageFont.truetype(str(serif_path()), size)
    for place, letter in enumerate(name):
        degrees = -90 + step * (place - (len(name) - 1) / 2)
        _letter(ink, letter, font, centre, radius * 0.74, degrees)
    picture.paste(Image.new("RGB", picture.size, _RED), (0, 0), ink)


def _letter(
    ink: Image.Image,
    letter: str,
    font: ImageFont.FreeTypeFont,
    centre: tuple[int, int],
    reach: float,
    degrees: float,
) -> None:
    """One letter on the arc, its foot towards the middle. Drawn thrice as large, then turned and
    made smaller: it would be ragged otherwise."""
    side = int(font.size * 2) * 3
    large = Image.new("L", (side, side), 0)
    ImageDraw.Draw(large).text(
        (side / 2, side / 2), letter, fill=230, anchor="mm",
        font=font.font_variant(size=font.size * 3), stroke_width=2,
    )  # fmt: skip
    turned = large.rotate(-(degrees + 90), resample=Image.Resampling.BICUBIC)
    small = turned.resize((side // 3, side // 3), Image.Resampling.LANCZOS)
    angle = math.radians(degrees)
    left = int(centre[0] + reach * math.cos(angle) - small.width / 2)
    top = int(centre[1] + reach * math.sin(angle) - small.height / 2)
    ink.paste(225, (left, top), small)
