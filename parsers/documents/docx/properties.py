"""Who made a document and when, as python-docx reads it: its typed core properties.

python-docx is given the part alone, as read under our limits: on opening the package it would
inflate and parse every part once more, and put in properties of its own making where the file
has none.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from docx.opc.coreprops import CoreProperties
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.parser import parse_xml as parse_typed

from parsers.documents.ooxml.package import Package
from parsers.documents.ooxml.parts import targets

_SOBER_BYTES = 1 << 20
_NAMES = {
    "title": "title",
    "subject": "subject",
    "author": "creator",
    "last_modified_by": "modified_by",
    "created": "created",
    "modified": "modified",
    "category": "category",
    "keywords": "keywords",
    "comments": "comments",
}
_LENGTH = 1000


def core_properties(package: Package) -> dict[str, str]:
    """The properties that are set, dates in ISO 8601 (UTC); none where there is no such part or
    python-docx cannot read it."""
    try:
        parts = targets(package.relations(""), "core-properties")
        data = package.read(parts[0]) if parts else b""
        if not data or len(data) > _SOBER_BYTES or b"<!DOCTYPE" in data.replace(b"\x00", b""):
            return {}
        found = CoreProperties(cast("CT_CoreProperties", parse_typed(data)))
        values = {name: getattr(found, key) for key, name in _NAMES.items()}
    except Exception:  # noqa: BLE001 - what it raises on broken parts has no end
        return {}
    return {name: _text(value)[:_LENGTH] for name, value in values.items() if value}


def _text(value: object) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value).strip()
