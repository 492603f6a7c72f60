"""Runs a reading over pages by pdfplumber; whatever it trips over costs that page alone.

pdfminer, below pdfplumber, parses the file a second time in Python: 0.1 s a page, so it is asked
only about pages that need it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

NO_MAP = "(cid:"
"""pdfminer writes this for a character that it cannot name."""
_MAX_CHARACTERS = 30_000
"""Characters of a page that it is asked about."""

T = TypeVar("T")

# It warns of each oddity of a broken file on standard error; the findings say what matters.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


def over_pages(
    path: Path, numbers: Sequence[int], read: Callable[[Any], T], password: str | None = None
) -> tuple[dict[int, T], list[int]]:
    """What `read` makes of each of the pages `numbers` (from 1), and the pages where it failed."""
    if not numbers:
        return {}, []
    # 0.3 s to import, and most files have no page that needs it.
    import pdfplumber

    found: dict[int, T] = {}
    # The stream is ours to close: pdfplumber's own closing walks the page tree again, and raises.
    with path.open("rb") as stream:
        try:
            pages = pdfplumber.open(stream, pages=list(numbers), password=password).pages
        except Exception:  # noqa: BLE001
            # pdfminer raises whatever its parser trips over, also on files that pdfium mends.
            return {}, list(numbers)
        failed: set[int] = set(numbers)
        for page in pages:
            try:
                if len(page.chars) <= _MAX_CHARACTERS:
                    found[page.page_number] = read(page)
                    failed.discard(page.page_number)
            except Exception:  # noqa: BLE001
                # As above. What pdfium read of the page stands; the caller names the page.
                failed.add(page.page_number)
            finally:
                page.close()
    return found, sorted(failed)


def plain_text(page: Any) -> str:
    """pdfplumber's own text of a page, characters that it cannot name left as they are."""
    return str(page.extract_text())
