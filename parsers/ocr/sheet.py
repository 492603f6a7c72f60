"""A sheet of paper in a photograph: where it lies, and its light made even.

Residual risks: a sheet on a background as bright as itself is not found, and the picture is read
as it is; so is a sheet that the picture cuts off.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from parsers.ocr.geometry import Matrix, Point, flatten
from parsers.pages.picture import Picture

Grey = npt.NDArray[np.uint8]

_LONG_SIDE = 500
_BORDER = 0.012
"""Share of the side that is looked at for a background."""
_DARKER = 0.82
"""A background is darker than this share of the paper's light."""
_LEAST_AREA, _LEAST_FILL, _SURE_FILL = 0.2, 0.92, 0.97
_CORNER_DEGREES = (55.0, 125.0)
_A4, _A4_SLACK = math.sqrt(2), 0.15
_UNLIKE = 32
"""Grey levels in any channel by which paper differs from what lies around it."""
_BESIDES = 0.15
"""Share of the sheet's area that may be as bright beside it."""
_EVEN = 0.9
"""Paper whose darkest part has this share of its brightest one's light is even enough."""


def find_sheet(picture: Picture) -> list[Point] | None:
    """The corners of the sheet (upper left, upper right, lower right, lower left), in pixels;
    None where the picture is nothing but the sheet."""
    scale = min(_LONG_SIDE / max(picture.shape[:2]), 1.0)
    small = np.asarray(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    if not _has_background(grey):
        return None
    soft = cv2.GaussianBlur(grey, (5, 5), 0)
    saturation = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2HSV)[:, :, 1], np.uint8)
    found: list[tuple[float, npt.NDArray[np.float64]]] = []
    for mask in [_unlike_the_border(small), *_masks(np.asarray(soft, np.uint8), saturation)]:
        quad = _quadrilateral(mask)
        if quad is not None:
            found.append(quad)
            if quad[0] >= _SURE_FILL:
                break
    if not found:
        return None
    best = max(found, key=lambda one: one[0])[1]
    if _is_one_of_several(grey, best):
        return None
    return [(float(x / scale), float(y / scale)) for x, y in best]


def flat_sheet(picture: Picture, corners: list[Point], long_side: int) -> tuple[Picture, Matrix]:
    """The sheet between the corners, straight; near enough to A4 it becomes exactly that."""
    points = np.array(corners)
    across = max(_length(points[0], points[1]), _length(points[3], points[2]))
    down = max(_length(points[0], points[3]), _length(points[1], points[2]))
    longer, shorter = max(across, down), min(across, down)
    if abs(longer / shorter / _A4 - 1) <= _A4_SLACK:
        shorter = longer / _A4
    scale = min(long_side / longer, 1.0)
    longer, shorter = longer * scale, shorter * scale
    wide, tall = (longer, shorter) if across > down else (shorter, longer)
    return flatten(picture, corners, (round(wide), round(tall)))


def even_light(grey: Grey) -> Grey:
    """The page with its paper equally bright everywhere; as it is where it already is so."""
    scale = 1 / 8
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    low, high = np.percentile(paper, (3, 97))
    if low >= _EVEN * high and high > 200:
        return grey
    height, width = grey.shape
    light = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(light, 40), scale=250), np.uint8)


def _has_background(grey: Grey) -> bool:
    """Whether one side at least is bordered by something darker than the paper."""
    edge = max(int(max(grey.shape) * _BORDER), 2)
    sides = (grey[:edge], grey[-edge:], grey[:, :edge], grey[:, -edge:])
    paper = float(np.percentile(grey, 90))
    return sum(float(np.median(side)) < paper * _DARKER for side in sides) >= 2


def _is_one_of_several(grey: Grey, quad: npt.NDArray[np.float64]) -> bool:
    """Whether there is more as bright as the paper: a second sheet, the other side of a card."""
    inside = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(quad).astype(np.int32), 1)
    area = max(int(inside.sum()), 1)
    paper = float(np.median(grey[inside == 1]))
    besides = int(((grey >= 0.9 * paper) & (inside == 0)).sum())
    return besides > _BESIDES * area


def _masks(soft: Grey, saturation: Grey) -> list[Grey]:
    """What might be paper: the bright, the brighter than around it, the colourless."""
    _, bright = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edges = cv2.dilate(cv2.Canny(soft, 30, 90), np.ones((3, 3), np.uint8))
    _, coloured = cv2.threshold(saturation, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return [
        np.asarray(bright, np.uint8),
        np.asarray(cv2.bitwise_not(edges), np.uint8),
        np.asarray(cv2.bitwise_not(coloured), np.uint8),
    ]


def _unlike_the_border(small: Picture) -> Grey:
    """What is not of the colour that the picture has all around: the paper in its shadow, too."""
    edge = max(int(max(small.shape[:2]) * _BORDER), 2)
    sides = (small[:edge], small[-edge:], small[:, :edge], small[:, -edge:])
    border = np.median(np.concatenate([side.reshape(-1, 3) for side in sides]), axis=0)
    apart = np.abs(cv2.GaussianBlur(small, (5, 5), 0).astype(np.int16) - border).max(axis=2)
    return np.asarray((apart > _UNLIKE) * 255, np.uint8)


def _quadrilateral(mask: Grey) -> tuple[float, npt.NDArray[np.float64]] | None:
    """The largest four-cornered piece of a mask, and how well it fills its four corners."""
    height, width = mask.shape
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    largest = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(largest)
    # Not the hull's: specks strewn over the desk have a large hull as well.
    area = cv2.contourArea(largest)
    if area < _LEAST_AREA * width * height:
        return None
    around = cv2.arcLength(hull, True)
    for slack in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, slack * around, True).reshape(-1, 2).astype(np.float64)
        if len(corners) == 4:
            break
    else:
        return None
    quad = _in_order(corners)
    covered = cv2.contourArea(quad.astype(np.float32))
    fill = min(area, covered) / max(area, covered, 1.0)
    whole = covered > 0.985 * width * height
    if whole or fill < _LEAST_FILL or not _plausible(quad):
        return None
    return fill, quad


def _in_order(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Upper left, upper right, lower right, lower left."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    around = corners[np.argsort(angles)]
    first = int(np.argmin(around.sum(axis=1)))
    return np.roll(around, -first, axis=0)


def _plausible(quad: npt.NDArray[np.float64]) -> bool:
    for place in range(4):
        back = quad[place - 1] - quad[place]
        on = quad[(place + 1) % 4] - quad[place]
        cosine = float(back @ on / max(np.linalg.norm(back) * np.linalg.norm(on), 1e-9))
        low, high = _CORNER_DEGREES
        if not low <= math.degrees(math.acos(max(min(cosine, 1), -1))) <= high:
            return False
    return True


def _length(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    return float(np.hypot(*(one - other)))
