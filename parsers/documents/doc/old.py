"""Names word processor files of formats that are too old to be read, with their reason.

Microsoft Works writes files under the same ending (.wps) as Kingsoft does, in another format.
"""

from __future__ import annotations

from pathlib import Path

from model.document import Document, ReadRequest
from model.finding import Finding

WORKS = "application/vnd.ms-works"
WRITE = "application/x-mswrite"
WORD_2 = "application/x-msword-2"
_VERSIONS = {WORKS: "Microsoft Works", WRITE: "Windows Write", WORD_2: "Word 2"}


def refuse_old(_path: Path, _request: ReadRequest, media_type: str) -> Document:
    """A document that says which old format it is and what to do."""
    found = Finding("office.old_format", params={"version": _VERSIONS[media_type]})
    return Document(media_type, findings=(found,), readable=False)
