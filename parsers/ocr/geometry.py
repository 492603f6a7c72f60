"""From a picture to the same picture turned, straightened or flattened, and places mapped back.

A matrix is 3×3 and takes pixels of one picture to pixels of the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from model.document import Box
from parsers.pages.picture import Picture

Matrix = npt.NDArray[np.float64]
Point = tuple[float, float]

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def unmoved() -> Matrix:
    return np.eye(3, dtype=np.float64)


def turn(picture: Picture, degrees: int) -> tuple[Picture, Matrix]:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    height, width = picture.shape[:2]
    if degrees % 360 == 0:
        return picture, unmoved()
    matrices = {
        90: [[0, -1, height], [1, 0, 0], [0, 0, 1]],
        180: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        270: [[0, 1, 0], [-1, 0, width], [0, 0, 1]],
    }
    made = np.asarray(cv2.rotate(picture, _TURNS[degrees % 360]), np.uint8)
    return made, np.array(matrices[degrees % 360], np.float64)


def rotate(picture: Picture, degrees: float) -> tuple[Picture, Matrix]:
    """The picture turned clockwise by a few degrees on a sheet that holds all of it, white."""
    height, width = picture.shape[:2]
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    wide = int(abs(width * cosine) + abs(height * sine) + 0.5)
    tall = int(abs(height * cosine) + abs(width * sine) + 0.5)
    matrix = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]], np.float64)
    middle = matrix @ (width / 2, height / 2, 1)
    matrix[:2, 2] = (wide / 2 - middle[0], tall / 2 - middle[1])
    made = cv2.warpAffine(
        picture, matrix[:2], (wide, tall), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
    )
    return np.asarray(made, np.uint8), matrix


def flatten(
    picture: Picture, corners: Iterable[Point], size: tuple[int, int]
) -> tuple[Picture, Matrix]:
    """What lies between four corners (upper left, upper right, lower right, lower left) as a
    straight picture of `size` (width, height)."""
    wide, tall = size
    source = np.array(list(corners), np.float32)
    target = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    made = cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(made, np.uint8), matrix


def moved(points: Iterable[Point], matrix: Matrix) -> list[Point]:
    """The points as the matrix takes them."""
    made = np.array([(x, y, 1.0) for x, y in points]) @ matrix.T
    return [(float(x / w), float(y / w)) for x, y, w in made]


def box_around(points: Iterable[Point]) -> Box:
    """The upright box that holds all points."""
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def corners_of(box: Box) -> list[Point]:
    """Upper left, upper right, lower right, lower left."""
    x0, y0, x1, y1 = box
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
