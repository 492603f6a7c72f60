"""WordprocessingML names and the small readings that every module on .docx needs.

Source: ECMA-376 part 1, sections 17 (WordprocessingML) and 22.9.2 (simple types).
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"

VAL = W + "val"
_OFF = {"0", "false", "off"}
_MAX_DIGITS = 10


def first(elements: Iterable[etree._Element], tag: str) -> etree._Element | None:
    """The first of these (a list, or the children of one element) with that full name."""
    # To ask for a child by name costs more in lxml than to look at the few that there are.
    for element in elements:
        if element.tag == tag:
            return element
    return None


def children_of(elements: Iterable[etree._Element], tag: str) -> dict[str, etree._Element]:
    """The children, by their full names, of the first of these with the name `tag`."""
    for element in elements:
        if element.tag == tag:
            return by_name(element)
    return {}


def by_name(parent: etree._Element | None) -> dict[str, etree._Element]:
    """The children of an element by their full names, the first of each name."""
    if parent is None or not len(parent):
        return {}
    found: dict[str, etree._Element] = {}
    for child in parent:
        found.setdefault(child.tag, child)
    return found


def value(parent: etree._Element | None, tag: str) -> str | None:
    """The `w:val` of the child `tag`, None where there is no such child or value."""
    if parent is None:
        return None
    child = first(parent, W + tag)
    return None if child is None else child.get(VAL)


def toggle(parent: etree._Element | None, tag: str) -> bool | None:
    """A toggle property (17.17.4): True, False, or None where it is not given."""
    if parent is None:
        return None
    return is_on(first(parent, W + tag))


def is_on(element: etree._Element | None) -> bool | None:
    """As `toggle`, of the property's own element."""
    if element is None:
        return None
    return element.get(VAL, "true").lower() not in _OFF


def number(text: str | None, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
    """A number as the sender gives it, held within bounds; `default` where it is none."""
    if text is None:
        return default
    digits = text.strip().lstrip("+")
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        return least if digits.startswith("-") else most
    try:
        return min(max(int(digits), least), most)
    except ValueError:
        return default
