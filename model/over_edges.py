"""Seals that lie over the edges of several pages (骑缝章): which parts belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from model.document import Seal

_NEAR = 12.0
"""Points from the page's edge within which a part counts as cut by it: sheets lie askew."""
_ASKEW = 22.0
"""Points by which the parts on two pages may stand at different heights."""
_JOINED_CONFIDENCE = 0.85


def over_edges(seals: Sequence[Seal], sizes: Mapping[int, tuple[float, float]]) -> tuple[Seal, ...]:
    """The same seals in the same order; those whose rest is on the next page say so.

    sizes: width and height of each page in points. Parts on two consecutive pages belong together
    if they stand at the same height, either at facing edges or at one and the same edge (pages
    fanned out). That a part has another makes both surer.
    """
    goes_on, joined = set(), set()
    for place, one in enumerate(seals):
        for other_place, other in enumerate(seals):
            if other.page == one.page + 1 and _together(one, other, sizes):
                goes_on.add(place)
                joined |= {place, other_place}
    return tuple(
        replace(
            seal,
            over_edge=place in goes_on,
            confidence=max(seal.confidence, _JOINED_CONFIDENCE)
            if place in joined
            else seal.confidence,
        )
        for place, seal in enumerate(seals)
    )


def _together(one: Seal, other: Seal, sizes: Mapping[int, tuple[float, float]]) -> bool:
    if one.kind != "part" or other.kind != "part" or one.ink != other.ink:
        return False
    first, second = _sides(one, sizes), _sides(other, sizes)
    facing = ("right" in first and "left" in second) or ("left" in first and "right" in second)
    if not facing and not (first & second & {"left", "right"}):
        return False
    overlap = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    shorter = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    middle = abs(one.box[1] + one.box[3] - other.box[1] - other.box[3]) / 2
    return middle <= _ASKEW and overlap >= 0.6 * shorter


def _sides(seal: Seal, sizes: Mapping[int, tuple[float, float]]) -> set[str]:
    width, _ = sizes.get(seal.page, (0.0, 0.0))
    sides = set()
    if seal.box[0] <= _NEAR:
        sides.add("left")
    if width and seal.box[2] >= width - _NEAR:
        sides.add("right")
    return sides
