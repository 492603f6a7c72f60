"""Letters that stand below each other (竖排 labels of forms), laid side by side to be read."""

from __future__ import annotations

import cv2
import numpy as np

from parsers.pages.picture import Picture

_INK = 25
_NEAR = 0.22
"""Strokes of one letter are nearer than this share of its width."""
_TALLEST = 1.2


def side_by_side(cutting: Picture) -> Picture:
    """A tall cutting of letters in a column → the same letters in a row."""
    width = cutting.shape[1]
    letters = [cutting[start:end] for start, end in _letters(cutting)]
    side = width
    row: list[Picture] = []
    for letter in letters:
        tall = letter.shape[0]
        paper = np.full((side, side, 3), 250, np.uint8)
        if tall > side:
            letter = np.asarray(cv2.resize(letter, (width, side)), np.uint8)
            tall = side
        start = (side - tall) // 2
        paper[start : start + tall] = letter
        row.append(paper)
    return np.hstack(row) if row else cutting


def _letters(cutting: Picture) -> list[tuple[int, int]]:
    """From which row of pixels to which each letter stands."""
    height, width = cutting.shape[:2]
    dark = cutting[:, :, 0].astype(np.int16) < int(np.percentile(cutting[:, :, 0], 90)) - 60
    inked = dark.sum(axis=1) > 0
    runs: list[list[int]] = []
    for row in np.flatnonzero(inked):
        if runs and row - runs[-1][1] <= 1:
            runs[-1][1] = int(row)
        else:
            runs.append([int(row), int(row)])
    letters: list[list[int]] = []
    for start, end in runs:
        near = letters and start - letters[-1][1] <= _NEAR * width
        if near and end - letters[-1][0] <= _TALLEST * width * 0.85:
            letters[-1][1] = end
        else:
            letters.append([start, end])
    return [(max(start - 2, 0), min(end + 3, height)) for start, end in letters]
