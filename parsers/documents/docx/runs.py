"""The text of one paragraph of a .docx, and what hangs on it: text boxes, pictures.

Source: ECMA-376 part 1, 17.3 (paragraphs and runs), 17.13.5 (tracked changes), 17.16 (fields),
20.4 and VML (anchored drawings); ECMA-376 part 3 (mc:AlternateContent).

An alternate content is read once: from its first choice, or from the fallback without one.

Residual risks: calls of notes are counted in plain figures from 1 through the whole document;
other signs, and counts that begin anew on a page or in a section (17.11.18, 17.11.19), are not
followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from parsers.documents.docx.look import NO_LOOK, Look, Sheet, box_flags, is_page_sized, look_of
from parsers.documents.docx.styles import NO_STYLE, Style, Styles
from parsers.documents.docx.symbols import (
    check_box,
    font_of,
    in_symbol_font,
    overstrike,
    symbol,
)
from parsers.documents.ooxml.names import MC, VAL, A, M, R, V, W, children_of, is_on

_SKIPPED = {
    W + "pPr", W + "rPr", W + "sdtPr", W + "sdtEndPr", W + "rt", W + "tcPr", W + "tblPr",
    W + "sectPr", W + "rubyPr",
}  # fmt: skip
_PLAIN = {
    W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-",
}  # fmt: skip
_RUN_PROPERTIES, _RUN_STYLE = W + "rPr", W + "rStyle"
_FONTS, _VANISH = W + "rFonts", W + "vanish"
_NOTES = {W + "footnoteReference": "注", W + "endnoteReference": "尾注"}


@dataclass(frozen=True, slots=True)
class Marks:
    """How the text at a place is to be taken. odd: more flags that it has. shaded: it stands on a
    ground that is not white."""

    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    odd: tuple[str, ...] = ()
    shaded: bool = False

    def as_deleted(self) -> Marks:
        return Marks(self.hidden, True, False, self.odd, self.shaded)

    def as_inserted(self) -> Marks:
        return Marks(self.hidden, self.deleted, True, self.odd, self.shaded)


NO_MARKS = Marks()


class Runs:
    """One paragraph while it is read. odd: text with flags, by these. boxes: `w:txbxContent`
    elements, with their marks; pictures: their relationship ids, and whether each fills a page."""

    # Not a dataclass: there is one for every paragraph, and factories of defaults cost three times
    # as much.
    __slots__ = ("boxes", "deleted", "hidden", "inserted", "odd", "pictures", "visible")

    def __init__(self) -> None:
        self.visible: list[str] = []
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self.odd: dict[tuple[str, ...], list[str]] = {}
        self.boxes: list[tuple[etree._Element, Marks]] = []
        self.pictures: list[tuple[str, bool]] = []
        self.inserted = False

    def add(self, text: str, marks: Marks) -> None:
        if not text:
            return
        if marks is NO_MARKS:
            self.visible.append(text)
        elif marks.deleted:
            self.deleted.append(text)
        elif marks.hidden:
            self.hidden.append(text)
        elif marks.odd:
            self.odd.setdefault(marks.odd, []).append(text)
        else:
            self.visible.append(text)
            self.inserted |= marks.inserted and not text.isspace()


_Reader = Callable[[etree._Element, Marks, Runs, str], None]
"""Reads one element into the runs; the last is the font of its run."""


class RunReader:
    """Reads the runs of paragraphs; keeps the state of a field that spans runs, and counts the
    calls of notes, each kind for itself, over all that it reads."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._style = NO_STYLE
        self._ground = NO_LOOK
        self._own_look = True
        self._telling = False
        self.sheet = Sheet()
        self._instructions: list[list[str]] = []
        self._called = dict.fromkeys(_NOTES, 0)
        self._places: dict[tuple[str, str], int] = {}
        self._readers: dict[str, _Reader] = {
            **dict.fromkeys(_SKIPPED, _skip),
            **dict.fromkeys(_PLAIN, _plain),
            **dict.fromkeys((W + "del", W + "moveFrom"), self._deleted),
            **dict.fromkeys((W + "ins", W + "moveTo"), self._inserted),
            **dict.fromkeys(_NOTES, self._note),
            W + "t": _text,
            M + "t": _text,
            W + "delText": _deleted_text,
            W + "r": self._run,
            W + "sym": self._symbol,
            W + "checkBox": self._check_box,
            W + "fldChar": self._field_char,
            W + "instrText": self._instruction,
            W + "fldSimple": self._simple_field,
            W + "txbxContent": self._box,
            MC + "AlternateContent": self._alternate,
            A + "blip": self._picture,
            V + "imagedata": self._picture,
        }

    def read(
        self,
        paragraph: Iterable[etree._Element],
        marks: Marks,
        style: Style,
        own: Look = NO_LOOK,
    ) -> Runs:
        """All runs of a paragraph, given its children; it has that style and a look of its own."""
        runs = Runs()
        if self._instructions:
            self._instructions = []
        if style is not self._style or own is not NO_LOOK or self._own_look:
            self._own_look = own is not NO_LOOK
            self._style = style
            ground = self._ground = own.over(style.look).over(self._styles.look)
            self._telling = bool(style.hidden or ground.white or ground.tiny)
        self._walk(paragraph, marks, runs, "")
        return runs

    def calls(self, note: etree._Element) -> int:
        """How many other notes have been called before this `w:footnote` or `w:endnote`."""
        key = (f"{note.tag}Reference", note.get(W + "id", ""))
        return self._places.get(key, len(self._places))

    def _walk(
        self, elements: Iterable[etree._Element], marks: Marks, runs: Runs, font: str
    ) -> None:
        readers = self._readers
        for element in elements:
            tag = element.tag
            read = readers.get(tag)
            if read is not None:
                read(element, marks, runs, font)
            # A comment has no name, and nothing in it is text.
            elif len(element) and isinstance(tag, str):
                self._walk(element, marks, runs, font)

    def _run(self, element: etree._Element, marks: Marks, runs: Runs, _font: str) -> None:
        children = list(element)
        names = children_of(children, _RUN_PROPERTIES)
        font = ""
        if names or self._telling:
            marks = self._marks(names, marks)
            fonts = names.get(_FONTS)
            font = "" if fonts is None else font_of(fonts)
        self._walk(children, marks, runs, font)

    def _marks(self, names: dict[str, etree._Element], marks: Marks) -> Marks:
        """The marks of a run with these properties."""
        hidden = None
        style_hidden = self._style.hidden
        looks = self._ground
        if names:
            styled = names.get(_RUN_STYLE)
            own = NO_STYLE if styled is None else self._styles.get(styled.get(VAL))
            hidden = is_on(names.get(_VANISH))
            if own.hidden is not None:
                style_hidden = own.hidden
            looks = look_of(names).over(own.look).over(looks)
        if hidden is None:
            hidden = style_hidden
        odd = self._odd(looks, marks) if looks.white or looks.tiny else marks.odd
        if not hidden and odd is marks.odd:
            return marks
        return Marks(marks.hidden or bool(hidden), marks.deleted, marks.inserted, odd, marks.shaded)

    @staticmethod
    def _odd(looks: Look, marks: Marks) -> tuple[str, ...]:
        odd = marks.odd
        if looks.white and not looks.shaded and not marks.shaded and "white" not in odd:
            odd += ("white",)
        if looks.tiny and "tiny" not in odd:
            odd += ("tiny",)
        return odd

    def _box_marks(self, box: etree._Element, marks: Marks) -> Marks:
        flags, filled = box_flags(box, self.sheet)
        odd = tuple(dict.fromkeys((*marks.odd, *(one for one in flags if one != "hidden"))))
        hidden = marks.hidden or "hidden" in flags
        return Marks(hidden, marks.deleted, marks.inserted, odd, marks.shaded or filled)

    def _deleted(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        self._walk(element, marks.as_deleted(), runs, font)

    def _inserted(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        self._walk(element, marks.as_inserted(), runs, font)

    def _alternate(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        chosen = chosen_content(element)
        if chosen is not None:
            self._walk(chosen, marks, runs, font)

    def _box(self, element: etree._Element, marks: Marks, runs: Runs, _font: str) -> None:
        runs.boxes.append((element, self._box_marks(element, marks)))

    def _symbol(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        runs.add(symbol(element.get(W + "font", ""), element.get(W + "char", "")), marks)
        self._walk(element, marks, runs, font)

    def _check_box(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        runs.add(check_box(element), marks)
        self._walk(element, marks, runs, font)

    def _note(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        """What calls a note, by its place among those of its kind; its id says nothing of that."""
        tag = element.tag
        self._places.setdefault((tag, element.get(W + "id", "")), len(self._places))
        number = ""
        # Where the writer set a mark of his own, it follows as text and no number is used up.
        if element.get(W + "customMarkFollows", "0") in ("0", "false", "off"):
            self._called[tag] += 1
            number = str(self._called[tag])
        runs.add(f"[{_NOTES[tag]}{number}]", marks)
        self._walk(element, marks, runs, font)

    def _field_char(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            self._instructions.append([])
        elif kind == "end" and self._instructions:
            runs.add(overstrike("".join(self._instructions.pop())), marks)
        self._walk(element, marks, runs, font)

    def _instruction(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        if self._instructions:
            self._instructions[-1].append(element.text or "")
        self._walk(element, marks, runs, font)

    def _simple_field(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        runs.add(overstrike(element.get(W + "instr", "")), marks)
        self._walk(element, marks, runs, font)

    def _picture(self, element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        relation = element.get(R + ("embed" if element.tag == A + "blip" else "id"), "")
        runs.pictures.append((relation, is_page_sized(element, self.sheet)))
        self._walk(element, marks, runs, font)


def _skip(_element: etree._Element, _marks: Marks, _runs: Runs, _font: str) -> None:
    """Properties, and what is written above the text: no text of their own."""


def _text(element: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
    text = element.text
    if text:
        runs.add(in_symbol_font(text, font) if font else text, marks)


def _deleted_text(element: etree._Element, marks: Marks, runs: Runs, _font: str) -> None:
    # Text marked deleted without w:del around it is still not to be read as text.
    runs.add(element.text or "", marks.as_deleted())


def _plain(element: etree._Element, marks: Marks, runs: Runs, _font: str) -> None:
    runs.add(_PLAIN[element.tag], marks)


def chosen_content(alternate: etree._Element) -> etree._Element | None:
    """The one branch of an `mc:AlternateContent` that is read."""
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None else alternate.find(MC + "Fallback")
