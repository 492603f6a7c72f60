"""Which pieces of an OFD page's text a person does not see, and why."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.documents.ofd.geometry import MM_TO_POINTS, BoxMm
from parsers.documents.ofd.objects import OfdImage, OfdObject, OfdPath, OfdText
from parsers.documents.ofd.page import OfdPage
from parsers.documents.unseen import TINY_POINTS, is_faint, is_white, lies_in, lies_off

_MAX_COVERS = 200
_COVER_MM = 2.0


def unseen(page: OfdPage) -> dict[int, str]:
    """The flag of each text that nobody sees, by its place among the page's objects."""
    covers = _covers(page.objects)
    paper = (0.0, 0.0, page.width, page.height)
    flags: dict[int, str] = {}
    for place, one in enumerate(page.objects):
        if isinstance(one, OfdText):
            flag = _flag(place, one, covers, paper)
            if flag:
                flags[place] = flag
    return flags


def image_coverage(page: OfdPage) -> float:
    """How much of the page its images take, 0 to 1."""
    area = 0.0
    for one in page.objects:
        if isinstance(one, OfdImage) and not one.note:
            width = min(one.box[2], page.width) - max(one.box[0], 0.0)
            height = min(one.box[3], page.height) - max(one.box[1], 0.0)
            area += max(width, 0.0) * max(height, 0.0)
    return min(area / max(page.width * page.height, 1.0), 1.0)


def _flag(place: int, one: OfdText, covers: Sequence[tuple[int, BoxMm, bool]], paper: BoxMm) -> str:
    if not one.visible:
        return "hidden"
    if one.colour is None or is_faint(one.alpha):
        return "transparent"
    if one.size * MM_TO_POINTS <= TINY_POINTS:
        return "tiny"
    if lies_off(one.box, paper):
        return "off_page"
    for at, box, _dark in covers:
        if at > place and lies_in(one.box, box):
            return "covered"
    dark = any(at < place and dark and lies_in(one.box, box) for at, box, dark in covers)
    return "white" if is_white(one.colour) and not dark else ""


def _covers(objects: Sequence[OfdObject]) -> list[tuple[int, BoxMm, bool]]:
    """What hides text drawn before it: place, box, and whether white text can be read on it."""
    found: list[tuple[int, BoxMm, bool]] = []
    for place, one in enumerate(objects):
        if isinstance(one, OfdText) or one.alpha < 255 or one.note:
            continue
        width, height = one.box[2] - one.box[0], one.box[3] - one.box[1]
        if min(width, height) < _COVER_MM:
            continue
        if isinstance(one, OfdImage):
            found.append((place, one.box, True))
        elif one.fill is not None and _is_box(one):
            found.append((place, one.box, not is_white(one.fill)))
    # The largest decide, where a drawing has thousands.
    found.sort(key=lambda cover: -(cover[1][2] - cover[1][0]) * (cover[1][3] - cover[1][1]))
    return found[:_MAX_COVERS]


def _is_box(path: OfdPath) -> bool:
    """One line whose corners are all corners of its own box."""
    if len(path.lines) != 1 or not 4 <= len(path.lines[0]) <= 6:
        return False
    x0, y0, x1, y1 = path.box
    return all(min(x - x0, x1 - x) < 0.1 and min(y - y0, y1 - y) < 0.1 for x, y in path.lines[0])
