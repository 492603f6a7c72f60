"""Tracked changes of a .docx, counted, and links to outside in its fields.

Source: ECMA-376 part 1, 17.13.5 (revisions), 17.16.5 (fields: INCLUDEPICTURE, INCLUDETEXT, LINK,
DDE and DDEAUTO load something from outside).
"""

from __future__ import annotations

import re

from lxml import etree

from model.finding import Finding
from parsers.documents.ooxml.names import W

_INSERTED = (W + "ins", W + "moveTo")
_DELETED = (W + "del", W + "moveFrom")
_LOADING = re.compile(
    r'\b(?:INCLUDEPICTURE|INCLUDETEXT|LINK|DDEAUTO|DDE)\b\s+(?:[\w.]+\s+)?"([^"]{1,2000})"',
    re.IGNORECASE,
)


class Changes:
    """Counts over all stories of a document."""

    def __init__(self) -> None:
        self._inserted = 0
        self._deleted = 0

    def count(self, root: etree._Element) -> None:
        """Counts the changes of one part. A changed paragraph mark alone is none."""
        for element in root.iter(*_INSERTED, *_DELETED):
            above = element.getparent()
            if above is not None and above.tag == W + "rPr":
                continue
            if element.tag in _INSERTED:
                self._inserted += 1
            else:
                self._deleted += 1

    def findings(self) -> tuple[Finding, ...]:
        """What is to be said of them; () where there are none."""
        if not self._inserted and not self._deleted:
            return ()
        inserted, deleted = str(self._inserted), str(self._deleted)
        told = {"inserted": inserted, "deleted": deleted}
        return (Finding("document.tracked_changes", params=told),)


def field_links(root: etree._Element) -> list[str]:
    """What the fields of a story load from outside."""
    code = "".join(element.text or "" for element in root.iter(W + "instrText")) + " "
    code += " ".join(element.get(W + "instr", "") for element in root.iter(W + "fldSimple"))
    if '"' not in code:
        return []
    return [found.group(1).replace("\\\\", "\\") for found in _LOADING.finditer(code)]
