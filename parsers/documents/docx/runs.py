"""The text of one paragraph of a .docx, and what hangs on it: text boxes, pictures.

Source: ECMA-376 part 1, 17.3 (paragraphs and runs), 17.13.5 (tracked changes), 17.16 (fields),
20.4 and VML (anchored drawings); ECMA-376 part 3 (mc:AlternateContent).

An alternate content is read once: from its first choice, or from the fallback without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from parsers.documents.docx.look import NO_LOOK, Look, Sheet, box_flags, is_page_sized, look
from parsers.documents.docx.styles import NO_STYLE, Style, Styles
from parsers.documents.docx.symbols import (
    check_box,
    in_symbol_font,
    overstrike,
    run_font,
    symbol,
)
from parsers.documents.ooxml.names import MC, A, M, R, V, W, toggle, value

_SKIPPED = {
    W + "pPr", W + "rPr", W + "sdtPr", W + "sdtEndPr", W + "rt", W + "tcPr", W + "tblPr",
    W + "sectPr", W + "rubyPr",
}  # fmt: skip
_PLAIN = {
    W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-",
}  # fmt: skip
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


@dataclass(slots=True)
class Runs:
    """One paragraph while it is read. odd: text with flags, by these. boxes: `w:txbxContent`
    elements, with their marks; pictures: their relationship ids, and whether each fills a page."""

    visible: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    odd: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    boxes: list[tuple[etree._Element, Marks]] = field(default_factory=list)
    pictures: list[tuple[str, bool]] = field(default_factory=list)
    inserted: bool = False

    def add(self, text: str, marks: Marks) -> None:
        if not text:
            return
        if marks.deleted:
            self.deleted.append(text)
        elif marks.hidden:
            self.hidden.append(text)
        elif marks.odd:
            self.odd.setdefault(marks.odd, []).append(text)
        else:
            self.visible.append(text)
            self.inserted |= marks.inserted and not text.isspace()


class RunReader:
    """Reads the runs of paragraphs; keeps the state of a field that spans runs."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._style = NO_STYLE
        self._ground = NO_LOOK
        self.sheet = Sheet()
        self._instructions: list[list[str]] = []

    def read(self, paragraph: etree._Element, marks: Marks, style: Style) -> Runs:
        """All runs of `paragraph`, which has that style."""
        runs = Runs()
        self._instructions = []
        self._style = style
        self._ground = look(paragraph.find(W + "pPr")).over(style.look).over(self._styles.look)
        self._walk(paragraph, marks, runs, "")
        return runs

    def _walk(self, parent: etree._Element, marks: Marks, runs: Runs, font: str) -> None:
        for element in parent:
            tag = element.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                continue
            if tag in (W + "t", M + "t"):
                runs.add(in_symbol_font(element.text or "", font), marks)
            elif tag == W + "delText":
                # Text marked deleted without w:del around it is still not to be read as text.
                runs.add(element.text or "", marks.as_deleted())
            elif tag in _PLAIN:
                runs.add(_PLAIN[tag], marks)
            elif tag == W + "r":
                properties = element.find(W + "rPr")
                inner = self._marks(properties, marks)
                self._walk(element, inner, runs, run_font(properties))
            elif tag in (W + "del", W + "moveFrom"):
                self._walk(element, marks.as_deleted(), runs, font)
            elif tag in (W + "ins", W + "moveTo"):
                self._walk(element, marks.as_inserted(), runs, font)
            elif tag == MC + "AlternateContent":
                chosen = chosen_content(element)
                if chosen is not None:
                    self._walk(chosen, marks, runs, font)
            elif tag == W + "txbxContent":
                runs.boxes.append((element, self._box_marks(element, marks)))
            else:
                runs.add(self._single(element, tag), marks)
                self._note_picture(element, tag, runs)
                self._walk(element, marks, runs, font)

    def _single(self, element: etree._Element, tag: str) -> str:
        if tag == W + "sym":
            return symbol(element.get(W + "font", ""), element.get(W + "char", ""))
        if tag == W + "checkBox":
            return check_box(element)
        if tag in _NOTES:
            return f"[{_NOTES[tag]}{element.get(W + 'id', '')}]"
        if tag == W + "fldChar":
            return self._field(element.get(W + "fldCharType", ""))
        if tag == W + "instrText" and self._instructions:
            self._instructions[-1].append(element.text or "")
        if tag == W + "fldSimple":
            return overstrike(element.get(W + "instr", ""))
        return ""

    def _field(self, kind: str) -> str:
        if kind == "begin":
            self._instructions.append([])
        elif kind == "end" and self._instructions:
            return overstrike("".join(self._instructions.pop()))
        return ""

    def _marks(self, properties: etree._Element | None, marks: Marks) -> Marks:
        """The marks of a run with these properties."""
        if properties is None:
            own, hidden = NO_STYLE, None
            looks = self._ground
        else:
            own = self._styles.get(value(properties, "rStyle"))
            hidden = toggle(properties, "vanish")
            looks = look(properties).over(own.look).over(self._ground)
        if hidden is None:
            hidden = self._style.hidden if own.hidden is None else own.hidden
        odd = marks.odd if looks is NO_LOOK else self._odd(looks, marks)
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

    def _note_picture(self, element: etree._Element, tag: str, runs: Runs) -> None:
        if tag == A + "blip":
            relation = element.get(R + "embed", "")
        elif tag == V + "imagedata":
            relation = element.get(R + "id", "")
        else:
            return
        runs.pictures.append((relation, is_page_sized(element, self.sheet)))


def chosen_content(alternate: etree._Element) -> etree._Element | None:
    """The one branch of an `mc:AlternateContent` that is read."""
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None else alternate.find(MC + "Fallback")
