"""The text of one paragraph of a .docx, and what hangs on it: text boxes, pictures.

Source: ECMA-376 part 1, 17.3 (paragraphs and runs), 17.13.5 (tracked changes), 17.16 (fields),
20.4 and VML (anchored drawings); ECMA-376 part 3 (mc:AlternateContent).

An alternate content is read once: from its first choice, or from the fallback without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from parsers.documents.docx_styles import Styles
from parsers.documents.docx_symbols import (
    check_box,
    in_symbol_font,
    overstrike,
    run_font,
    symbol,
)
from parsers.documents.ooxml import MC, A, M, R, V, W, toggle, value

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
    """How the text at a place is to be taken."""

    hidden: bool = False
    deleted: bool = False
    inserted: bool = False


NO_MARKS = Marks()


@dataclass(slots=True)
class Runs:
    """One paragraph while it is read. boxes: `w:txbxContent` elements, with their marks;
    pictures: their relationship ids."""

    visible: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    boxes: list[tuple[etree._Element, Marks]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    inserted: bool = False

    def add(self, text: str, marks: Marks) -> None:
        if not text:
            return
        if marks.deleted:
            self.deleted.append(text)
        elif marks.hidden:
            self.hidden.append(text)
        else:
            self.visible.append(text)
            self.inserted |= marks.inserted and not text.isspace()


class RunReader:
    """Reads the runs of paragraphs; keeps the state of a field that spans runs."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._instructions: list[list[str]] = []

    def read(self, paragraph: etree._Element, marks: Marks, *, hidden: bool | None) -> Runs:
        """All runs of `paragraph`. hidden: what its style says."""
        runs = Runs()
        self._instructions = []
        self._walk(paragraph, marks, runs, "", hidden)
        return runs

    def _walk(
        self, parent: etree._Element, marks: Marks, runs: Runs, font: str, style_hidden: bool | None
    ) -> None:
        for element in parent:
            tag = element.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                continue
            if tag in (W + "t", M + "t"):
                runs.add(in_symbol_font(element.text or "", font), marks)
            elif tag == W + "delText":
                # Text marked deleted without w:del around it is still not to be read as text.
                runs.add(element.text or "", Marks(marks.hidden, deleted=True))
            elif tag in _PLAIN:
                runs.add(_PLAIN[tag], marks)
            elif tag == W + "r":
                properties = element.find(W + "rPr")
                hidden = self._is_hidden(properties, style_hidden)
                inner = Marks(marks.hidden or hidden, marks.deleted, marks.inserted)
                self._walk(element, inner, runs, run_font(properties), style_hidden)
            elif tag in (W + "del", W + "moveFrom"):
                inner = Marks(marks.hidden, deleted=True)
                self._walk(element, inner, runs, font, style_hidden)
            elif tag in (W + "ins", W + "moveTo"):
                inner = Marks(marks.hidden, marks.deleted, inserted=True)
                self._walk(element, inner, runs, font, style_hidden)
            elif tag == MC + "AlternateContent":
                chosen = chosen_content(element)
                if chosen is not None:
                    self._walk(chosen, marks, runs, font, style_hidden)
            elif tag == W + "txbxContent":
                runs.boxes.append((element, marks))
            else:
                runs.add(self._single(element, tag), marks)
                self._note_picture(element, tag, runs)
                self._walk(element, marks, runs, font, style_hidden)

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

    def _is_hidden(self, properties: etree._Element | None, style_hidden: bool | None) -> bool:
        direct = toggle(properties, "vanish")
        if direct is not None:
            return direct
        by_style = self._styles.get(value(properties, "rStyle")).hidden
        return bool(style_hidden if by_style is None else by_style)

    @staticmethod
    def _note_picture(element: etree._Element, tag: str, runs: Runs) -> None:
        if tag == A + "blip":
            runs.pictures.append(element.get(R + "embed", ""))
        elif tag == V + "imagedata":
            runs.pictures.append(element.get(R + "id", ""))


def chosen_content(alternate: etree._Element) -> etree._Element | None:
    """The one branch of an `mc:AlternateContent` that is read."""
    choice = alternate.find(MC + "Choice")
    return choice if choice is not None else alternate.find(MC + "Fallback")
