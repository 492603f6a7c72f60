"""WordprocessingML names and the small readings that every module on .docx needs.

Source: ECMA-376 part 1, sections 17 (WordprocessingML) and 22.9.2 (simple types).
"""

from __future__ import annotations

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"

_OFF = {"0", "false", "off"}
_MAX_DIGITS = 10


def value(parent: etree._Element | None, tag: str) -> str | None:
    """The `w:val` of the child `tag`, None where there is no such child or value."""
    if parent is None:
        return None
    child = parent.find(W + tag)
    return None if child is None else child.get(W + "val")


def toggle(parent: etree._Element | None, tag: str) -> bool | None:
    """A toggle property (17.17.4): True, False, or None where it is not given."""
    if parent is None:
        return None
    child = parent.find(W + tag)
    if child is None:
        return None
    return child.get(W + "val", "true").lower() not in _OFF


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
