"""What is red (or round) on a page and no seal.

Each is drawn onto the page in place, its place and looks drawn from `chance`.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.builders.seal_pages import WORDS
from tests.builders.seals import SANS, SERIF, Ink, Picture, arc, blend, font, glyph, pixels, worn

RED, BLACK, BLUE = (45, 30, 200), (20, 20, 20), (165, 70, 40)
"""BGR."""


def _layer(page: Picture) -> Ink:
    return np.zeros(page.shape[:2], np.float32)


def _lay(page: Picture, layer: Ink, colour: tuple[int, int, int]) -> None:
    height, width = page.shape[:2]
    blend(page, layer, (width / 2, height / 2), colour)


def _write(
    page: Picture, text: str, at: tuple[float, float], size: float, face: str,
    colour: tuple[int, int, int] = RED,
) -> None:  # fmt: skip
    image = Image.new("L", page.shape[1::-1])
    ImageDraw.Draw(image).text(at, text, font=font(face, round(size)), fill=255, anchor="mm")
    _lay(page, np.asarray(image, np.float32) / 255, colour)


def heading(page: Picture, dpi: float, chance: random.Random) -> None:
    """红头: the issuer's name in large red letters over a red rule."""
    width = page.shape[1]
    size = pixels(chance.uniform(11, 17), dpi)
    text = chance.choice(("山东省工业和信息化厅文件", "济南市人民政府办公厅", "青岛市质量协会文件"))
    _write(page, text, (width / 2, pixels(24, dpi)), min(size, width * 0.8 / len(text)), SERIF)
    layer, y = _layer(page), round(pixels(42, dpi))
    inset = round(width * 0.12)
    cv2.line(layer, (inset, y), (width - inset, y), 1.0, max(round(pixels(0.7, dpi)), 1))
    if chance.random() < 0.5:  # the star in the middle of the rule, as the Party's papers have it
        cv2.circle(layer, (width // 2, y), round(pixels(2.5, dpi)), 1.0, -1)
    _lay(page, layer, RED)


def red_text(page: Picture, dpi: float, chance: random.Random) -> None:
    """Paragraphs in red, here and there."""
    height, width = page.shape[:2]
    for _ in range(chance.randrange(1, 9)):
        start = chance.randrange(40)
        text = WORDS[start : start + chance.randrange(6, 26)]
        at = (width / 2, height * chance.uniform(0.1, 0.95))
        _write(page, text, at, pixels(chance.uniform(3.5, 7), dpi), chance.choice((SANS, SERIF)))


def ring_logo(
    page: Picture, dpi: float, chance: random.Random, colour: tuple[int, int, int] = RED
) -> None:
    """A round mark as letterheads and certificates have it: rings around letters or shapes."""
    height, width = page.shape[:2]
    radius = pixels(chance.uniform(7, 19), dpi)
    x = round(chance.uniform(radius * 1.2, width - radius * 1.2))
    y = round(chance.choice((chance.uniform(0.05, 0.14), chance.uniform(0.1, 0.9))) * height)
    layer, style = _layer(page), chance.randrange(6)
    thick = max(round(radius * chance.uniform(0.06, 0.22)), 2)
    cv2.circle(layer, (x, y), round(radius), 1.0, thick, cv2.LINE_AA)
    if style == 0:  # letters
        _letters(layer, chance.choice(("CQC", "ISO", "鲁", "TUV", "质", "CMA")), x, y, radius * 1.1)
    elif style == 1:  # a disc with a hole
        cv2.circle(layer, (x, y), round(radius * 0.7), 1.0, -1, cv2.LINE_AA)
        cv2.circle(layer, (x, y), round(radius * 0.3), 0.0, -1, cv2.LINE_AA)
    elif style == 2:  # two rings and a gear
        cv2.circle(layer, (x, y), round(radius * 0.8), 1.0, max(thick // 2, 1), cv2.LINE_AA)
        for n in range(8):
            turn = np.pi * n / 4
            tip = (round(x + radius * 0.6 * np.cos(turn)), round(y + radius * 0.6 * np.sin(turn)))
            cv2.line(layer, (x, y), tip, 1.0, thick)
    elif style == 3:  # a globe
        for share in (0.35, 0.7):
            cv2.ellipse(layer, (x, y), (round(radius * share), round(radius)), 0, 0, 360, 1.0, 2)
        cv2.line(layer, (x - round(radius), y), (x + round(radius), y), 1.0, 2)
    elif style == 4:  # words along the ring
        words = chance.choice(("QUALITY ASSURANCE", "CERTIFIED COMPANY", "SINCE 1998 SHANDONG"))
        small = np.zeros((round(radius * 2.4), round(radius * 2.4)), np.float32)
        arc(small, small.shape[0] / 2, (radius, radius), words, radius * 0.2, 0.86, 260)
        layer = np.maximum(layer, _pasted(small, layer, x, y))
        _letters(layer, "QA", x, y, radius * 0.7)
    else:  # a swoosh
        points = [(x + radius * a, y + radius * b) for a, b in ((-0.6, 0.5), (0, -0.7), (0.6, 0.5))]
        cv2.fillPoly(layer, [np.array(points, np.int32)], 1.0)
    _lay(page, layer, colour)


def black_logo(page: Picture, dpi: float, chance: random.Random) -> None:
    ring_logo(page, dpi, chance, BLACK)


def _pasted(small: Ink, layer: Ink, x: int, y: int) -> Ink:
    """A small layer in a large one, its middle at x, y."""
    shift = np.array([[1, 0, x - small.shape[1] / 2], [0, 1, y - small.shape[0] / 2]])
    return np.asarray(cv2.warpAffine(small, shift, layer.shape[::-1]), np.float32)


def _letters(layer: Ink, text: str, x: int, y: int, room: float) -> None:
    size = room / max(len(text), 1.3)
    for place, character in enumerate(text):
        tile = cv2.resize(glyph(character, SANS), (max(round(size * 0.85), 2), max(round(size), 2)))
        left = round(x + (place - len(text) / 2) * size)
        top = y - tile.shape[0] // 2
        if left < 0 or top < 0:
            continue
        part = layer[top : top + tile.shape[0], left : left + tile.shape[1]]
        np.maximum(part, tile[: part.shape[0], : part.shape[1]], out=part)


def date_stamp(page: Picture, dpi: float, chance: random.Random) -> None:
    """A date in red or blue figures, sometimes in a long frame, a little askew."""
    height, width = page.shape[:2]
    day = f"{chance.randrange(2019, 2023)}.{chance.randrange(1, 13):02d}.{chance.randrange(1, 29)}"
    text = chance.choice((day, day + " 收", "收讫 " + day))
    image = Image.new("L", (round(pixels(44, dpi)), round(pixels(14, dpi))))
    draw = ImageDraw.Draw(image)
    middle = (image.width / 2, image.height / 2)
    draw.text(middle, text, font=font(SANS, round(pixels(5, dpi))), fill=255, anchor="mm")
    if chance.random() < 0.5:
        draw.rectangle((4, 4, image.width - 5, image.height - 5), outline=255, width=4)
    turned = image.rotate(chance.uniform(-8, 8), expand=True)
    share = worn(np.asarray(turned, np.float32) / 255, 0.9, 0.3, 0.6, chance.randrange(9**9))
    at = (width * chance.uniform(0.2, 0.8), height * chance.uniform(0.15, 0.9))
    blend(page, share, at, chance.choice((RED, BLUE)))


def signature(page: Picture, dpi: float, chance: random.Random) -> None:
    """A name written by hand in red or blue, and perhaps a red circle drawn around some words."""
    height, width = page.shape[:2]
    colour = chance.choice((RED, BLUE))
    x, y = width * chance.uniform(0.2, 0.7), height * chance.uniform(0.2, 0.9)
    layer, step = _layer(page), pixels(6, dpi)
    for _ in range(3):
        knots = [(x + chance.uniform(-1, 1) * step, y + chance.uniform(-1, 1) * step)
                 for _ in range(7)]  # fmt: skip
        line = cv2.GaussianBlur(np.repeat(np.array(knots), 12, axis=0), (1, 0), 0, sigmaY=5)
        pen = max(round(pixels(0.6, dpi)), 1)
        cv2.polylines(layer, [np.int32(line)], False, 1.0, pen, cv2.LINE_AA)
        x += step * 1.6
    if chance.random() < 0.4:
        turn = np.linspace(0, 2 * np.pi * 1.04, 60)
        wide, high = pixels(chance.uniform(10, 24), dpi), pixels(chance.uniform(5, 9), dpi)
        wave = 1 + 0.06 * np.sin(turn * 2.3 + chance.random() * 6) + 0.03 * turn
        at = (width * 0.5, height * chance.uniform(0.2, 0.8))
        points = np.stack([at[0] + wide * wave * np.cos(turn), at[1] + high * wave * np.sin(turn)])
        cv2.polylines(layer, [np.int32(points.T)], False, 1.0, pen, cv2.LINE_AA)
    _lay(page, layer, colour)


def photograph(page: Picture, dpi: float, chance: random.Random) -> None:
    """A colour photograph printed on the page: banners, lamps, machines, red among others."""
    height, width = page.shape[:2]
    wide, high = round(width * chance.uniform(0.35, 0.7)), round(height * chance.uniform(0.15, 0.3))
    numbers = np.random.default_rng(chance.randrange(9**9))
    small = numbers.integers(40, 220, (6, 8, 3)).astype(np.uint8)
    picture = cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC)
    for _ in range(chance.randrange(3, 9)):
        red = (chance.randrange(60), chance.randrange(60), chance.randrange(150, 250))
        at = (chance.randrange(wide), chance.randrange(high))
        far = chance.randrange(10, wide // 4)
        if chance.random() < 0.5:
            cv2.circle(picture, at, far, red, chance.choice((-1, 3, 9)), cv2.LINE_AA)
        else:
            cv2.rectangle(picture, at, (at[0] + far * 2, at[1] + far // 2), red, -1)
    x = chance.randrange(width - wide)
    y = chance.randrange(round(height * 0.1), height - high)
    page[y : y + high, x : x + wide] = cv2.GaussianBlur(picture, (0, 0), 1.2)


def red_rules(page: Picture, dpi: float, chance: random.Random) -> None:
    """A table with red lines, or a red frame around the page as certificates have."""
    height, width = page.shape[:2]
    layer, thick = _layer(page), max(round(pixels(0.5, dpi)), 1)
    if chance.random() < 0.3:
        edge = round(pixels(9, dpi))
        cv2.rectangle(layer, (edge, edge), (width - edge, height - edge), 1.0, thick * 3)
    left, top = round(width * 0.1), round(height * chance.uniform(0.1, 0.5))
    row, rows = round(pixels(chance.uniform(8, 30), dpi)), chance.randrange(3, 9)
    columns = chance.randrange(2, 6)
    for place in range(rows + 1):
        y = top + place * row
        cv2.line(layer, (left, y), (width - left, y), 1.0, thick)
    for place in range(columns + 1):
        x = left + (width - 2 * left) * place // columns
        cv2.line(layer, (x, top), (x, top + rows * row), 1.0, thick)
    _lay(page, layer, RED)


def fingerprint(page: Picture, dpi: float, chance: random.Random) -> None:
    """手印: the whorl of a thumb in red ink."""
    height, width = page.shape[:2]
    wide, high = round(pixels(chance.uniform(13, 18), dpi)), round(pixels(20, dpi))
    y, x = np.mgrid[-1 : 1 : complex(0, high), -1 : 1 : complex(0, wide)]
    bend = 0.15 * np.sin(3 * x + chance.random() * 6) + 0.1 * np.sin(4 * y)
    far = np.hypot(x, y * 0.9 + 0.2) + bend
    share = (0.5 + 0.5 * np.sin(far * 2 * np.pi * 7)) * (np.hypot(x, y) < 0.95)
    share = worn(share.astype(np.float32), 0.8, 0.6, 0.8, chance.randrange(9**9))
    at = (width * chance.uniform(0.3, 0.8), height * chance.uniform(0.3, 0.9))
    blend(page, share, at, RED)


def chart(page: Picture, dpi: float, chance: random.Random) -> None:
    """A ring diagram and bars in colours."""
    height, width = page.shape[:2]
    at = (round(width * chance.uniform(0.3, 0.7)), round(height * chance.uniform(0.25, 0.75)))
    radius, start = round(pixels(chance.uniform(15, 28), dpi)), 0.0
    for colour in (RED, (60, 150, 250), (200, 120, 60), (90, 170, 90)):
        end = start + chance.uniform(40, 130)
        cv2.ellipse(page, at, (radius, radius), 0, start, min(end, 360), colour, radius // 3)
        start = min(end, 360)
    for place in range(4):
        x = at[0] - radius + place * radius // 2
        high = round(radius * chance.uniform(0.2, 1))
        y = min(at[1] + radius * 3, height - 2)
        cv2.rectangle(page, (x, y - high), (x + radius // 3, y), RED, -1)


Distractor = Callable[[Picture, float, random.Random], None]
DISTRACTORS: dict[str, Distractor] = {
    "heading": heading,
    "red_text": red_text,
    "ring_logo": ring_logo,
    "black_logo": black_logo,
    "date_stamp": date_stamp,
    "signature": signature,
    "photograph": photograph,
    "red_rules": red_rules,
    "fingerprint": fingerprint,
    "chart": chart,
}
