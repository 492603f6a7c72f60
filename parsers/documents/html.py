"""Reads HTML as plain text (also Word's "web page" saved under another ending).

Source: HTML Living Standard, 15.3 (which elements begin a line), 13.2.3.2 (declared encodings).

Residual risks: styles are not applied, so what they hide is read; nothing is fetched.
"""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree, html

from model.document import Document, ReadRequest
from model.finding import Finding
from parsers.documents.text import load_text, text_document

_SKIPPED = {"script", "style", "head", "template", "noscript", "object", "svg"}
_LINES = {
    "address", "article", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")


def read_html(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The text of the page, a line for each block, tabs between cells."""
    source, findings = load_text(path, request.limits)
    try:
        # lxml takes no text that still declares an encoding of its own.
        root = html.document_fromstring(_DECLARATION.sub("", source))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        broken = Finding("document.broken")
        return Document(media_type, findings=(*findings, broken), readable=False)
    pieces: list[str] = []
    _collect(root, pieces)
    lines = (line.strip(" ") for line in "".join(pieces).split("\n"))
    return text_document("\n".join(line for line in lines if line), media_type, findings)


def _collect(root: etree._Element, pieces: list[str]) -> None:
    """Appends the text under `root`; by events, because nesting may be as deep as the file."""
    skipping: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if skipping is None and tag in _SKIPPED:
                skipping = element
            if skipping is None:
                if tag in _LINES:
                    pieces.append("\n")
                pieces.append(_SPACES.sub(" ", element.text or ""))
            continue
        if skipping is element:
            skipping = None
        if skipping is None:
            if tag in _CELLS:
                pieces.append("\t")
            elif tag in _LINES:
                pieces.append("\n")
            pieces.append(_SPACES.sub(" ", element.tail or "") if element is not root else "")
