"""From a document that was read to the fields that the rules ask for.

Residual risks: a form that is drawn without ruled lines and not read as a table gives only what
stands behind colons. A value is what stands where values stand: nobody says that it is true.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.document import UNSEEN, Block, BlockKind, Document, Field
from model.fields import FieldRule
from parsers.fields.figures import read_figures
from parsers.fields.found import Found
from parsers.fields.grids import grids
from parsers.fields.lines import Looks, read_lines
from parsers.fields.tables import read_table
from parsers.fields.vocabulary import Label, Vocabulary

PROPERTY = 0.3
"""How surely a property that the writing program fills in is what it is called."""
_PROPERTIES = {"title": "title", "company": "full_name"}
"""Properties of a file, and the field that they may tell."""


def read_fields(document: Document, rules: Iterable[FieldRule]) -> tuple[Field, ...]:
    """The best value found for each field, in the order of the rules; those without one are not
    among them.

    Amounts of several years are one field each: revenue_2018, revenue_2019. Costs a time that
    grows with the cells and characters, of which only so many are looked at (grids.MOST_CELLS).
    """
    rules = tuple(one for one in rules if not one.column)
    words, found, looks = Vocabulary(rules), Found(rules), Looks()
    seen = [one for one in document.blocks if UNSEEN.isdisjoint(one.flags)]
    tables = {one.rows for one in seen if one.kind is BlockKind.TABLE}
    for block in seen:
        read_lines(block, words, found, looks)
    for grid in grids(seen, words):
        read_table(grid, words, found, looks)
        read_figures(grid, found)
    if tables or found.fields():
        _properties(document, rules, found)
    place = {rule.id: number for number, rule in enumerate(rules)}
    ordered = sorted(found.fields(), key=lambda one: _place(one.name, place))
    return tuple(ordered)


def _properties(document: Document, rules: tuple[FieldRule, ...], found: Found) -> None:
    """Advice at best: where nothing better was found, and unlikely to be right."""
    known = {one.id: one for one in rules}
    for name, field in _PROPERTIES.items():
        rule, text = known.get(field), document.properties.get(name, "")
        if rule is not None and text.strip():
            block = Block(BlockKind.PARAGRAPH, text, "properties")
            found.take(Label(rule, name), text, block, None, "property", PROPERTY)


def _place(name: str, place: dict[str, int]) -> tuple[int, str]:
    base = name if name in place else name.rpartition("_")[0]
    return place.get(base, len(place)), name
