"""Pages of a file read as pictures: one after another, each done with before the next.

Residual risks: memory and time are held by the child process; a page that ends it takes the pages
before it along, which the report names, so that the parent can ask again without them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from model.document import Box, ScannedPage, ScanRequest
from model.finding import Finding
from parsers.pages.open import open_pages
from parsers.pages.source import PageSource, PageUnreadable

if TYPE_CHECKING:
    from parsers.ocr.page import ReadPage
    from parsers.pages.picture import Picture

_PAGE_DPI = 200.0
_IMAGE_DPI = 300.0
"""Of image files: a sheet photographed is smaller than its picture."""
_UNSURE = 0.88
"""Below this mean confidence a page's text is not to be relied on."""
_DOUBTFUL = 0.15
"""Share of the characters that may be too doubtful to be taken at all."""
_SMALL_DPI = 90.0
_LEAST_SIDE, _LONGEST = 24, 40
"""Pixels, and times the short side: what is smaller or longer is a line, not a page."""


def read_scans(
    path: Path, media_type: str, request: ScanRequest, report: Path | None = None
) -> tuple[ScannedPage, ...]:
    """The pages that the request names, each once, in their order in the file.

    media_type: by content. report: a file to which a line of JSON is added after each page,
    {"page": its number, "done": how many, "of": how many}.

    Raises: OSError where the file cannot be read from the disk.
    """
    wanted = sorted({*request.text, *request.seals})
    try:
        pages = open_pages(path, media_type, request.passwords)
    except PageUnreadable as error:
        return tuple(ScannedPage(number, findings=(error.finding,)) for number in wanted)
    read: list[ScannedPage] = []
    with pages:
        wanted = [number for number in wanted if 1 <= number <= pages.count]
        for number in wanted:
            read.append(_page(pages, number, media_type, request))
            if report is not None:
                line = {"page": number, "done": len(read), "of": len(wanted)}
                with report.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
    return _over_edges(read) if any(page.seals for page in read) else tuple(read)


def _over_edges(pages: list[ScannedPage]) -> tuple[ScannedPage, ...]:
    """The same pages, with the parts of one seal over several of them known as such."""
    from parsers.seals import over_edges

    sizes = {page.number: (page.width, page.height) for page in pages}
    seals = over_edges([seal for page in pages for seal in page.seals], sizes)
    return tuple(
        replace(page, seals=tuple(seal for seal in seals if seal.page == page.number))
        for page in pages
    )


def _page(pages: PageSource, number: int, media_type: str, request: ScanRequest) -> ScannedPage:
    dpi = _IMAGE_DPI if media_type.startswith("image/") else _PAGE_DPI
    before = len(pages.findings)
    try:
        size = pages.size(number)
        picture = pages.render(number, dpi, request.pixels)
    except PageUnreadable as error:
        return ScannedPage(number, findings=(error.finding,))
    page = _looked_at(picture, size, number, request)
    return replace(page, findings=(*pages.findings[before:], *page.findings))


def _looked_at(
    picture: Picture, size: tuple[float, float], number: int, request: ScanRequest
) -> ScannedPage:
    """What the request asks of one page's picture; size in points."""
    from parsers.ocr.engine import engine
    from parsers.ocr.page import read_page
    from parsers.ocr.quality import is_blank
    from parsers.ocr.upright import stand_up
    from parsers.pages.picture import picture_dpi
    from parsers.seals import is_grey

    width, height = size
    page = ScannedPage(number, width, height)
    short, long = sorted(picture.shape[:2])
    if short < _LEAST_SIDE or long > _LONGEST * short:
        return replace(page, findings=(_told("scan.no_text", number),))
    page = replace(page, colour=not is_grey(picture))
    if is_blank(picture):
        return replace(page, findings=(_told("scan.blank", number),))
    dpi = picture_dpi(picture, size)
    upright = None
    if number in request.text:
        read = read_page(picture, dpi, number, engine())
        upright = read.upright
        page = replace(
            page,
            blocks=tuple(replace(one, box=_points(box, picture, size)) for one, box in read.blocks),
            tables=read.tables,
            confidence=round(read.confidence, 4),
            turned=upright.turned,
            skew=upright.skew,
            findings=_verdict(read, picture, number),
        )
    if number in request.seals and page.colour:
        from parsers.ocr.sealed import seals_on

        upright = upright or stand_up(picture, dpi)
        seals = seals_on(upright, number, request.into)
        page = replace(
            page,
            seals=tuple(replace(seal, box=_points(seal.box, picture, size)) for seal in seals),
        )
    return page


def _verdict(read: ReadPage, picture: Picture, number: int) -> tuple[Finding, ...]:
    """What has to be said of how the page could be read; () where it could be read well."""
    from parsers.ocr.quality import is_blurred, is_dark

    characters = sum(len(block.text) for block, _ in read.blocks)
    if not characters and not read.doubtful:
        code = "scan.blurred" if is_blurred(read.upright.grey) else "scan.no_text"
        return (_told(code, number),)
    doubtful = read.doubtful > _DOUBTFUL * (characters + read.doubtful)
    if read.confidence >= _UNSURE and not doubtful:
        return ()
    if read.upright.dpi < _SMALL_DPI:
        return (_told("scan.small", number),)
    if is_dark(picture):
        return (_told("scan.dark", number),)
    if is_blurred(read.upright.grey):
        return (_told("scan.blurred", number),)
    return (_told("scan.poor", number),)


def _points(box: Box | None, picture: Picture, size: tuple[float, float]) -> Box:
    """From pixels of the page's picture to points, held within the page."""
    assert box is not None
    across, down = size[0] / picture.shape[1], size[1] / picture.shape[0]
    x0, y0, x1, y1 = box
    return (
        round(min(max(x0 * across, 0), size[0]), 2), round(min(max(y0 * down, 0), size[1]), 2),
        round(min(max(x1 * across, 0), size[0]), 2), round(min(max(y1 * down, 0), size[1]), 2),
    )  # fmt: skip


def _told(code: str, number: int) -> Finding:
    return Finding(code, params={"pages": str(number)})
