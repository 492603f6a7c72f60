"""Seals as companies stamp them: ring, name on the arc, star, lower line, code; uneven ink.

A seal is drawn as the share of ink at each pixel and then blended onto the page as ink is, by
multiplication. Pictures are uint8 BGR; lengths are pixels unless the name says millimetres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]
Ink = npt.NDArray[np.float32]
"""Share of ink at each pixel, 0 to 1."""

Kind = Literal["round", "oval", "square"]
SANS, SERIF = "NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf"
INKS = {"red": (45, 32, 205), "blue": (165, 70, 40), "grey": (110, 110, 110)}
"""BGR of the thickest ink."""

NAME, CODE = "山东某某精密机械有限公司", "3701020012345"
_OVER = 2


@dataclass(frozen=True, slots=True)
class SealTruth:
    """What was stamped. box: x0, y0, x1, y1 of what lies on the page; visible: share of the whole
    seal's box that does; centre may lie outside the page."""

    box: tuple[float, float, float, float]
    kind: Kind
    name: str
    ink: str
    centre: tuple[float, float]
    size: tuple[float, float]
    angle: float
    visible: float


def pixels(millimetres: float, dpi: float) -> float:
    return millimetres / 25.4 * dpi


def draw_seal(
    page: Picture,
    *,
    centre: tuple[float, float],
    diameter: float,
    kind: Kind = "round",
    name: str = NAME,
    code: str = CODE,
    star: bool = True,
    lower: str = "",
    ink: str = "red",
    strength: float = 0.9,
    noise: float = 0.25,
    blur: float = 0.6,
    angle: float = 0.0,
    seed: int = 0,
) -> SealTruth:
    """Stamp one seal onto the page, in place; what lies beyond the edge is lost.

    diameter: width of an oval (its height is two thirds), side of a square. lower: the straight
    line under the star (合同专用章). strength: 1 is full ink, 0.3 faint. noise: 0 even, 1 with
    bare patches. blur: sigma. angle: degrees clockwise.
    """
    share = seal_ink(diameter, kind, name, code if kind == "round" else "", lower, star=star)
    share = turned(worn(share, strength, noise, blur, seed), angle)
    box, visible = blend(page, share, centre, INKS[ink])
    height = diameter * 2 / 3 if kind == "oval" else diameter
    return SealTruth(box, kind, name, ink, centre, (diameter, height), angle, visible)


def draw_over_edges(
    pages: Sequence[Picture], *, y: float, diameter: float, **how: Any
) -> list[SealTruth]:
    """One round seal over the edges of all the pages: 骑缝章.

    Each of many pages carries one strip of it at its right edge; of two, the first carries the
    left half at its right edge and the second the right half at its left, as facing pages do.
    """
    truths = []
    for place, page in enumerate(pages):
        width = page.shape[1]
        if len(pages) == 2:
            x = float(width if place == 0 else 0)
            truths.append(draw_seal(page, centre=(x, y), diameter=diameter, **how))
            continue
        left = diameter * place / len(pages)
        sheet = np.full_like(page, 255)
        x = diameter / 2
        truth = draw_seal(sheet, centre=(x, y), diameter=diameter, **how)
        strip = sheet[:, round(left) : round(left + diameter / len(pages))]
        edge = width - strip.shape[1]
        part = page[:, edge:].astype(np.uint16) * strip // 255
        page[:, edge:] = part.astype(np.uint8)
        box = (float(edge), truth.box[1], float(width), truth.box[3])
        middle = (edge - left + diameter / 2, y)
        truths.append(replace(truth, box=box, centre=middle, visible=1 / len(pages)))
    return truths


