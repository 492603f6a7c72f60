"""A receipt as PDF/A-2b (ISO 19005-2), or as pictures of its pages, drawn by typst.

What the letter tells goes in as JSON, never as source: no name of a file can become markup. The
same letter is the same bytes: the time in it is the letter's, the fonts are those of a package.

Residual risk: an operator's own `receipt.typ` is a program that runs with our rights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from model.errors import SettingsError
from receipts.code import qr_svg
from receipts.glyphs import FONTS, drawable
from receipts.wording import TEMPLATES

FILE = "receipt.typ"
STANDARD = "a-2b"
MOST_FILES = 5_000
"""Files that the PDF names, some 150 pages: more would take its maker minutes and gigabytes. The
facts beside it name all of them."""
FAMILIES = ("Noto Serif SC", "Noto Sans SC")
TAGGED_FILES = 200
"""Up to so many, the PDF is tagged for readers who listen to it; tags make long lists huge."""
PREVIEW_PPI = 110.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a receipt is drawn from. facts: those of its letter. code: its signed text. sample: it
    is marked as none that counts. templates: the operator's own folder."""

    facts: bytes
    code: str
    made_at: datetime
    verify_url: str = ""
    sample: bool = False
    templates: Path | None = None


def render_pdf(sheet: Sheet) -> bytes:
    """Raises: SettingsError where the operator's own template cannot be used."""
    tags = len(json.loads(sheet.facts)["files"]) <= TAGGED_FILES
    made = _compile(sheet, format="pdf", pdf_standards=STANDARD, pdf_tags=tags)
    assert isinstance(made, bytes)
    return made


def render_pages(sheet: Sheet) -> list[bytes]:
    """Each page as PNG. Raises: SettingsError as above."""
    made = _compile(sheet, format="png", ppi=PREVIEW_PPI)
    return made if isinstance(made, list) else [made]


def _compile(sheet: Sheet, **form: Any) -> Any:
    own = sheet.templates / FILE if sheet.templates else None
    used = own if own and own.is_file() else TEMPLATES / FILE
    compiler, lock = _compiler(used.parent)
    try:
        with lock:
            return compiler.compile(
                input=used.read_bytes(),
                sys_inputs=_inputs(sheet),
                timestamp=int(sheet.made_at.timestamp()),
                **form,
            )
    except typst.TypstError as error:
        if used != own:
            raise
        raise SettingsError(
            f"{own}: no receipt can be made with it: {error.message}.",
            "\n".join([error.diagnostic, *error.hints]),
        ) from error


def _inputs(sheet: Sheet) -> dict[str, str]:
    facts = _drawable(json.loads(sheet.facts))
    files = facts["files"]
    facts |= {"files": files[:MOST_FILES], "files_total": len(files), "sample": sheet.sample}
    return {
        "data": json.dumps(facts, ensure_ascii=False),
        "code": sheet.code,
        "qr": qr_svg(sheet.code, sheet.verify_url).decode("ascii"),
        "verify_url": sheet.verify_url,
    }


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, list):
        return [_drawable(one) for one in value]
    if isinstance(value, dict):
        return {key: _drawable(one) for key, one in value.items()}
    return value


@cache
def _compiler(root: Path) -> tuple[typst.Compiler, Lock]:
    """One for each folder of templates, used by one thread at a time."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=sorted({font.parent for font in FONTS}),
    )
    # Without a font typst draws an empty page, and says nothing.
    missing = sorted(set(FAMILIES) - set(fonts.families()))
    if missing:
        raise SettingsError(
            f"The font {missing[0]} is not where its package should have it.",
            "Install the package pylopdf-fonts-zh-cn anew.",
        )
    return typst.Compiler(root=root, font_paths=fonts, ignore_system_fonts=True), Lock()
