"""What stands together in one ink: candidates for ovals and squares, and parts at an edge."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from parsers.seals.found import Ellipse, Map

_MOST_BLOBS = 40


@dataclass(frozen=True, slots=True)
class Blob:
    """Ink that stands together. box: x, y, width, height. hull: its corners, n × 2. rectangle: of
    least area: centre, size, degrees. ellipse: through its hull."""

    box: tuple[int, int, int, int]
    hull: npt.NDArray[np.float32]
    rectangle: tuple[tuple[float, float], tuple[float, float], float]
    ellipse: Ellipse
    filled: float


def blobs(ink: Map, gap: float, least: float) -> list[Blob]:
    """Groups of ink with no gap wider than `gap` pixels in them, at least `least` pixels high or
    wide; the largest first."""
    mask = (ink > 0.4).astype(np.uint8)
    reach = max(round(gap), 1) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, kernel))
    found = []
    order = sorted(range(1, count), key=lambda n: -int(stats[n, cv2.CC_STAT_AREA]))
    for number in order[: _MOST_BLOBS * 2]:
        x, y, wide, high = (int(one) for one in stats[number, :4])
        if max(wide, high) < least:
            continue
        part = mask[y : y + high, x : x + wide] & (labels[y : y + high, x : x + wide] == number)
        points = cv2.findNonZero(part.astype(np.uint8))
        if points is None or len(points) < 30:
            continue
        hull = cv2.convexHull(points).reshape(-1, 2).astype(np.float32) + np.array(
            [x, y], np.float32
        )
        if len(hull) < 5:
            continue
        (cx, cy), (across, down), angle = cv2.minAreaRect(hull)
        found.append(
            Blob(
                box=(x, y, wide, high),
                hull=hull,
                rectangle=((cx, cy), (across, down), angle),
                ellipse=hull_ellipse(hull),
                filled=float(part.mean()),
            )
        )
        if len(found) == _MOST_BLOBS:
            break
    return found


def hull_ellipse(hull: npt.NDArray[np.float32]) -> Ellipse:
    """The ellipse of the same area and second moments as the hull's inside: a few stray points
    move it little."""
    moments = cv2.moments(hull)
    area = moments["m00"] or 1.0
    cx, cy = moments["m10"] / area, moments["m01"] / area
    spread = (
        np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / area
    )
    values, vectors = np.linalg.eigh(spread)
    b, a = 2 * np.sqrt(np.maximum(values, 1e-3))
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])))
    return Ellipse(float(cx), float(cy), float(a), float(b), angle)
