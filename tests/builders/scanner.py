"""What lies between paper and file: a flat-bed scanner, a telephone's camera, grey.

Pictures are uint8 BGR; every function is a function of its seed.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tests.builders.seals import Picture

Matrix = npt.NDArray[np.float64]
"""3×3, from the page as printed to the picture taken of it."""


def scan_matrix(page: Picture, seed: int = 0, *, skew: float | None = None) -> Matrix:
    """How `scanned` moves the page."""
    height, width = page.shape[:2]
    turn = float(np.random.default_rng(seed).uniform(-1.2, 1.2)) if skew is None else skew
    return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1), [0, 0, 1]])


def camera_matrix(page: Picture, seed: int = 0) -> Matrix:
    """How `photographed` moves the page."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = np.random.default_rng(seed).uniform(0.02, 0.09, (4, 2)) * (width, height)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    moved = (corners + inset * signs).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, moved), np.float64)


def scanned(
    page: Picture,
    seed: int = 0,
    *,
    noise: float = 4.0,
    quality: int = 75,
    skew: float | None = None,
    cast: bool = True,
) -> Picture:
    """As a flat-bed scanner gives it: a little askew, uneven light, a tint, grain, JPEG.

    noise: sigma in grey levels. skew: degrees, drawn from the seed where None.
    """
    chance = np.random.default_rng([seed, 1])
    height, width = page.shape[:2]
    matrix = scan_matrix(page, seed, skew=skew)[:2]
    out = cv2.warpAffine(page, matrix, (width, height), borderValue=(248, 248, 248))
    light = np.linspace(1.0, chance.uniform(0.93, 1.0), width)[None, :, None]
    tint = chance.uniform(0.93, 1.0, 3) if cast else np.ones(3)
    lit = _lit(out, np.broadcast_to(light * tint, out.shape))
    return _jpeg(_grained(lit, chance, noise), quality)


def photographed(page: Picture, seed: int = 0, *, quality: int = 80) -> Picture:
    """As a telephone sees it on a desk: perspective, a shadow, warm light, blur, JPEG."""
    chance = np.random.default_rng([seed, 1])
    height, width = page.shape[:2]
    matrix = camera_matrix(page, seed)
    desk = tuple(int(one) for one in chance.integers(40, 120, 3))
    out = cv2.warpPerspective(page, matrix, (width, height), borderValue=desk)
    across = np.linspace(chance.uniform(0.6, 0.95), 1, width, dtype=np.float32)
    down = np.linspace(1, chance.uniform(0.7, 1), height, dtype=np.float32)
    warm = np.array([chance.uniform(0.8, 0.95), 0.96, 1.0], np.float32)
    lit = _lit(out, np.outer(down, across)[..., None] * warm)
    soft = cv2.GaussianBlur(lit, (0, 0), float(chance.uniform(0.6, 1.3)))
    return _jpeg(_grained(np.asarray(soft, np.uint8), chance, 3), quality)


def _lit(page: Picture, share: npt.NDArray[np.floating]) -> Picture:
    """The page in such light, 1 being full."""
    gain = (share * 255).astype(np.uint8)
    return np.asarray(cv2.multiply(page, gain, scale=1 / 255), np.uint8)


def _grained(page: Picture, chance: np.random.Generator, noise: float) -> Picture:
    """With grain of that sigma: one tile over and over, from a different place on each page."""
    if noise <= 0:
        return page
    tile = chance.normal(0, noise, (509, 509, 3)).astype(np.int16)
    down, across = page.shape[0] // 509 + 1, page.shape[1] // 509 + 1
    grain = np.tile(tile, (down, across, 1))[: page.shape[0], : page.shape[1]]
    return np.asarray(cv2.add(page, grain, dtype=cv2.CV_8U), np.uint8)


def grey(page: Picture) -> Picture:
    """As a black-and-white scanner gives it, in three equal channels."""
    return np.asarray(
        cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8
    )


def _jpeg(page: Picture, quality: int) -> Picture:
    done, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
