"""Findings of one mail while it is read: in order, each only once."""

from __future__ import annotations

from collections import Counter

from model.finding import Finding

ABOUT_CHARACTERS = 200
MOST_OF_A_KIND = 500


class Notes:
    """Collects findings; the same code about the same thing is kept once, and only so many of
    one code: a mail of 10,000 broken parts is told in 500 sentences and one."""

    def __init__(self) -> None:
        self._findings: dict[tuple[str, str], Finding] = {}
        self._counts: Counter[str] = Counter()

    def add(self, code: str, about: str = "", **params: object) -> None:
        """code: without its "message." prefix."""
        if len(about) > ABOUT_CHARACTERS:
            about = about[:ABOUT_CHARACTERS] + "…"
        if (code, about) in self._findings:
            return
        self._counts[code] += 1
        if self._counts[code] > MOST_OF_A_KIND:
            more = Finding("message.limit_findings", about, {"limit": str(MOST_OF_A_KIND)})
            self._findings.setdefault(("limit_findings", code), more)
            return
        self._findings[code, about] = Finding(
            f"message.{code}", about, {name: str(value) for name, value in params.items()}
        )

    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._findings.values())
