"""Which file the findings of a document are about."""

from __future__ import annotations

from dataclasses import replace

from model.document import Document


def about_file(document: Document, name: str) -> Document:
    """The same document, its findings saying which file they are about."""
    return replace(
        document,
        findings=tuple(
            finding if finding.about else replace(finding, about=name)
            for finding in document.findings
        ),
    )
