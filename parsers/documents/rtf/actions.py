"""What the control words of a rich text do to groups, fields, paragraphs and tables.

Source: Rich Text Format Specification 1.9.1, "Document Area" (text boxes, notes, tables, fields),
"Information Group".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from model.document import Block, ReadLimits, Table
from parsers.documents.doc.fields import outside, shown
from parsers.documents.embedded import Sink
from parsers.documents.rtf.characters import CHARACTERS
from parsers.documents.rtf.objects import take_object
from parsers.documents.rtf.reader import ORDER, RtfReader
from parsers.documents.rtf.state import FieldParts, Gathered, State
from parsers.documents.rtf.tables import read_colours, read_fonts, read_styles
from parsers.documents.rtf.words import PROPERTIES, SIGNS, SKIPPED, STORIES

_MAX_EDGES = 1_000
_MAX_TABLES = 32
_PROPERTY_LENGTH = 1000
_TIGHT_END = re.compile(r"[、，。．）】」：\u3400-\u9fff①-⑳]$")
_WORDY = re.compile(r"\w|[①-⑳㈠-㈩⑴-⒇]")
_DATE = re.compile(rb"\\(yr|mo|dy|hr|min)(\d{1,4})(?!\d)")
_CHECKED = re.compile(rb"\\(ffres|ffdefres)(\d{1,2})")
_AS_DEFAULT = 25

Action = Callable[["RtfActions", int | None], None]


class RtfActions(RtfReader):
    """One document with its control words. links: what it takes in from outside."""

    def __init__(self, data: bytes, limits: ReadLimits, sink: Sink) -> None:
        super().__init__(data, limits, sink)
        self.properties: dict[str, str] = {}
        self.links: list[str] = []
        self._notes = {"footnotes": 0, "endnotes": 0}
        self._edges: dict[bool, list[int]] = {False: [], True: []}
        self._fields: list[FieldParts] = []

    def result(self) -> tuple[list[Block], list[Table]]:
        """All blocks in order, and all tables."""
        return [block for name in ORDER for block in self.blocks[name]], self.tables

    def word(self, word: bytes, number: int | None) -> None:
        action = _ACTIONS.get(word)
        if action is not None:
            action(self, number)
        elif word in STORIES:
            self._story(word)
        elif word in PROPERTIES:
            self._property(PROPERTIES[word])

    def group_ends(self, ended: State) -> None:
        if ended.field is not None:
            self._end_field(ended.field)
        if ended.out is self.state.out:
            return
        if ended.out.name == "boxes":
            self.state.out.after += ended.out.story.blocks
        elif ended.out.name in self._notes:
            self._notes[ended.out.name] += 1
            word = "注" if ended.out.name == "footnotes" else "尾注"
            self.emit(f"[{word}{self._notes[ended.out.name]}]")

    # Groups.

    def _story(self, word: bytes) -> None:
        self.flush()
        name, kind = STORIES[word]
        state = self.state
        state.out = self.new_out(name, kind)
        state.gathered, state.in_table, state.depth, state.level = None, False, 1, 0

    def _property(self, name: str) -> None:
        def done(text: str) -> None:
            clean = "".join(sign for sign in text if sign.isprintable()).strip()
            if clean:
                self.properties[name] = clean[:_PROPERTY_LENGTH]

        self.gather(Gathered(done))

    def _created(self, _: int | None) -> None:
        self._date("created")

    def _modified(self, _: int | None) -> None:
        self._date("modified")

    def _date(self, name: str) -> None:
        found = {part: int(worth) for part, worth in _DATE.findall(self.rest_of_group())}
        if all(found.get(part) for part in (b"yr", b"mo", b"dy")):
            hour, minute = found.get(b"hr", 0), found.get(b"min", 0)
            self.properties[name] = (
                f"{found[b'yr']:04}-{found[b'mo']:02}-{found[b'dy']:02}T{hour:02}:{minute:02}:00"
            )

    def _label(self, _: int | None) -> None:
        out = self.state.out

        def done(text: str) -> None:
            label = text.strip()
            # A bullet is no text; a number is parted from it by a space.
            if _WORDY.search(label) and not out.line.parts:
                out.label = label if _TIGHT_END.search(label) else label + " "

        self.gather(Gathered(done))

    def _fonts(self, _: int | None) -> None:
        read_fonts(self.rest_of_group(), self.head)
        self.choose_token()

    def _colours(self, _: int | None) -> None:
        read_colours(self.rest_of_group(), self.head)

    def _styles(self, _: int | None) -> None:
        read_styles(self.rest_of_group(), self.head, self.encoding)

    def _picture(self, _: int | None) -> None:
        self.flush()
        self.rest_of_group()
        if self.state.gathered is None:
            self.state.out.line.pictures.append("pict")

    def _object(self, _: int | None) -> None:
        link = take_object(self.rest_of_group(), self.sink)
        if link:
            self.links.append(link)

    def _twice(self, _: int | None) -> None:
        """\\upr: the group that follows is said again in Unicode behind it."""
        if self.data[self.place : self.place + 1] == b"{":
            self.place += 1
            self.rest_of_group()
            self.place += 1

    # Fields.

    def _field(self, _: int | None) -> None:
        self.flush()
        self.state.field = FieldParts()
        self._fields.append(self.state.field)

    def _instruction(self, _: int | None) -> None:
        if self._fields:
            field = self._fields[-1]

            def done(text: str) -> None:
                field.instruction += text

            self.gather(Gathered(done))

    def _field_result(self, _: int | None) -> None:
        if self._fields:
            self._fields[-1].result = True

    def _form(self, _: int | None) -> None:
        found = {name: int(worth) for name, worth in _CHECKED.findall(self.rest_of_group())}
        if self._fields:
            result = found.get(b"ffres", _AS_DEFAULT)
            result = found.get(b"ffdefres", 0) if result == _AS_DEFAULT else result
            self._fields[-1].ticked = result == 1

    def _end_field(self, field: FieldParts) -> None:
        while self._fields and self._fields.pop() is not field:
            pass
        if target := outside(field.instruction):
            self.links.append(target)
        text = shown(field.instruction, ticked=field.ticked, result=field.result)
        if text:
            self.emit(text)

    # Paragraphs and tables.

    def _paragraph(self, _: int | None) -> None:
        self.end_paragraph(self.state.depth if self.state.in_table else 0)

    def _paragraph_default(self, _: int | None) -> None:
        self.state.in_table, self.state.depth, self.state.level = False, 1, 0

    def _cell(self, _: int | None) -> None:
        self.end_paragraph(1)
        self.state.out.story.end_cell(1)

    def _inner_cell(self, _: int | None) -> None:
        depth = max(self.state.depth, 2)
        self.end_paragraph(depth)
        self.state.out.story.end_cell(depth)

    def _row(self, _: int | None) -> None:
        self._end_row(1, nested=False)

    def _inner_row(self, _: int | None) -> None:
        self._end_row(max(self.state.depth, 2), nested=True)

    def _end_row(self, depth: int, *, nested: bool) -> None:
        self.flush()
        if self.state.out.line.parts:
            self.end_paragraph(depth)
        self.state.out.story.end_row(depth, tuple(self._edges[nested]))

    def _row_default(self, _: int | None) -> None:
        self._edges[self.state.row_of_nested] = [0]

    def _row_left(self, number: int | None) -> None:
        edges = self._edges[self.state.row_of_nested]
        edges[:1] = [number or 0]

    def _edge(self, number: int | None) -> None:
        edges = self._edges[self.state.row_of_nested]
        if len(edges) < _MAX_EDGES:
            edges.append(number or 0)

    def _nested_row(self, _: int | None) -> None:
        self.state.row_of_nested = True

    def _in_table(self, number: int | None) -> None:
        self.state.in_table = number != 0

    def _table_depth(self, number: int | None) -> None:
        self.state.in_table = bool(number)
        self.state.depth = min(max(number or 1, 1), _MAX_TABLES)

    def _outline(self, number: int | None) -> None:
        self.state.level = number + 1 if number is not None and 0 <= number < 9 else 0

    def _style(self, number: int | None) -> None:
        self.state.level = self.head.levels.get(number or 0, 0)

    def _endnote(self, _: int | None) -> None:
        if self.state.out.name == "footnotes":
            self.state.out.name = "endnotes"
            self.state.out.story.source = "endnotes"


_ACTIONS: dict[bytes, Action] = {
    **CHARACTERS,
    b"fonttbl": RtfActions._fonts, b"colortbl": RtfActions._colours,
    b"stylesheet": RtfActions._styles,
    b"creatim": RtfActions._created, b"revtim": RtfActions._modified,
    b"listtext": RtfActions._label, b"pntext": RtfActions._label, b"pict": RtfActions._picture,
    b"objdata": RtfActions._object, b"upr": RtfActions._twice, b"field": RtfActions._field,
    b"fldinst": RtfActions._instruction, b"fldrslt": RtfActions._field_result,
    b"formfield": RtfActions._form, b"par": RtfActions._paragraph,
    b"sect": RtfActions._paragraph, b"pard": RtfActions._paragraph_default,
    b"cell": RtfActions._cell, b"nestcell": RtfActions._inner_cell, b"row": RtfActions._row,
    b"nestrow": RtfActions._inner_row, b"trowd": RtfActions._row_default,
    b"trleft": RtfActions._row_left, b"cellx": RtfActions._edge,
    b"nesttableprops": RtfActions._nested_row, b"intbl": RtfActions._in_table,
    b"itap": RtfActions._table_depth, b"outlinelevel": RtfActions._outline,
    b"s": RtfActions._style, b"ftnalt": RtfActions._endnote,
}  # fmt: skip

RtfActions.known = frozenset({b"u", b"bin", *_ACTIONS, *STORIES, *PROPERTIES, *SIGNS, *SKIPPED})
