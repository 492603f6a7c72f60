"""What an outline has in and around it that tells a seal from a logo, a chart or red text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parsers.seals.found import Ellipse, Map
from parsers.seals.ink import Inks
from parsers.seals.outline import polar

_RADII = np.arange(0.06, 1.3, 0.02, dtype=np.float32)
_SECTORS = 12

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Features:
    """All shares of what lies on the page and is not hidden by black print.

    ring: of the outline that is ink. known: of the outline that can be seen. outside: ink just
    outside it. gap: ink just inside it, where seals are bare. thick: half of the ring's width
    beside its radius. strokes: times that a circle through the letters meets ink, for a whole
    turn. sectors: of the band of letters that have ink. band, middle: how much of the band and of
    the inside of it is ink. heavy: the ring's own ink as measured.
    """

    ring: float
    known: float
    outside: float
    gap: float
    thick: float
    strokes: float
    sectors: float
    band: float
    middle: float
    heavy: float


def features(inks: Inks, ink: Map, raw: Map, ellipse: Ellipse) -> Features:
    """Measured along 62 ellipses of 240 points."""
    near = 2.2 / ellipse.size + 0.01
    rows = np.abs(_RADII - 1.0) <= near
    grid = polar(ink, ellipse, _RADII)
    dark = polar(inks.dark.astype(np.float32), ellipse, _RADII) > 0.5
    seen = (grid >= 0) & ~dark
    on_ring = (grid[rows] > 0.5) & seen[rows]
    ring_seen, ring_ink = seen[rows].any(axis=0), on_ring.any(axis=0)
    covered = ring_ink & ring_seen
    measured = polar(raw, ellipse, _RADII)
    heavy = float(np.median(measured[rows].max(axis=0)[covered])) if covered.any() else 0.0
    # What is much lighter than the ring's own ink is its blur, or another seal's.
    inked = (grid > 0.5) & (measured > heavy * 0.4) & seen

    def zone(low: float, high: float) -> float:
        rows = (low <= _RADII) & (high >= _RADII)
        return _share(inked[rows], seen[rows])

    letters = (_RADII >= 0.56) & (_RADII <= 0.86)
    band_ink, band_seen = inked[letters], seen[letters]
    met = (~band_ink[:, :-1] & band_ink[:, 1:]).sum(axis=1) / np.maximum(
        band_seen.mean(axis=1), 0.05
    )
    parts = np.array_split(np.arange(grid.shape[1]), _SECTORS)
    sectors = [band_ink[:, one].mean() > 0.04 for one in parts if band_seen[:, one].mean() > 0.4]
    around = (_RADII >= 0.8) & (_RADII <= 1.2)
    width = inked[around][:, covered].sum(axis=0) * 0.02 if covered.any() else np.array([1.0])
    return Features(
        ring=_share(ring_ink, ring_seen),
        known=float(ring_seen.mean()),
        outside=zone(1.08, 1.2),
        gap=zone(0.88, 0.93),
        thick=float(np.median(width)),
        strokes=float(np.percentile(met, 75)),
        sectors=float(np.mean(sectors)) if sectors else 0.0,
        band=zone(0.56, 0.86),
        middle=zone(0.06, 0.5),
        heavy=heavy,
    )


def _share(part: Flags, whole: Flags) -> float:
    return float((part & whole).sum() / max(int(whole.sum()), 1))
