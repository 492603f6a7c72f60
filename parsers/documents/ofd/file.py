"""The structure of an OFD package: documents, pages in order, resources, parts beside the pages.

Source: GB/T 33190-2016, 7 (package and document structure), 7.9 (resources).

Residual risks: names of parts are compared without case, as some producers mix it. Parts that
are enciphered (GM/T 0099) are not opened.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from lxml import etree

from model.document import ReadLimits
from model.finding import Finding
from parsers.documents.ofd.geometry import BoxMm, numbers
from parsers.documents.ooxml.package import Package, Unreadable

_MAX_RESOURCES = 50_000
_A4: BoxMm = (0.0, 0.0, 210.0, 297.0)


def local(element: etree._Element) -> str:
    """The tag without its namespace; "" for comments."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """Those of these names, in order; none of None."""
    if element is not None:
        for one in element:
            if local(one) in names:
                yield one


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def content(element: etree._Element | None) -> str:
    """The element's own text without blanks around it."""
    return (element.text or "").strip() if element is not None else ""


@dataclass(slots=True)
class Resources:
    """By ID. media: parts. fonts: (name, part of the font file or ""). units, params: elements."""

    media: dict[str, str] = field(default_factory=dict)
    fonts: dict[str, tuple[str, str]] = field(default_factory=dict)
    units: dict[str, etree._Element] = field(default_factory=dict)
    params: dict[str, etree._Element] = field(default_factory=dict)

    def over(self, own: Resources) -> Resources:
        """These, and a page's own before them."""
        return Resources(
            self.media | own.media, self.fonts | own.fonts,
            self.units | own.units, self.params | own.params,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfdDocument:
    """One document of the package. root: its Document.xml; others: "" where it has none."""

    root: str
    element: etree._Element
    info: etree._Element | None
    signatures: str
    area: BoxMm
    resources: Resources
    templates: dict[str, str]
    notes: dict[str, str]
    """PageID → part of the page's annotations."""

    def part(self, name: str) -> str:
        """The part that a child of Document.xml points at, "" where there is none."""
        text = content(child(self.element, name))
        return resolve(self.root, text) if text else ""


@dataclass(frozen=True, slots=True)
class PageRef:
    """One page before it is read."""

    number: int
    id: str
    part: str
    document: OfdDocument


class OfdFile:
    """An open OFD. findings: what could not be read so far, without `about`."""

    def __init__(self, path: Path, limits: ReadLimits) -> None:
        """Raises: Unreadable where no document can be found in it."""
        self.package = Package(path, limits)
        self.findings: list[Finding] = []
        try:
            self.documents = tuple(self._documents())
            self.pages = tuple(self._page_refs())
        except BaseException:
            self.package.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.package.__exit__(kind, error, trace)

    def side(self, part: str) -> etree._Element | None:
        """A part beside the page; None with a finding where it is named but cannot be read."""
        if not part:
            return None
        try:
            return self.package.xml(part)
        except Unreadable as error:
            if error.finding not in self.findings:
                self.findings.append(error.finding)
            return None

    def resources(self, parts: list[str]) -> Resources:
        """What these resource parts define together."""
        found = Resources()
        left = _MAX_RESOURCES
        for part in parts:
            root = self.side(part)
            if root is None:
                continue
            folder = resolve(part, root.get("BaseLoc", "")) + "/"
            for element in root.iter():
                left -= 1
                if left <= 0:
                    self.findings.append(Finding("document.limit_parts", params={"part": part}))
                    return found
                _enter(found, element, folder)
        return found

    def _documents(self) -> Iterator[OfdDocument]:
        root = self.package.xml("OFD.xml")
        count = 0
        for body in children(root, "DocBody"):
            part = resolve("", content(child(body, "DocRoot")))
            if part not in self.package and child(root, "Encryptions") is not None:
                raise Unreadable("document.encrypted")
            element = self.side(part)
            if element is not None:
                count += 1
                yield self._document(part, element, body)
        if not count:
            raise Unreadable("document.broken")

    def _document(self, part: str, element: etree._Element, body: etree._Element) -> OfdDocument:
        common = child(element, "CommonData")
        signatures = content(child(body, "Signatures"))
        notes: dict[str, str] = {}
        listed = content(child(element, "Annotations"))
        listed = resolve(part, listed) if listed else ""
        for page in children(self.side(listed), "Page"):
            notes[page.get("PageID", "")] = resolve(listed, content(child(page, "FileLoc")))
        return OfdDocument(
            root=part,
            element=element,
            info=child(body, "DocInfo"),
            signatures=resolve("", signatures) if signatures else "",
            area=area_of(child(common, "PageArea")) or _A4,
            resources=self.resources(
                [
                    resolve(part, content(one))
                    for one in children(common, "PublicRes", "DocumentRes")
                ]
            ),
            templates={
                one.get("ID", ""): resolve(part, one.get("BaseLoc", ""))
                for one in children(common, "TemplatePage")
            },
            notes=notes,
        )

    def _page_refs(self) -> Iterator[PageRef]:
        seen: set[str] = set()
        for document in self.documents:
            for page in children(child(document.element, "Pages"), "Page"):
                part = resolve(document.root, page.get("BaseLoc", ""))
                # One part is one page: a list that names it a thousand times costs no more.
                if part not in seen:
                    seen.add(part)
                    yield PageRef(len(seen), page.get("ID", ""), part, document)


def resolve(base: str, location: str) -> str:
    """A location as written in the part `base`, as a part's name (7.3, ST_Loc)."""
    location = location.strip().replace("\\", "/")
    folder = "" if location.startswith("/") else posixpath.dirname(base)
    return posixpath.normpath(posixpath.join("/", folder, location.lstrip("/"))).lstrip("/")


def area_of(area: etree._Element | None) -> BoxMm | None:
    """The paper of a page, as x0, y0, x1, y1 (7.5, PhysicalBox)."""
    values = numbers(content(child(area, "PhysicalBox")), 4)
    if values is None or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], values[0] + values[2], values[1] + values[3]


def _enter(found: Resources, element: etree._Element, folder: str) -> None:
    name, key = local(element), element.get("ID", "")
    if name == "MultiMedia":
        found.media[key] = resolve(folder, content(child(element, "MediaFile")))
    elif name == "Font":
        file = content(child(element, "FontFile"))
        said = element.get("FontName") or element.get("FamilyName") or ""
        found.fonts[key] = said, resolve(folder, file) if file else ""
    elif name == "CompositeGraphicUnit":
        found.units[key] = element
    elif name == "DrawParam":
        found.params[key] = element
