"""Who made a document and when, as python-docx reads it: its typed core properties.

python-docx opens the whole package for that, without limits and not on every package that Word
opens: so only packages of sober size are given to it, and what it cannot open is read by the
caller from the part itself.
"""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import docx

SOBER_BYTES = 32 << 20
"""Declared size of all parts together; python-docx holds them in memory."""
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


def core_properties(path: Path) -> dict[str, str] | None:
    """The properties that are set, dates in ISO 8601 (UTC); None where python-docx is not to be
    asked or cannot say."""
    try:
        with zipfile.ZipFile(path) as package:
            if sum(one.file_size for one in package.infolist()) > SOBER_BYTES:
                return None
        found = docx.Document(str(path)).core_properties
        values = {name: getattr(found, key) for key, name in _NAMES.items()}
    except Exception:  # noqa: BLE001 - what it raises on broken packages has no end
        return None
    return {name: _text(value)[:_LENGTH] for name, value in values.items() if value}


def _text(value: object) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value).strip()
