"""Writes a paper of the reading benchmark as .docx, part by part, as Word lays it down.

Raw markup, because no library writes notes, text boxes, tracked changes and content controls.
Source: ECMA-376 part 1 (17.3, 17.4, 17.9, 17.11, 17.13, 17.16), part 3 (alternate content).
"""

from __future__ import annotations

import io
import zipfile
from itertools import count

from benchmarks.read_docx_marks import (
    WIDTH,
    field,
    old_box,
    outer,
    paragraph,
    run,
    separators,
    table,
    text_box,
)
from benchmarks.read_papers import Aside, Cell, Paper, Piece

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_WHO = 'w:id="{0}" w:author="审稿人" w:date="2021-05-17T09:30:00Z"'
_SITE = "https://www.example.com"
_FONT = '<w:rFonts w:ascii="Noto Serif CJK SC" w:hAnsi="Noto Serif CJK SC" w:eastAsia="{}"/>'
_SERIF, _SANS = _FONT.format("Noto Serif CJK SC"), _FONT.format("Noto Sans CJK SC")
_STYLES = (
    f"<w:styles {_SPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_SERIF}"
    '<w:sz w:val="24"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '</w:style><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    f'<w:rPr>{_SANS}<w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    "</w:styles>"
)


def docx_of(paper: Paper) -> bytes:
    """The paper as a .docx; the same paper gives the same bytes."""
    return _Writer(paper).package()


class _Writer:
    """One paper while it is written."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._ids = count(2)
        self._stories: dict[str, list[str]] = {"footnote": [], "endnote": [], "comment": []}
        self._lists = 1
        self._in_list = False
        self._links: list[str] = []

    def package(self) -> bytes:
        body = "".join(self._piece(piece) for piece in self._paper.pieces)
        ends = {aside.kind: aside.text for aside in self._paper.asides}
        parts = {
            "document": self._root("document", f"<w:body>{body}{self._section(ends)}</w:body>"),
            "styles": _STYLES,
            "numbering": self._root("numbering", self._numbering()),
        }
        for kind, entries in self._stories.items():
            if entries:
                parts[f"{kind}s"] = self._root(f"{kind}s", separators(kind) + "".join(entries))
        if "header" in ends:
            parts["header1"] = self._root("hdr", paragraph(run(ends["header"])))
        if "footer" in ends:
            pages = run("第") + field("PAGE", "1") + run("页 共") + field("NUMPAGES", "20")
            parts["footer1"] = self._root("ftr", paragraph(run(ends["footer"])) + paragraph(
                pages + run("页")))  # fmt: skip
        return _zip(parts, self._links)

    @staticmethod
    def _root(tag: str, inner: str) -> str:
        return f"<w:{tag} {_SPACES}>{inner}</w:{tag}>"

    @staticmethod
    def _section(ends: dict[str, str]) -> str:
        names = [kind for kind in ("header", "footer") if kind in ends]
        related = "".join(f'<w:{n}Reference w:type="default" r:id="{n}1"/>' for n in names)
        return (
            f'<w:sectPr>{related}<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" '
            'w:right="1600" w:bottom="1440" w:left="1600" w:header="720" w:footer="720"/>'
            "</w:sectPr>"
        )

    def _numbering(self) -> str:
        """Headings count in Chinese (1), each list in digits from its own 1.

        Lists restart by a definition of their own: the other way, an override of the start, makes
        extractous fail on the whole file.
        """
        drawn = "".join(
            f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:suff w:val="space"/><w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/></w:lvl>'
            "</w:abstractNum>"
            for at, (form, shown) in enumerate(
                [("chineseCounting", "%1、"), *[("decimal", "%1.")] * (self._lists - 1)], 1
            )
        )
        return drawn + "".join(
            f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>'
            for at in range(1, self._lists + 1)
        )

    def _piece(self, piece: Piece) -> str:
        if piece.kind == "break":
            return paragraph('<w:r><w:br w:type="page"/></w:r>')
        if piece.kind == "table":
            return table(piece.rows) + paragraph("")
        self._lists += piece.kind == "item" and not self._in_list
        self._in_list = piece.kind == "item"
        numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
        style = {
            "title": '<w:jc w:val="center"/>',
            "right": '<w:jc w:val="right"/>',
            "heading": '<w:pStyle w:val="1"/>' + (numbered.format(1) if piece.number else ""),
            "item": numbered.format(self._lists),
        }.get(piece.kind, "")
        runs, after = self._runs(piece)
        return paragraph(runs, style) + after

    def _runs(self, piece: Piece) -> tuple[str, str]:
        """The paragraph's runs with its asides in place, and what stands as a block after it."""
        text = run(piece.text)
        after = ""
        for aside in piece.asides:
            if aside.kind in ("footnote", "endnote"):
                text += self._note(aside)
            elif aside.kind == "nested table":
                inner = table(((Cell(aside.text), Cell("")),), WIDTH * 2 // 3)
                after += outer(inner + paragraph("")) + paragraph("")
            elif "text box" in aside.kind:
                # In a line of text a box would part the line in two on the page.
                after += paragraph(self._inline(aside))
            else:
                text += self._inline(aside)
        return text, after

    def _note(self, aside: Aside) -> str:
        number = next(self._ids)
        raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        inner = paragraph(f"<w:r>{raised}<w:{aside.kind}Ref/></w:r>{run(aside.text)}")
        self._stories[aside.kind].append(
            f'<w:{aside.kind} w:id="{number}">{inner}</w:{aside.kind}>'
        )
        return f'<w:r>{raised}<w:{aside.kind}Reference w:id="{number}"/></w:r>'

    def _inline(self, aside: Aside) -> str:
        number = next(self._ids)
        text, who = aside.text, _WHO.format(number)
        if aside.kind == "comment":
            entry = f"<w:comment {who}>{paragraph(run(text))}</w:comment>"
            self._stories["comment"].append(entry)
            return f'<w:r><w:commentReference w:id="{number}"/></w:r>'
        if aside.kind == "link":
            self._links.append(f"{_SITE}/{number}")
            return f'<w:hyperlink r:id="link{len(self._links)}">{run(text)}</w:hyperlink>'
        return {
            "text box": lambda: text_box(text, number),
            "old text box": lambda: f"<w:r><w:pict>{old_box(text)}</w:pict></w:r>",
            "hidden text": lambda: run(text, "<w:vanish/>"),
            "inserted text": lambda: f"<w:ins {who}>{run(text)}</w:ins>",
            "deleted text": lambda: (
                f"<w:del {who}><w:r><w:delText>{text}</w:delText></w:r></w:del>"
            ),
            "content control": lambda: (
                f"<w:sdt><w:sdtPr/><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"
            ),
            "field result": lambda: field(f'HYPERLINK "{_SITE}"', text),
            "smart tag": lambda: f'<w:smartTag w:element="place">{run(text)}</w:smartTag>',
        }[aside.kind]()


def _zip(parts: dict[str, str], links: list[str]) -> bytes:
    kinds = {"document": "document.main", "header1": "header", "footer1": "footer"}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kinds.get(name, name)}+xml"/>'
        for name in parts
    )
    related = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{name.rstrip("1")}" Target="{name}.xml"/>'
        for name in parts
        if name != "document"
    ) + "".join(
        f'<Relationship Id="link{at}" Type="{_OFFICE}/hyperlink" Target="{target}" '
        'TargetMode="External"/>'
        for at, target in enumerate(links, 1)
    )
    main = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATED}">{main}</Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATED}">{related}'
        "</Relationships>",
        **{f"word/{name}.xml": content for name, content in parts.items()},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
