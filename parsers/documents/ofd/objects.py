"""What can be drawn on a page of an OFD: text, images, paths; and colours as OFD writes them.

Lengths are millimetres from the upper left corner of the paper. Source: GB/T 33190-2016, 8.3
(colours), 9 (paths), 10 (images), 11 (text).
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from parsers.documents.ofd.geometry import BoxMm, Matrix, Point, number

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
SHADED: Colour = (127, 127, 127)


@dataclass(frozen=True, slots=True)
class OfdText:
    """One TextCode. places: of each character's origin on the base line. size: its height.

    colour: None where it is not filled at all. alpha: 0 to 255. vertical: written downwards.
    turn: degrees clockwise by which the characters are turned.
    """

    id: str
    text: str
    places: tuple[Point, ...]
    size: float
    width: float
    box: BoxMm
    colour: Colour | None
    alpha: int
    font: str
    vertical: bool = False
    visible: bool = True
    note: bool = False
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class OfdImage:
    """part: its file in the package, "" where the resource is not defined. matrix: from the unit
    square, y downwards, to the page."""

    part: str
    matrix: Matrix
    box: BoxMm
    alpha: int
    note: bool = False


@dataclass(frozen=True, slots=True)
class OfdPath:
    """lines: runs of points. stroke, fill: None where it is not drawn so. width: the pen's."""

    lines: tuple[tuple[Point, ...], ...]
    stroke: Colour | None
    fill: Colour | None
    width: float
    alpha: int
    box: BoxMm
    note: bool = False


OfdObject = OfdText | OfdImage | OfdPath


def colour_of(element: etree._Element) -> Colour:
    """8.3.2: one number is grey, three RGB, four CMYK; "#FF" is hexadecimal."""
    if len(element):
        return SHADED
    values: list[int] = []
    for word in element.get("Value", "").split()[:4]:
        try:
            value = int(word[1:], 16) if word.startswith("#") else int(float(word))
        except (ValueError, OverflowError):
            return BLACK
        values.append(min(max(value, 0), 255))
    if len(values) == 4:
        key = 255 - values[3]
        red, green, blue = (round((255 - value) * key / 255) for value in values[:3])
        return red, green, blue
    if len(values) == 3:
        return values[0], values[1], values[2]
    return (values[0],) * 3 if values else BLACK


def byte(text: str | None) -> int:
    return int(min(max(number(text, 255.0), 0.0), 255.0))
