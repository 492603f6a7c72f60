"""How many seals are found, how many are seen where there are none, how well names are read.

    python -m benchmarks.seals [CLASS …] [--pages 200] [--distractors 600] [--names 70]

Pages are drawn in code (tests/builders/seal_cases.py), a fifth of them as photographs; page n of a
class is always the same. A seal is found if a box overlaps its own by half (intersection over
union). A false alarm is a box that is no seal's. Milliseconds are of the processor, on one thread,
a page at 150 or 200 dpi. Names are read on the pages of the classes `normal` and `oval`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

import cv2

from model.likeness import likeness
from parsers.ocr.engine import engine
from parsers.seals import find_seals, read_name
from tests.builders.seal_cases import (
    CLASSES,
    Box,
    SealPage,
    distractor_page,
    grey_page,
    seal_page,
)

NAMED = ("normal", "over_text", "oval")
_OVERLAP = 0.5


@dataclass(slots=True)
class Result:
    """Counts of one class. names: likeness of each name read to the true one."""

    pages: int = 0
    seals: int = 0
    found: int = 0
    false: int = 0
    pages_with_false: int = 0
    seconds: float = 0.0
    names: list[float] = field(default_factory=list)
    name_seconds: float = 0.0
    missed: list[int] = field(default_factory=list)
    alarms: list[int] = field(default_factory=list)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def measure(page: SealPage, number: int, result: Result, *, names: bool) -> None:
    start = time.process_time()
    seals = list(find_seals(page.picture, page.dpi).seals)
    result.seconds += time.process_time() - start
    result.pages += 1
    result.seals += len(page.truths)
    for truth, box in zip(page.truths, page.boxes, strict=True):
        best = max(seals, key=lambda seal: overlap(seal.box, box), default=None)
        if best is None or overlap(best.box, box) < _OVERLAP:
            result.missed.append(number)
            continue
        result.found += 1
        seals.remove(best)
        if names:
            start = time.process_time()
            text, _ = read_name(page.picture, best, engine())
            result.name_seconds += time.process_time() - start
            result.names.append(likeness(text, truth.name))
    result.false += len(seals)
    result.pages_with_false += bool(seals)
    if seals:
        result.alarms.append(number)


def show(kind: str, result: Result) -> None:
    recall = f"{result.found / result.seals:.3f}" if result.seals else "-"
    line = (
        f"{kind:<11} {result.pages:>5} {result.seals:>5} {recall:>7} {result.false:>5} "
        f"{result.pages_with_false / result.pages:>9.3f} "
        f"{1000 * result.seconds / result.pages:>6.0f}"
    )
    if result.names:
        exact = sum(one == 1.0 for one in result.names)
        mean = sum(result.names) / len(result.names)
        line += (
            f"  {exact}/{len(result.names)} exact, likeness {mean:.3f}, "
            f"{1000 * result.name_seconds / len(result.names):.0f} ms"
        )
    print(line)
    if result.missed or result.alarms:
        print(f"            missed {result.missed[:20]} false {result.alarms[:20]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("classes", nargs="*", metavar="CLASS")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--distractors", type=int, default=600)
    parser.add_argument("--names", type=int, default=70)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    print("class       pages seals  recall false pages with   ms  names")
    for kind in options.classes or (*CLASSES, "grey", "distractor"):
        result = Result()
        count = options.distractors if kind == "distractor" else options.pages
        for number in range(count):
            if kind == "distractor":
                page = distractor_page(number)
            elif kind == "grey":
                page = grey_page(number)
            else:
                page = seal_page(kind, number)
            named = kind in NAMED and len(result.names) < options.names
            measure(page, number, result, names=named)
        show(kind, result)


if __name__ == "__main__":
    main()
