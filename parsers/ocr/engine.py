"""The recognition engine: PP-OCRv6 through RapidOCR, one to a process, on one thread.

The models are those within the wheel of the pinned version, given by path, so that nothing is
ever fetched. The memory arena is off: it would keep the largest page's memory for ever.

Residual risks: the engine reads what looks like text, and is sure of some of what is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapidocr
from rapidocr.main import RapidOCRError

from parsers.pages.picture import Picture

METHOD = "ocr rapidocr 3.10.0"
DETECTOR_SIDE = 960
"""Pixels of the longer side at which lines are looked for; 1.6 times that finds no more on A4."""
_MODELS = Path(rapidocr.__file__).parent / "models"
_PARAMETERS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "Global.max_side_len": 1 << 30,  # lines are cut out of the picture as it is
    "Det.limit_type": "max",
    "Det.limit_side_len": DETECTOR_SIDE,
    "Det.model_path": str(_MODELS / "PP-OCRv6_det_small.onnx"),
    "Rec.model_path": str(_MODELS / "PP-OCRv6_rec_small.onnx"),
    "Cls.model_path": str(_MODELS / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
}
_TALL = 1.5
"""A cutting so much taller than wide is given lying on its side."""

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Corners in pixels: upper left, upper right, lower right, lower left of the writing."""


Told = tuple[str, float]
"""The text of one line and its confidence, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing. confidence: mean over its characters, 0 to 1."""

    text: str
    confidence: float
    quad: Quad


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands, and its cutting: a tall one turned left by a quarter."""

    quad: Quad
    cutting: Picture


class TextEngine:
    """Finds lines and reads them. Not for several threads at once."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._rapid = rapidocr.RapidOCR(params=_PARAMETERS)

    def lines(self, picture: Picture) -> list[Line]:
        """What is written on a page, roughly from top to bottom; its red channel alone is
        looked at, in which the ink of a red seal is white."""
        places = self.places(red_channel(picture))
        read = self.read([place.cutting for place in places])
        return [
            Line(text, confidence, place.quad)
            for place, (text, confidence) in zip(places, read, strict=True)
            if text.strip()
        ]

    def strip(self, picture: Picture) -> Told:
        """The one line that a cutting shows, as it is, all colours; "" and 0.0 for nothing."""
        return self.read([picture])[0]

    def places(self, picture: Picture, side: int = DETECTOR_SIDE) -> list[Place]:
        """Where lines stand on a picture, all colours, not read yet. side: pixels of its longer
        side at which they are looked for."""
        padded: dict[str, Any] = {}
        # Made by its own hand so that the side counts from the first page on.
        self._rapid._load_det_model().limit_side_len = side
        try:
            cuttings, found = self._rapid.detect_and_crop(picture, padded)
        except RapidOCRError:  # what it says of a picture without a line
            return []
        # A very long and low picture is given a border for the detector.
        upper = padded.get("padding_1", {}).get("top", 0)
        return [
            Place(_quad(box, upper), cutting)
            for box, cutting in zip(found.boxes, cuttings, strict=True)
            if cutting.size
        ]

    def read(self, cuttings: Sequence[Picture]) -> list[Told]:
        """Text and confidence of each cutting of one line."""
        if not cuttings:
            return []
        try:
            found = self._rapid.recognize_txt([_whole(cutting) for cutting in cuttings])
        except RapidOCRError:
            return [("", 0.0)] * len(cuttings)
        return [(text, float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


@cache
def engine() -> TextEngine:
    """The engine of this process, made when first asked for (1 s, 250 MB)."""
    return TextEngine()


def red_channel(picture: Picture) -> Picture:
    """The red channel three times over."""
    return picture[:, :, (2, 2, 2)]


def _quad(box: Any, upper: float) -> Quad:
    corners = [(float(x), max(float(y) - upper, 0.0)) for x, y in box]
    return corners[0], corners[1], corners[2], corners[3]


def _whole(cutting: Picture) -> Picture:
    return np.ascontiguousarray(cutting)