@lru_cache(maxsize=256)
def seal_ink(diameter: float, kind: Kind, name: str, code: str, lower: str, *, star: bool) -> Ink:
    """The seal as cut: the share of ink, in the middle of a square array a little larger."""
    side = round(diameter * _OVER)
    canvas = np.zeros((side + 8 * _OVER, side + 8 * _OVER), np.float32)
    middle = canvas.shape[0] / 2
    radius = side / 2
    if kind == "square":
        _square(canvas, middle, side, name)
    else:
        axes = (radius, radius * 2 / 3) if kind == "oval" else (radius, radius)
        _rings(canvas, middle, axes, radius)
        tall = axes[1] * (0.27 if kind == "round" else 0.25)
        spread = min(270.0, 24.0 * len(name)) if kind == "round" else min(230.0, 22.0 * len(name))
        arc(canvas, middle, axes, name, tall, 0.90, spread)
        if star and kind == "round":
            _star(canvas, middle, radius * 0.3)
        if kind == "oval":
            digits = "91370102MA3C4D5E6F"
            _line(canvas, middle, middle, radius * 1.25, axes[1] * 0.2, digits, SANS)
        if lower:
            y = middle + axes[1] * (0.58 if kind == "round" else 0.5)
            _line(canvas, middle, y, radius * 0.9, axes[1] * 0.19, lower, SANS)
        if code:
            arc(canvas, middle, axes, code, radius * 0.09, 0.94, 75.0, below=True)
    return cv2.resize(canvas, None, fx=1 / _OVER, fy=1 / _OVER, interpolation=cv2.INTER_AREA)


def worn(share: Ink, strength: float, noise: float, blur: float, seed: int) -> Ink:
    """Ink as it comes off a stamp: patches, specks, a heavier side, soft edges."""
    chance = np.random.default_rng(seed)
    height, width = share.shape
    coarse = chance.normal(size=(7, 7)).astype(np.float32)
    patches = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    lean = chance.normal(size=2)
    ramp = np.add.outer(np.linspace(-1, 1, height) * lean[0], np.linspace(-1, 1, width) * lean[1])
    grain = cv2.GaussianBlur(chance.normal(size=share.shape).astype(np.float32), (0, 0), 1.0)
    wear = 1 - noise * (0.35 * patches + 0.3 * ramp + 0.9 * grain + 0.25)
    out = share * strength * np.clip(wear, 0, 1.15)
    out = cv2.GaussianBlur(out.astype(np.float32), (0, 0), blur) if blur > 0 else out
    return np.clip(out, 0, 1).astype(np.float32)


def turned(share: Ink, angle: float) -> Ink:
    """Turned clockwise about its middle; the array grows so that no corner is lost."""
    if not angle:
        return share
    side = math.ceil(max(share.shape) * 1.42)
    before = (np.array(share.shape[::-1]) - 1) / 2
    matrix = cv2.getRotationMatrix2D((float(before[0]), float(before[1])), -angle, 1)
    matrix[:, 2] += (side - 1) / 2 - before
    return np.asarray(cv2.warpAffine(share, matrix, (side, side)), np.float32)


def blend(
    page: Picture, share: Ink, centre: tuple[float, float], colour: tuple[int, int, int]
) -> tuple[tuple[float, float, float, float], float]:
    """Multiply the ink onto the page; the box of what lies on it, and its share of the whole."""
    left = round(centre[0] - share.shape[1] / 2)
    top = round(centre[1] - share.shape[0] / 2)
    rows, columns = (np.flatnonzero(share.max(axis=axis) > 0.04) for axis in (1, 0))
    share = share[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    left, top = left + int(columns[0]), top + int(rows[0])
    height, width = share.shape
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, page.shape[1]), min(top + height, page.shape[0])
    if x1 > x0 and y1 > y0:
        cut = share[y0 - top : y1 - top, x0 - left : x1 - left, None]
        kept = 1 - cut * (1 - np.array(colour, np.float32) / 255)
        page[y0:y1, x0:x1] = (page[y0:y1, x0:x1] * kept).astype(np.uint8)
    box = (float(x0), float(y0), float(x1), float(y1))
    area = max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)
    return box, area / float(width * height)


@lru_cache(maxsize=32)
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return ImageFont.truetype(str(folder / face), size)


