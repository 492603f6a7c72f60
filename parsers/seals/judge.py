"""Is this outline a seal? The bounds, each with what it keeps out."""

from __future__ import annotations

from parsers.seals.features import Features

LEAST_RING = 0.55
"""A circle of chance has less; worn rings have more."""
LEAST_BESIDE = 0.5
"""The ring's share less one and a half times that of the ink around it: where lines and letters
cross, a circle of chance has more of both."""
LEAST_KNOWN = 0.16
MOST_OUTSIDE = 0.22
"""A ring inside something larger (a disc, a chart, a photograph) has ink around it."""
MOST_GAP = 0.5
MOST_THICK = 0.17
"""Rings of logos and of charts are thicker beside their radius."""
LEAST_STROKES, SURE_STROKES = 8.5, 10.0
"""Letters cross a circle many times, spokes and shapes seldom."""
MOST_MIDDLE = 0.5
"""Where spokes meet there is more; with so much in the middle, letters have to be sure."""
BARE = 0.03
"""So much outside: not a ring that stands alone; letters have to be sure then too."""
LEAST_SECTORS = 0.4
BAND = (0.035, 0.56)


def confidence(found: Features) -> float:
    """0 where it is none, else from 0.3 to 1."""
    if (
        found.known < LEAST_KNOWN
        or found.ring < LEAST_RING
        or found.outside > MOST_OUTSIDE
        or found.ring - 1.5 * found.outside < LEAST_BESIDE
        or found.gap > MOST_GAP
        or found.thick > MOST_THICK
        or found.strokes < LEAST_STROKES
        or (found.strokes < SURE_STROKES and (found.middle > MOST_MIDDLE or found.outside > BARE))
        or found.sectors < LEAST_SECTORS
        or not BAND[0] <= found.band <= BAND[1]
    ):
        return 0.0
    ring = _ramp(found.ring, LEAST_RING, 0.95)
    clear = 1 - _ramp(found.outside, 0.05, MOST_OUTSIDE)
    letters = _ramp(found.strokes, LEAST_STROKES, 16)
    spread = _ramp(found.sectors, LEAST_SECTORS, 0.75)
    seen = _ramp(found.known, LEAST_KNOWN, 0.5)
    return round(0.3 + 0.25 * ring + 0.1 * clear + 0.15 * letters + 0.1 * spread + 0.1 * seen, 3)


def _ramp(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)
