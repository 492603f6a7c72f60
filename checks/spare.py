"""What could not be opened, where everything that the notice requires is there without it.

An enterprise is not made to correct what nobody asked for: it is told, and that is all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from checks.case import Case
from checks.checklist import UNREADABLE, checklist
from model.finding import Effect, Finding
from model.verdict import ItemState

CLOSED = UNREADABLE | {
    "package.encrypted", "package.broken", "package.empty", "package.volume_missing",
    "package.format_not_supported", "package.not_an_archive", "package.member_encrypted",
    "package.member_damaged", "package.member_missing", "package.member_volume_missing",
    "package.member_not_supported",
}  # fmt: skip
"""Findings on a file that stayed closed."""
ENOUGH = (ItemState.PRESENT, ItemState.TOO_MANY)
WHOLE = frozenset({
    "package.encrypted", "package.broken", "package.volume_missing", "package.volumes_waiting",
    "package.volumes_expired",
})  # fmt: skip
"""Findings on a package that say why its members did not come out."""
OF_MEMBERS = frozenset({
    "package.member_encrypted", "package.member_damaged", "package.member_missing",
    "package.partial",
})  # fmt: skip


def soften(findings: Iterable[Finding], case: Case) -> Iterator[Finding]:
    """The same findings; those on closed files ask for nothing where nothing depends on them, and
    nothing is asked for while volumes of the package are still to come."""
    items = checklist(case)
    required = [one for one in items if case.programme.material(one.material).least]
    whole = bool(case.files) and all(one.state in ENOUGH for one in required)
    found = list(findings)
    waiting = any(one.code == "package.volumes_waiting" for one in found)
    explained = tuple(one.about for one in found if one.code in WHOLE)
    for one in found:
        if waiting and (one.code.startswith("material.") or one.code == "package.nothing_out"):
            continue  # nobody knows yet what is missing
        if one.code in OF_MEMBERS and _within(one.about, explained):
            yield replace(one, so=Effect.NOTE)  # one password is one thing to mend, not hundreds
        elif whole and one.code in CLOSED:
            yield Finding("material.spare_unreadable", one.about, {"reason": one.text})
        else:
            yield one


def _within(about: str, packages: tuple[str, ...]) -> bool:
    """Whether a finding is on one of these packages, or on something that lies in it."""
    return any(about == one or about.startswith(f"{one}/") for one in packages)
