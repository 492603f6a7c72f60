"""Page numbers as a person writes them."""

from __future__ import annotations

from collections.abc import Iterable


def page_list(numbers: Iterable[int]) -> str:
    """Page numbers for a person: 1、3-7、9."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "、".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
