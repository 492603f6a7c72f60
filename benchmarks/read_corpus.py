"""The files of the reading benchmark with what is to be read in them, class by class.

Everything is built in code from seeds. Old Word files, RTF and most PDFs are made by LibreOffice,
one call for all of a kind, and kept in the corpus folder by the digest of what they were made of;
without it their classes are empty and said to be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks.read_case import Case, Workshop, text_case
from benchmarks.read_docx import docx_of
from benchmarks.read_ofd import ofd_of
from benchmarks.read_papers import Paper, constructs, long_text, page_text, pledge
from benchmarks.read_pictures import drawn_case, row_text, scan_case, seal_case
from benchmarks.read_sheets import deck, workbook
from benchmarks.read_two_columns import two_columns
from tests.builders import forms, scans, seal_cases

NOT_ON_PAGES = frozenset({"comment", "hidden text"})
"""Constructs that a printed page does not show."""
OFFICE_LOSES = {"pdf": NOT_ON_PAGES, "rtf": frozenset({"old text box"})}
"""What LibreOffice does not write: the words are nowhere in the file that it makes."""

Maker = Callable[[Workshop, int], Sequence[Case] | None]
"""From the workshop and the most files to make; None where a program for it is missing."""

_PAPERS = {"texts": long_text, "constructs": constructs, "pledges": pledge, "pages": page_text}


def _papers(what: str, limit: int) -> list[Paper]:
    return [_PAPERS[what](seed) for seed in range(1, limit + 1)]


def _forms(limit: int) -> list[tuple[str, tuple[tuple[str, str], ...], Sequence[forms.Row]]]:
    """Name, fields and rows of each, the layouts by turns."""
    made: list[tuple[str, tuple[tuple[str, str], ...], Sequence[forms.Row]]] = []
    for number in range(limit):
        layout, seed = forms.LAYOUTS[number % len(forms.LAYOUTS)], number // len(forms.LAYOUTS)
        values, rows = forms.form(layout, seed + 1)
        made.append((f"form-{layout}-{seed + 1}", tuple(values.items()), rows))
    return made


def _docx(shop: Workshop, what: str, limit: int) -> list[Case]:
    if what == "forms":
        return [
            text_case(
                shop.keep(f"docx/{name}.docx", forms.as_docx(rows)), row_text(rows), form=values
            )
            for name, values, rows in _forms(limit)
        ]
    return [
        text_case(
            shop.keep(f"docx/{paper.name}.docx", docx_of(paper)), paper.text, paper.constructs
        )
        for paper in _papers(what, limit)
    ]


def _word(kind: str, what: str) -> Maker:
    """As .docx, or what LibreOffice makes of it."""

    def make(shop: Workshop, limit: int) -> list[Case] | None:
        cases = _docx(shop, what, limit)
        if kind == "docx":
            return cases
        paths = shop.converted([case.path for case in cases], kind)
        lost = OFFICE_LOSES.get(kind, frozenset())
        if paths is None:
            return None
        return [
            text_case(path, case.text, (*case.looked_for, *case.beside), case.form, lost)
            for path, case in zip(paths, cases, strict=True)
        ]

    return make


def _drawn_forms(shop: Workshop, limit: int) -> list[Case]:
    """Not LibreOffice's: a font that no file embeds, tables of single lines."""
    return [
        text_case(shop.keep(f"pdf/{name}.pdf", forms.as_pdf(rows)), row_text(rows), form=values)
        for name, values, rows in _forms(limit)
    ]


def _columns(shop: Workshop, limit: int) -> list[Case]:
    cases = []
    for seed in range(1, limit + 1):
        text, data = two_columns(seed)
        cases.append(text_case(shop.keep(f"pdf/columns-{seed}.pdf", data), text))
    return cases


def _rows(paper: Paper) -> tuple[forms.Row, ...]:
    """The paper as lines and table rows, which can be drawn."""
    rows: list[forms.Row] = []
    for piece in paper.pieces:
        if piece.rows:
            rows += [tuple(forms.Cell(c.text, c.across, c.down) for c in row) for row in piece.rows]
        else:
            rows.append(piece.number + piece.text)
    return tuple(rows)


def _scans(what: str, *, photo: bool = False) -> Maker:
    def make(shop: Workshop, limit: int) -> list[Case]:
        return [
            scan_case(shop, name, rows, form, seed, photo=photo)
            for seed, (name, form, rows) in enumerate(_laid(what, limit))
        ]

    return make


def _laid(
    what: str, limit: int
) -> list[tuple[str, tuple[tuple[str, str], ...], Sequence[forms.Row]]]:
    if what == "forms":
        return _forms(limit)
    return [(paper.name, (), _rows(paper)) for paper in _papers(what, limit)]


def _ofds(what: str) -> Maker:
    """Pledges carry an electronic seal."""

    def make(shop: Workshop, limit: int) -> list[Case]:
        cases = []
        for name, form, rows in _laid(what, limit):
            data, stamps = ofd_of(rows, "山东某某有限公司" if what == "pledges" else "")
            path = shop.keep(f"ofd/{name}.ofd", data)
            cases.append(Case(path, row_text(rows), form=form, stamps=stamps))
        return cases

    return make


def _drawn(kind: scans.Kind, *turns: int) -> Maker:
    def make(shop: Workshop, limit: int) -> list[Case]:
        return [
            drawn_case(shop, kind, seed, turned=turns[seed % len(turns)]) for seed in range(limit)
        ]

    return make


def _seals(kind: str) -> Maker:
    return lambda shop, limit: [seal_case(shop, kind, seed) for seed in range(limit)]


def _workbooks(shop: Workshop, limit: int) -> list[Case]:
    made = ((seed, *workbook(seed)) for seed in range(1, limit + 1))
    return [
        text_case(shop.keep(f"xlsx/table-{seed}.xlsx", data), text, asides)
        for seed, text, asides, data in made
    ]


def _decks(shop: Workshop, limit: int) -> list[Case]:
    made = ((seed, *deck(seed)) for seed in range(1, limit + 1))
    return [
        text_case(shop.keep(f"pptx/deck-{seed}.pptx", data), text, asides)
        for seed, text, asides, data in made
    ]


GROUPS: dict[str, tuple[Maker, int]] = {
    **{
        f"{kind} {what}": (_word(kind, what), most)
        for kind in ("docx", "doc", "rtf", "pdf")
        for what, most in (("texts", 3), ("constructs", 3), ("forms", 9), ("pledges", 6))
    },
    "pdf drawn forms": (_drawn_forms, 9),
    "pdf two columns": (_columns, 3),
    **{
        f"ofd {what}": (_ofds(what), most)
        for what, most in (("texts", 3), ("forms", 9), ("pledges", 6))
    },
    "xlsx tables": (_workbooks, 3),
    "pptx slides": (_decks, 3),
    "scan pledges": (_scans("pledges"), 5),
    "scan forms": (_scans("forms"), 9),
    "scan pages": (_scans("pages"), 5),
    "scan columns": (_drawn("columns", 0), 4),
    "scan statistics": (_drawn("statistics", 0), 4),
    "scan turned": (_drawn("text", 90, 180, 270), 3),
    "photo pledges": (_scans("pledges", photo=True), 5),
    "photo pages": (_scans("pages", photo=True), 5),
    "photo forms": (_scans("forms", photo=True), 6),
    **{f"seals {kind}": (_seals(kind), 20) for kind in seal_cases.CLASSES},
    "seals none": (_seals("none"), 40),
}
"""Each class with the number of its files when none is asked for."""