@lru_cache(maxsize=2048)
def glyph(character: str, face: str, size: int = 64) -> Ink:
    """One character cropped to its ink, in the weight that seals are cut in."""
    tile = Image.new("L", (size * 2, size * 2))
    ImageDraw.Draw(tile).text((size // 2, size // 4), character, font=font(face, size), fill=255)
    heavy = cv2.dilate(np.asarray(tile), np.ones((3, 3), np.uint8))
    x, y, wide, high = cv2.boundingRect(heavy)
    return heavy[y : y + high, x : x + wide].astype(np.float32) / 255


def _put(
    canvas: Ink, character: str, face: str, at: tuple[float, float], size: tuple[float, float],
    angle: float,
) -> None:  # fmt: skip
    """Draw a character, its middle at `at`, turned clockwise by radians."""
    if character.isspace():
        return
    tile = glyph(character, face)
    high, wide = tile.shape
    sx, sy = size[0] / wide, size[1] / high
    if character in "一1-":  # cropped to its ink it would be blown up to a full square
        sx = sy = min(sx, sy)
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.array([[cos * sx, -sin * sy, 0], [sin * sx, cos * sy, 0]], np.float64)
    matrix[:, 2] = np.array(at) - matrix[:, :2] @ np.array([wide / 2, high / 2])
    drawn = cv2.warpAffine(tile, matrix, canvas.shape[::-1], flags=cv2.INTER_LINEAR)
    np.maximum(canvas, drawn, out=canvas)


def arc(
    canvas: Ink, middle: float, axes: tuple[float, float], text: str, tall: float, outer: float,
    spread: float, *, below: bool = False,
) -> None:  # fmt: skip
    """Letters along the inside of the ring, upright at the top, or at the bottom when `below`."""
    a, b = axes[0] * outer - tall / 2, axes[1] * outer - tall / 2
    angles = np.radians(np.linspace(-spread / 2, spread / 2, 721))
    x, y = a * np.sin(angles), -b * np.cos(angles)
    length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    step = length[-1] / len(text)
    for place, character in enumerate(text):
        where = np.interp((place + 0.5) * step, length, angles)
        px, py = a * math.sin(where), -b * math.cos(where)
        normal = math.atan2(px / a**2, -py / b**2)
        wide = min(step * 0.82, tall)
        if below:
            _put(canvas, character, SANS, (middle + px, middle - py), (wide * 0.8, tall), -normal)
        else:
            _put(canvas, character, SERIF, (middle + px, middle + py), (wide, tall), normal)


def _line(canvas: Ink, x: float, y: float, room: float, tall: float, text: str, face: str) -> None:
    step = min(room / len(text), tall * 1.15)
    for place, character in enumerate(text):
        at = (x + (place - (len(text) - 1) / 2) * step, y)
        _put(canvas, character, face, at, (step * 0.85, tall), 0.0)


def _rings(canvas: Ink, middle: float, axes: tuple[float, float], radius: float) -> None:
    thick = max(round(radius * 0.05), 2)
    at = (round(middle), round(middle))
    size = (round(axes[0] - thick / 2), round(axes[1] - thick / 2))
    cv2.ellipse(canvas, at, size, 0, 0, 360, 1.0, thick, cv2.LINE_8)


def _star(canvas: Ink, middle: float, radius: float) -> None:
    points = [
        (
            middle + (radius if n % 2 == 0 else radius * 0.382) * math.sin(math.pi * n / 5),
            middle - (radius if n % 2 == 0 else radius * 0.382) * math.cos(math.pi * n / 5),
        )
        for n in range(10)
    ]
    cv2.fillPoly(canvas, [np.array(points, np.int32)], 1.0)


def _square(canvas: Ink, middle: float, side: float, text: str) -> None:
    thick = max(round(side * 0.03), 2)
    low, high = round(middle - side / 2 + thick), round(middle + side / 2 - thick)
    cv2.rectangle(canvas, (low, low), (high, high), 1.0, thick)
    per_row = math.ceil(math.sqrt(len(text)))
    rows = math.ceil(len(text) / per_row)
    cell = side * 0.84
    for place, character in enumerate(text):
        # Old seals are read in columns from the right.
        column, row = divmod(place, rows)
        x = middle + cell / 2 - (column + 0.5) * cell / per_row
        y = middle - cell / 2 + (row + 0.5) * cell / rows
        _put(canvas, character, SERIF, (x, y), (cell / per_row * 0.85, cell / rows * 0.85), 0.0)
