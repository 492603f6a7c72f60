"""HTML bodies made plain, with the places of their links.

Residual risk: text that a style hides (white, tiny, display:none) is text here; a body is read
for people and links only, nothing is decided by its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from parsers.message.charsets import printable

_SKIPPED = frozenset({"script", "style", "head", "title", "noscript", "template", "object"})
_LINE_TAGS = frozenset(
    {"address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
     "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre",
     "section", "table", "tr", "ul"}
)  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link in a flow: where its text stands, and what its attributes call the file.

    title: its own, else that of an element around it (QQ writes name, size and expiry there).
    """

    url: str
    start: int
    end: int
    filename: str = ""
    title: str = ""


@dataclass(slots=True)
class Flow:
    """Text in reading order, not yet tidied, and its links."""

    text: str
    anchors: list[Anchor] = field(default_factory=list)

    @property
    def tidy(self) -> str:
        lines = (line.strip(" \t") for line in self.text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Writer:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.at_line_start = True

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
        self.at_line_start = text.endswith("\n")

    def words(self, text: str | None) -> None:
        if text:
            collapsed = _SPACE.sub(" ", text)
            collapsed = collapsed.lstrip(" ") if self.at_line_start else collapsed
            if collapsed:
                self.put(collapsed)

    def line_end(self) -> None:
        if not self.at_line_start:
            self.put("\n")


def flow_of(markup: str) -> Flow:
    """The text of an HTML body; scripts and styles left out, line ends where a browser has them."""
    parser = html.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(printable(markup).encode(), parser=parser)
    except etree.ParserError:  # nothing but white space or comments
        return Flow("")
    writer = _Writer()
    anchors: list[Anchor] = []
    open_anchors: list[int] = []
    titles: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            titles.append(element.get("title") or (titles[-1] if titles else ""))
            if tag in _SKIPPED:
                walk.skip_subtree()
                continue
            _before(writer, tag)
            if tag == "a" and element.get("href"):
                open_anchors.append(writer.length)
            writer.words(element.text)
            continue
        if tag == "a" and element.get("href") and open_anchors:
            filename = element.get("filename") or element.get("download") or ""
            start = open_anchors.pop()
            anchors.append(
                Anchor(element.get("href") or "", start, writer.length, filename, titles[-1])
            )
        titles.pop()
        if tag in _LINE_TAGS:
            writer.line_end()
        writer.words(element.tail)
    return Flow("".join(writer.pieces), sorted(anchors, key=lambda anchor: anchor.start))


def _before(writer: _Writer, tag: str) -> None:
    if tag == "br":
        writer.put("\n")
    elif tag in _LINE_TAGS:
        writer.line_end()
    elif tag in ("td", "th") and not writer.at_line_start:
        writer.put("\t")


_URL = re.compile(
    r"(?:https?://|(?<![A-Za-z0-9./@-])(?=(?:pan\.baidu|yun\.baidu|cloud\.189|caiyun\.139|share\.weiyun)\.))"
    r"[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]{4,2000}"
)


def urls_of(text: str) -> Iterator[Anchor]:
    """Addresses written out in plain text; those of well-known disks also without a scheme."""
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?'*]")
        yield Anchor(
            url if "://" in url else f"https://{url}", match.start(), match.start() + len(url)
        )
