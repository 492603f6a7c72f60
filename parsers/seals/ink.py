"""Where on a page there is red or blue ink, beside the white of the paper around it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from parsers.seals.found import Map, Picture

WORK_DPI = 72.0
A4_LONG_INCHES = 297 / 25.4
_GREY_LEVELS = 3
_GREY_SHARE = 0.998


@dataclass(frozen=True, slots=True)
class Inks:
    """A page in the resolution in which seals are looked for.

    scale: its pixels for one of the picture. per_mm: its pixels for a millimetre, a guess where
    sure is False. red, blue: how much of that ink, 0 to 1, saturated early so that a faint seal
    weighs as much as a heavy one. raw: the same as measured. dark: what black print hides.
    """

    scale: float
    per_mm: float
    sure: bool
    maps: dict[str, Map]
    raw: dict[str, Map]
    dark: npt.NDArray[np.bool_]


def is_grey(picture: Picture) -> bool:
    """Whether all channels are one: a black-and-white scan, in which red ink is grey."""
    blue, green, red = cv2.split(np.ascontiguousarray(picture[::3, ::3]))
    spread = cv2.max(cv2.absdiff(red, green), cv2.absdiff(green, blue))
    return bool((spread <= _GREY_LEVELS).mean() >= _GREY_SHARE)


def inks(picture: Picture, dpi: float) -> Inks:
    """The page's ink maps; dpi 0 where it is not known: then the picture is taken for a whole A4
    page."""
    height, width = picture.shape[:2]
    real = dpi if dpi > 0 else max(height, width) / A4_LONG_INCHES
    scale = min(WORK_DPI / real, 1.0)
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = _smaller(picture, size)
    blue, green, red = (
        np.minimum(cv2.divide(one, white, dtype=cv2.CV_32F), 1.0)
        for one, white in zip(cv2.split(small), cv2.split(_white(small)), strict=True)
    )
    raw = {
        "red": np.asarray(red - cv2.max(green, blue), np.float32),
        "blue": np.asarray(blue - cv2.max(red, green), np.float32),
    }
    maps = {name: _saturated(one) for name, one in raw.items()}
    dark = cv2.max(cv2.max(red, green), blue) < 0.5
    return Inks(scale, real * scale / 25.4, dpi > 0, maps, raw, dark)


def _smaller(picture: Picture, size: tuple[int, int]) -> Picture:
    """By halves and then a little more: a sixth of the time of one step over areas."""
    while picture.shape[1] >= 2 * size[0] and picture.shape[0] >= 2 * size[1]:
        height, width = picture.shape[0] // 2, picture.shape[1] // 2
        even = picture[: height * 2, : width * 2]
        picture = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _white(small: Picture) -> Picture:
    """The paper's colour around each pixel: the lightest of some 25 mm."""
    height, width = small.shape[:2]
    tiny = cv2.resize(
        small, (max(width // 6, 2), max(height // 6, 2)), interpolation=cv2.INTER_AREA
    )
    light = cv2.dilate(tiny, np.ones((11, 11), np.uint8))
    light = cv2.blur(light, (9, 9))
    white = cv2.resize(np.maximum(light, 40), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(white, np.uint8)


def _saturated(raw: Map) -> Map:
    sample = raw[::3, ::3]
    middle = float(np.median(sample))
    spread = float(np.median(np.abs(sample - middle))) * 1.48
    low = max(0.035, middle + 4 * spread)
    return np.asarray(np.clip((raw - low) / 0.05, 0, 1), np.float32)
