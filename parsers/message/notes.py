"""Findings of one mail while it is read: in order, each only once."""

from __future__ import annotations

from model.finding import Finding

ABOUT_CHARACTERS = 200


class Notes:
    """Collects findings; the same code about the same thing is kept once."""

    def __init__(self) -> None:
        self._findings: dict[tuple[str, str], Finding] = {}

    def add(self, code: str, about: str = "", **params: object) -> None:
        """code: without its "message." prefix."""
        if len(about) > ABOUT_CHARACTERS:
            about = about[:ABOUT_CHARACTERS] + "…"
        finding = Finding(
            f"message.{code}", about, {name: str(value) for name, value in params.items()}
        )
        self._findings.setdefault((code, about), finding)

    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._findings.values())
