"""What was found on a page, in pixels of the picture that was looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, BGR."""

Map = npt.NDArray[np.float32]
"""Height × width, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An outline. x, y: its centre, which may lie outside the picture. a, b: half of its long and
    its short axis. angle: degrees clockwise from the x axis to the long one."""

    x: float
    y: float
    a: float
    b: float
    angle: float = 0.0

    @property
    def size(self) -> float:
        """Radius of the circle of the same area."""
        return float(np.sqrt(self.a * self.b))

    def scaled(self, factor: float) -> Ellipse:
        """The same outline in a picture so many times as large."""
        return Ellipse(
            self.x * factor, self.y * factor, self.a * factor, self.b * factor, self.angle
        )

    def box(self) -> tuple[float, float, float, float]:
        """The upright rectangle around it, uncut."""
        turn = np.radians(self.angle)
        wide = float(np.hypot(self.a * np.cos(turn), self.b * np.sin(turn)))
        high = float(np.hypot(self.a * np.sin(turn), self.b * np.cos(turn)))
        return self.x - wide, self.y - high, self.x + wide, self.y + high


@dataclass(frozen=True, slots=True)
class FoundSeal:
    """One seal. box: x0, y0, x1, y1 of what lies on the page. kind: "round", "oval", "square",
    "part" (cut by the page's edge). ink: "red", "blue". confidence: 0 to 1. ellipse: the whole
    outline, also of a part; of a square the one within it. faint: its ink hardly shows. edge:
    "left", "right", "top", "bottom" of the page that cuts it, "" where none does.
    """

    box: tuple[float, float, float, float]
    kind: str
    ink: str
    confidence: float
    ellipse: Ellipse
    faint: bool = False
    edge: str = ""


@dataclass(frozen=True, slots=True)
class SealsFound:
    """seals: from the top of the page down. colour: False where the picture is grey, so that no
    seal can be told by its ink; then there are none."""

    seals: tuple[FoundSeal, ...]
    colour: bool
