"""What every kind of OOXML package has: who made it, files within it, macros, links to outside.

Sources: ECMA-376 part 1, 15.2 (shared parts: embedded objects 15.2.10 and 15.2.11, images
15.2.14), part 2 clause 11 (core properties); [MS-OFFMACRO2] 2.2.1 (VBA project part).

Residual risks: macros are only seen to be there. A part that no relationship names is not
looked for. Nothing outside is fetched.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from contextlib import suppress

from lxml import etree

from model.finding import Finding
from parsers.documents.embedded import Sink
from parsers.documents.ole.objects import add_object
from parsers.documents.ooxml.names import A
from parsers.documents.ooxml.package import Package, Relation, Unreadable

_EMBEDDED = {"oleObject", "package"}
_MACROS = {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"}
_HARMLESS = {"hyperlink", "signature", "origin"}
"""Kinds of relationship to outside that nothing is loaded through."""
_PROPERTIES = {
    "title": "title", "subject": "subject", "creator": "creator", "lastModifiedBy": "modified_by",
    "created": "created", "modified": "modified", "Application": "application",
    "Company": "company", "Pages": "pages", "Slides": "slides",
}  # fmt: skip
_TEXT_LENGTH = 1000
_SHOWN_TARGETS = 3
_TARGET_LENGTH = 120
_RASTER = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".tif", ".tiff", ".gif",
           ".webp", ".heic")  # fmt: skip


def package_properties(package: Package) -> dict[str, str]:
    """The core and extended properties that are set."""
    found: dict[str, str] = {}
    with suppress(Unreadable):
        for kind in ("core-properties", "extended-properties"):
            for target in targets(package.relations(""), kind):
                with suppress(Unreadable):
                    for element in package.xml(target):
                        if isinstance(element.tag, str):
                            name = _PROPERTIES.get(etree.QName(element).localname)
                            if name and element.text and element.text.strip():
                                found[name] = element.text.strip()[:_TEXT_LENGTH]
    return found


def main_part(package: Package, usual: str) -> str:
    """The part that the package is about; `usual` where none is named that is there."""
    named = targets(package.relations(""), "officeDocument")
    return next((one for one in named if one in package), usual)


def targets(relations: Iterable[Relation], *kinds: str) -> list[str]:
    """Parts within the package that are related in one of these ways, each once, in order."""
    return list(
        dict.fromkeys(
            relation.target
            for relation in relations
            if relation.kind in kinds and not relation.external and relation.target
        )
    )


def take_extras(package: Package, sink: Sink, links: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Files within the package go to the sink; macros and links to outside are told.

    links: more targets outside, as found in the text's own markup.
    """
    outside = list(links)
    told: list[Finding] = []
    macros = False
    taken: set[str] = set()
    for name in package.names:
        source = _source(name)
        if source is None:
            continue
        try:
            relations = package.relations(source)
        except Unreadable as error:
            if error.finding not in told:
                told.append(error.finding)
            continue
        for relation in relations:
            macros |= relation.kind in _MACROS
            if relation.external:
                if relation.kind not in _HARMLESS and relation.target:
                    outside.append(relation.target)
            elif relation.kind in _EMBEDDED and relation.target not in taken:
                taken.add(relation.target)
                outside += _take(package, sink, relation.target, told)
    if macros:
        told.append(Finding("document.macros"))
    return (*told, *links_finding(outside), *sink.findings)


def take_pictures(package: Package, sink: Sink, pictures: Iterable[str]) -> None:
    """Gives these parts, where they are pictures made of pixels, to the sink."""
    for part in dict.fromkeys(pictures):
        if part.lower().endswith(_RASTER):
            try:
                sink.add(posixpath.basename(part), package.read(part), part, picture=True)
            except Unreadable:
                sink.refuse(posixpath.basename(part), part)


def _source(name: str) -> str | None:
    """The part whose relationships the part `name` holds, None where it holds none."""
    if not name.endswith(".rels"):
        return None
    folder, base = posixpath.split(name.replace("\\", "/").lstrip("/"))
    parent, last = posixpath.split(folder)
    if last != "_rels":
        return None
    return posixpath.join(parent, base.removesuffix(".rels"))


def _take(package: Package, sink: Sink, part: str, told: list[Finding]) -> list[str]:
    """Hands over one embedded part; its target where it is only a link."""
    try:
        link = add_object(sink, package.read(part), posixpath.basename(part), part)
    except Unreadable as error:
        sink.refuse(posixpath.basename(part), part)
        if error.finding not in told:
            told.append(error.finding)
        return []
    return [link] if link else []


def links_finding(outside: Iterable[str]) -> tuple[Finding, ...]:
    """What is said of targets outside; () where there are none."""
    different = list(dict.fromkeys(target for target in outside if target.strip()))
    if not different:
        return ()
    shown = [target[:_TARGET_LENGTH] for target in different[:_SHOWN_TARGETS]]
    more = "……" if len(different) > _SHOWN_TARGETS else ""
    count = str(len(different))
    listed = "、".join(shown) + more
    return (Finding("document.external_links", params={"count": count, "targets": listed}),)


def drawn_texts(root: etree._Element) -> list[str]:
    """The paragraphs of a drawing, diagram or chart (DrawingML 21.1.2.2.6)."""
    texts: list[str] = []
    for paragraph in root.iter(A + "p"):
        text = "".join(
            "\n" if piece.tag == A + "br" else piece.text or ""
            for piece in paragraph.iter(A + "t", A + "br")
        )
        if text.strip():
            texts.append(text)
    return texts
