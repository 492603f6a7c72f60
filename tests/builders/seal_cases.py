"""Pages with seals, by class, and pages with what looks like one: the truth beside each."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from tests.builders.red_marks import DISTRACTORS
from tests.builders.scanner import (
    Matrix,
    camera_matrix,
    grey,
    photographed,
    scan_matrix,
    scanned,
)
from tests.builders.seal_pages import paper
from tests.builders.seals import Picture, SealTruth, draw_over_edges, draw_seal, pixels

Box = tuple[float, float, float, float]

_PLACES = ("山东", "济南", "青岛市", "烟台", "潍坊", "临沂", "淄博", "（山东）", "威海", "济宁市")
_WORDS = (
    "华", "泰", "鲁", "海", "盛", "新", "金", "瑞", "远", "宏", "达", "信", "恒", "康", "东",
    "岳", "联", "创", "博", "智", "云", "腾", "凯", "力", "安", "润", "益", "科", "德", "兴",
)  # fmt: skip
_TRADES = (
    "机械", "化工", "精密机械", "生物科技", "智能装备", "新材料", "食品", "纺织", "电子科技",
    "汽车零部件", "重工", "环保工程", "建筑工程", "高分子材料", "轴承制造",
)  # fmt: skip
_ENDINGS = ("有限公司", "有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
_LOWER = ("", "", "", "合同专用章", "财务专用章", "质量专用章")

CLASSES = (
    "normal", "faint", "half", "strip", "oval", "over_text", "several", "blue", "square",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SealPage:
    """picture: as it comes from the scanner. boxes: those of `truths` in the picture."""

    picture: Picture
    dpi: float
    truths: tuple[SealTruth, ...]
    boxes: tuple[Box, ...]
    photo: bool = False


def company(chance: random.Random) -> str:
    """A full name such as companies have."""
    words = "".join(chance.sample(_WORDS, chance.choice((2, 2, 2, 3))))
    return chance.choice(_PLACES) + words + chance.choice(_TRADES) + chance.choice(_ENDINGS)


def seal_page(kind: str, seed: int) -> SealPage:
    """One page of a class of CLASSES."""
    chance = random.Random(f"{kind} {seed}")
    dpi = chance.choice((150.0, 200.0))
    page = paper(dpi, seed, form=chance.random() < 0.4)
    truths: list[SealTruth] = []
    if kind == "strip":
        count = chance.randrange(3, 6)
        pages = [page] * count
        pages = [page if place == seed % count else np.full_like(page, 250)
                 for place in range(count)]  # fmt: skip
        y = page.shape[0] * chance.uniform(0.2, 0.8)
        looks = _looks(chance)
        every = draw_over_edges(pages, y=y, diameter=pixels(chance.uniform(40, 46), dpi), **looks)
        truths.append(every[seed % count])
    elif kind == "several":
        truths.extend(_several(page, dpi, chance))
    else:
        truths.append(_one(page, kind, dpi, chance))
    edge = kind in ("half", "strip")
    photo = not edge and chance.random() < 0.2
    return _taken(page, dpi, truths, seed, photo=photo, skew=chance.uniform(-0.6, 0.6))


def distractor_page(seed: int, kind: str = "") -> SealPage:
    """A page with one to three of DISTRACTORS (or just that one) and no seal."""
    chance = random.Random(f"distractor {seed}")
    dpi = chance.choice((150.0, 200.0))
    page = paper(dpi, seed, form=chance.random() < 0.4)
    names = sorted(DISTRACTORS)
    chosen = [kind] if kind else chance.sample(names, chance.choice((1, 1, 2, 3)))
    for name in chosen:
        DISTRACTORS[name](page, dpi, chance)
    return _taken(page, dpi, [], seed, photo=chance.random() < 0.2, skew=None)


def grey_page(seed: int) -> SealPage:
    """A page with a good seal, scanned black and white."""
    chance = random.Random(f"grey {seed}")
    page = paper(150, seed)
    truth = _one(page, "normal", 150, chance)
    return SealPage(scanned(grey(page), seed, cast=False, noise=0), 150, (truth,), (truth.box,))


def _one(page: Picture, kind: str, dpi: float, chance: random.Random) -> SealTruth:
    height, width = page.shape[:2]
    size = pixels(_millimetres(kind, chance), dpi)
    high = size * 2 / 3 if kind == "oval" else size
    x = chance.uniform(size * 0.6, width - size * 0.6)
    y = chance.uniform(high * 0.6, height - high * 0.6)
    if kind == "half":
        inside = size * chance.uniform(-0.25, 0.25)
        side = chance.randrange(4)
        x = (inside, width - inside, x, x)[side]
        y = (y, y, inside, height - inside)[side]
    if kind == "over_text":
        x, y = width * chance.uniform(0.25, 0.75), height * chance.uniform(0.25, 0.5)
    looks = _looks(chance)
    if kind == "faint":
        looks["strength"], looks["noise"] = chance.uniform(0.18, 0.38), chance.uniform(0.2, 0.9)
    if kind == "blue":
        looks["ink"] = "blue"
    if kind == "oval":
        looks["lower"] = chance.choice(("发票专用章", "财务专用章", ""))
    if kind == "square":
        looks["lower"] = ""
        looks["name"] = chance.choice(("张伟之印", "王建国印", "李明", "刘洋之印", "财务专用章"))
    form = kind if kind in ("oval", "square") else "round"
    return draw_seal(page, centre=(x, y), diameter=size, kind=form, **looks)  # type: ignore


def _millimetres(kind: str, chance: random.Random) -> float:
    if kind == "square":
        return chance.uniform(18, 26)
    if kind == "oval":
        return chance.uniform(40, 50)
    return chance.choice((38.0, 40.0, 42.0, 42.0, 45.0, 50.0, 58.0))


def _looks(chance: random.Random) -> dict[str, object]:
    return {
        "name": company(chance),
        "code": "".join(chance.choice("0123456789") for _ in range(13)),
        "star": chance.random() < 0.92,
        "lower": chance.choice(_LOWER),
        "strength": chance.uniform(0.6, 1.0),
        "noise": chance.uniform(0.05, 0.5),
        "blur": chance.uniform(0.4, 1.4),
        "angle": chance.gauss(0, 12),
        "seed": chance.randrange(1 << 30),
    }


def _several(page: Picture, dpi: float, chance: random.Random) -> list[SealTruth]:
    """Two to four, half of the time two of them one over the other."""
    height, width = page.shape[:2]
    truths: list[SealTruth] = []
    wanted, touching = chance.randrange(2, 5), chance.random() < 0.5
    for _ in range(200):
        size = pixels(chance.uniform(38, 46), dpi)
        x = chance.uniform(size * 0.6, width - size * 0.6)
        y = chance.uniform(size * 0.6, height - size * 0.6)
        if touching and len(truths) == 1:
            turn, near = chance.uniform(0, 6.28), size * chance.uniform(0.55, 0.95)
            first = truths[0].centre
            x, y = first[0] + near * np.cos(turn), first[1] + near * np.sin(turn)
            if not (size / 2 < x < width - size / 2 and size / 2 < y < height - size / 2):
                continue
        elif any(np.hypot(x - one.centre[0], y - one.centre[1]) < size * 1.3 for one in truths):
            continue
        looks = _looks(chance)
        truths.append(draw_seal(page, centre=(x, y), diameter=size, **looks))  # type: ignore
        if len(truths) == wanted:
            break
    return truths


def _taken(
    page: Picture,
    dpi: float,
    truths: list[SealTruth],
    seed: int,
    *,
    photo: bool,
    skew: float | None,
) -> SealPage:
    """The page through a scanner, or before a camera: then its dpi is not known (0)."""
    matrix = camera_matrix(page, seed) if photo else scan_matrix(page, seed, skew=skew)
    picture = photographed(page, seed) if photo else scanned(page, seed, skew=skew)
    boxes = tuple(_moved(one, matrix, page.shape) for one in truths)
    return SealPage(picture, 0.0 if photo else dpi, tuple(truths), boxes, photo)


def _moved(truth: SealTruth, matrix: Matrix, shape: tuple[int, ...]) -> Box:
    """The box around the moved outline, cut at the picture's edges."""
    turn = np.linspace(0, 2 * np.pi, 90)
    flat = np.stack([np.cos(turn) * truth.size[0] / 2, np.sin(turn) * truth.size[1] / 2])
    if truth.kind == "square":
        flat = np.clip(flat * 2, -truth.size[0] / 2, truth.size[0] / 2)
    lean = np.radians(truth.angle)
    rotation = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    outline = rotation @ flat + np.array(truth.centre)[:, None]
    x0, y0, x1, y1 = truth.box  # where a strip was cut out of the seal
    outline = np.clip(outline, [[x0], [y0]], [[x1], [y1]])
    moved = matrix @ np.vstack([outline, np.ones(outline.shape[1])])
    xs = np.clip(moved[0] / moved[2], 0, shape[1])
    ys = np.clip(moved[1] / moved[2], 0, shape[0])
    return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())
