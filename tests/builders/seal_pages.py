"""Pages to stamp: black text or a form, with a place for the seal.

Pictures are uint8 BGR of an A4 page; each is a function of its seed.
"""

from __future__ import annotations

import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.builders.seals import SANS, SERIF, Picture, font, pixels

A4 = (210.0, 297.0)
"""Millimetres."""

WORDS = (
    "本单位承诺所提供的申报材料真实、准确、完整，并对其真实性承担全部法律责任。"
    "近三年未发生重大质量、安全、环境事故，无违法违规行为和不良信用记录。"
    "企业坚持质量第一，建立健全质量管理体系，持续开展质量改进与技术创新活动，"
    "主要产品合格率达到百分之九十九点八，用户满意度连续三年居行业前列。"
)


def paper(dpi: float, seed: int = 0, *, title: str = "承诺书", form: bool = False) -> Picture:
    """A page of black text with a title; form: a ruled table in place of half of the text."""
    chance = random.Random(seed)
    width, height = round(pixels(A4[0], dpi)), round(pixels(A4[1], dpi))
    image = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(image)
    size, left = round(pixels(5.2, dpi)), round(pixels(26, dpi))
    big = font(SERIF, round(size * 1.6))
    draw.text((width / 2, pixels(30, dpi)), title, font=big, fill=25, anchor="mm")
    per_line = (width - 2 * left) // size
    y, last = pixels(48, dpi), height * chance.uniform(0.55, 0.85)
    if form:
        y = _grid(draw, chance, dpi, width)
    while y < last:
        start = chance.randrange(len(WORDS))
        text = (WORDS * 2)[start : start + (per_line if chance.random() < 0.8 else per_line // 2)]
        draw.text((left, y), text, font=font(SERIF, size), fill=25)
        y += size * 1.7
    for words in ("申报单位（盖章）：", "法定代表人（签字）：", "二〇二一年六月十日"):
        draw.text((width * 0.52, y + size), words, font=font(SERIF, size), fill=25)
        y += size * 2
    return np.asarray(cv2.cvtColor(np.asarray(image), cv2.COLOR_GRAY2BGR), np.uint8)


def _grid(draw: ImageDraw.ImageDraw, chance: random.Random, dpi: float, width: int) -> float:
    left, top, row = pixels(24, dpi), pixels(45, dpi), pixels(11, dpi)
    right, rows = width - left, chance.randrange(6, 11)
    labels = ("企业名称", "标杆名称", "所属行业", "联系人", "手机", "电子邮箱", "员工人数")
    for place in range(rows + 1):
        draw.line([(left, top + place * row), (right, top + place * row)], fill=30, width=2)
    for share in (0, 0.2, 0.5, 0.7, 1):
        x = left + (right - left) * share
        draw.line([(x, top), (x, top + rows * row)], fill=30, width=2)
    small = font(SANS, round(pixels(4, dpi)))
    for place in range(rows):
        for share in (0.02, 0.52):
            at = (left + (right - left) * share, top + place * row + row * 0.3)
            draw.text(at, chance.choice(labels), font=small, fill=30)
    return top + (rows + 1) * row
