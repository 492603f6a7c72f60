"""Could every file be opened? Encrypted and broken ones were found by the readers."""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from model.finding import Finding


def check(case: Case) -> Iterator[Finding]:
    for file in case.files:
        if file.document is not None:
            yield from file.document.findings
