"""Reads .mht: a web page with its parts in one file, as browsers and office programs save it.

Source: RFC 2557 (MHTML), RFC 2387 (multipart/related). Office programs call such files .doc too.

Residual risks: of several parts of text all are read, each after the other. Pictures are named;
they are handed on only where the page has next to no text. Nothing outside is fetched.
"""

from __future__ import annotations

import email
import email.message
import email.policy
import re
from dataclasses import replace
from pathlib import Path

from model.document import Block, BlockKind, Document, Page, ReadRequest
from model.finding import Finding
from parsers.documents.charset import likely_encoding, text_encoding
from parsers.documents.embedded import Sink
from parsers.documents.slides.show import FEW_CHARACTERS
from parsers.documents.web.html import html_document

_TEXTS = {"text/html", "application/xhtml+xml", "text/plain"}
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_MAX_PARTS = 2_000


def read_mht(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The text of the page and of the pages within it, in the file's order."""
    limits = request.limits
    with path.open("rb") as file:
        data = file.read(limits.part_bytes + 1)
    if len(data) > limits.part_bytes:
        # A page cut short has lost the end of one of its parts.
        finding = Finding("document.limit_parts", params={"part": "MIME"})
        return Document(media_type, findings=(finding,), readable=False)
    sink = Sink(request)
    made: list[Document] = []
    pictures: list[tuple[str, bytes]] = []
    broken: list[Finding] = []
    left = limits.characters
    try:
        leaves = _leaves(data)
    except RecursionError:
        # Parts within parts, deeper than any program writes them.
        return Document(media_type, findings=(Finding("document.broken"),), readable=False)
    for part in leaves:
        kind = part.get_content_type()
        try:
            content, declared = part.get_payload(decode=True), part.get_content_charset()
        except ValueError:
            # A zero character where the name of an encoding should be.
            content, declared = None, None
        if not isinstance(content, bytes):
            broken.append(Finding("document.broken_part", params={"part": kind[:100]}))
            continue
        place = str(part.get("Content-Location") or part.get("Content-ID") or "")[:500]
        if kind in _TEXTS and left > 0:
            text, encoding, bad = _text(content, declared)
            told = {"count": str(bad), "encoding": encoding}
            repaired = (Finding("document.charset_repaired", params=told),) if bad else ()
            one = html_document(text, replace(limits, characters=left), media_type, repaired)
            left -= sum(len(block.text) for block in one.blocks)
            made.append(one)
        elif kind.startswith("image/"):
            pictures.append((place, content))
    whole = _joined(made, pictures, sink, media_type)
    return replace(whole, findings=(*whole.findings, *broken[:1]))


def _joined(
    made: list[Document], pictures: list[tuple[str, bytes]], sink: Sink, media_type: str
) -> Document:
    readable = [one for one in made if one.readable]
    if not readable:
        return Document(media_type, findings=(Finding("document.broken"),), readable=False)
    blocks = [block for one in readable for block in one.blocks]
    blocks += [
        Block(BlockKind.IMAGE, "", source=place, method="image") for place, _content in pictures
    ]
    text = "\n".join(one.pages[0].text for one in readable if one.pages[0].text)
    findings = list(dict.fromkeys((one.code, tuple(one.params.items())) for doc in readable
                                  for one in doc.findings))  # fmt: skip
    told = [Finding(code, params=dict(params)) for code, params in findings]
    if pictures and len("".join(text.split())) <= FEW_CHARACTERS:
        for place, content in pictures:
            sink.add(place, content, place, picture=True)
        count = str(len(pictures))
        told.append(Finding("document.pictures_only", params={"count": count}))
    told += sink.findings
    return Document(
        media_type,
        blocks=tuple(blocks),
        pages=(Page(1, text),),
        tables=tuple(table for one in readable for table in one.tables),
        embedded=sink.found,
        findings=tuple(told),
    )


def _leaves(data: bytes) -> list[email.message.Message]:
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    leaves: list[email.message.Message] = []
    waiting: list[email.message.Message] = [message]
    while waiting and len(leaves) < _MAX_PARTS:
        part = waiting.pop(0)
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list):
            waiting = [one for one in inner if isinstance(one, email.message.Message)] + waiting
        else:
            leaves.append(part)
    return leaves


def _text(data: bytes, declared: str | None) -> tuple[str, str, int]:
    """Text of a part, the encoding it was read in, and how many characters were not in it."""
    inside = _META.search(data[:4096])
    names = [text_encoding(data, whole=True), declared, inside and inside.group(1).decode("ascii")]
    for name in names:
        if not name:
            continue
        if name.lower() in ("gb2312", "gbk", "gb_2312-80", "x-gbk"):
            name = "gb18030"
        try:
            return data.decode(name), name, 0
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    name = likely_encoding(data)
    text = data.decode(name, "replace")
    return text, name, text.count("\ufffd")
