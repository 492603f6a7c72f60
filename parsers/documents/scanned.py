"""A document together with what was read off the pictures of its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from model.document import Block, Document, Page, ScannedPage
from model.finding import Finding
from model.over_edges import over_edges
from parsers.documents.pages import page_list
from parsers.ocr.compare import layer_differs

OF_UNREAD = frozenset({"document.scanned"})
_FEW_CHARACTERS = 30
"""A page with fewer has no text layer to speak of."""


def with_scans(
    document: Document,
    scans: Sequence[ScannedPage],
    read: frozenset[int],
    sought: frozenset[int],
) -> Document:
    """The document with the text, tables and seals of pages that were looked at as pictures.

    read: numbers of those whose text was read; sought: of those looked through for seals. A page
    that has a text layer keeps it where the picture says the same; else the picture counts.
    """
    by_number = {one.number: one for one in scans}
    ordered = [by_number[number] for number in sorted(by_number)]
    differing = {
        one.number: told
        for one in ordered
        if one.number in read and (told := _differs(document, one))
    }
    taken = {
        one.number: one
        for one in ordered
        if one.number in read and (one.number in differing or not _layer(document, one.number))
    }
    said = [*(found for one in ordered for found in one.findings), *differing.values()]
    findings = [*document.findings, *_together(said)]
    made = replace(
        document,
        blocks=_blocks(document, taken),
        pages=_pages(document, by_number, taken, read),
        tables=(
            *(one for one in document.tables if one.page not in taken),
            *(table for number in sorted(taken) for table in taken[number].tables),
        ),
        seals=over_edges(
            (*document.seals, *(seal for one in ordered for seal in one.seals)),
            {one.number: (one.width, one.height) for one in document.pages}
            | {one.number: (one.width, one.height) for one in ordered},
        ),
        grey=tuple(sorted({*document.grey, *(one.number for one in ordered if not one.colour)})),
        looked_at=tuple(sorted({*document.looked_at, *(by_number.keys() & sought)})),
        findings=tuple(one for place, one in enumerate(findings) if one not in findings[:place]),
        readable=document.readable or bool(taken),
    )
    if made.unread:
        return made
    # That there are pictures is worth a word only while nobody has read them.
    left = tuple(one for one in made.findings if one.code not in OF_UNREAD)
    return replace(made, findings=left)


def _together(told: list[Finding]) -> list[Finding]:
    """What is to be said of several pages alike is said once, with all their numbers."""
    alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[Finding]] = {}
    for one in told:
        rest = tuple((name, value) for name, value in one.params.items() if name != "pages")
        alike.setdefault((one.code, rest), []).append(one)
    return [
        _of_all_pages(some) if "pages" in some[0].params else some[0] for some in alike.values()
    ]


def _of_all_pages(some: list[Finding]) -> Finding:
    pages = page_list(int(one.params["pages"]) for one in some)
    return replace(some[0], params={**some[0].params, "pages": pages})


def _layer(document: Document, number: int) -> str:
    """The text that the file itself gives for a page, "" where it is next to none."""
    text = next((one.text for one in document.pages if one.number == number), "")
    return text if len("".join(text.split())) > _FEW_CHARACTERS else ""


def _differs(document: Document, scan: ScannedPage) -> Finding | None:
    layer = _layer(document, scan.number)
    return layer_differs(layer, scan.text, scan.number) if layer and scan.text else None


def _blocks(document: Document, taken: dict[int, ScannedPage]) -> tuple[Block, ...]:
    """All blocks by page; those that belong to no page stand last, as the reader left them."""
    paged = sorted({one.page for one in document.blocks if one.page} | taken.keys())
    blocks: list[Block] = []
    for number in paged:
        if number in taken:
            blocks.extend(taken[number].blocks)
        else:
            blocks.extend(one for one in document.blocks if one.page == number)
    blocks.extend(one for one in document.blocks if not one.page)
    return tuple(blocks)


def _pages(
    document: Document,
    scans: dict[int, ScannedPage],
    taken: dict[int, ScannedPage],
    read: frozenset[int],
) -> tuple[Page, ...]:
    """Every page; those whose picture was read say so, whichever text counts in the end."""
    pages = {one.number: one for one in document.pages}
    for number in read & scans.keys():
        scan = scans[number]
        old = pages.get(number, Page(number, "", width=scan.width, height=scan.height))
        text = scan.text if number in taken else old.text
        confidence = scan.confidence if number in taken else old.confidence
        pages[number] = replace(old, text=text, source="ocr", confidence=confidence)
    return tuple(pages[number] for number in sorted(pages))
