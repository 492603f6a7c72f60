"""All that the sheets say of one application, brought together for many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from intake.archival import described
from intake.holding import Holding, holding
from intake.workplace import Workplace
from model.archival import ArchivalFields
from model.errors import ArchiveError
from model.programme import Programme
from model.verdict import Outcome
from storage.ledger import bounces, queries
from storage.ledger.bounces import Mark

NOT_APPLICATIONS = (Outcome.IGNORED, Outcome.FORWARDED, Outcome.TIED)
"""Outcomes of objects that are in the ledger, so that every mail is accounted for, and are
nobody's application."""

Progress = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Application:
    """One object and its version in force.

    row: as `queries.current` gives it. decisions: on any of its versions, oldest first. holding:
    what the archive has of it, None where it was not asked, or where `trouble` says why it could
    not be read.
    """

    row: Row[Any]
    rules: Programme
    findings: list[Row[Any]]
    decisions: list[dict[str, Any]]
    mark: Mark | None
    holding: Holding | None = None
    trouble: str = ""

    @property
    def is_one(self) -> bool:
        """Whether it is an application at all."""
        return self.row.outcome not in NOT_APPLICATIONS

    @property
    def number(self) -> str:
        """Its number, or the archive's name for what has none."""
        return str(self.row.application_no or self.row.object_id)

    @property
    def first_received_at(self) -> datetime:
        first: datetime = self.row.first_received_at or self.row.received_at
        return first

    @property
    def archival(self) -> ArchivalFields:
        """As it was filed; of versions older than that, as it would be."""
        filed = self.holding.record.archival if self.holding else None
        return filed or described(
            self.rules,
            code=self.row.archival_code,
            full_name=self.row.full_name,
            application_no=self.row.application_no,
            first_received_at=self.first_received_at,
        )

    def local(self, moment: datetime | None) -> datetime | None:
        """A moment in the programme's zone."""
        return None if moment is None else moment.astimezone(self.rules.zone)

    @property
    def due(self) -> date | None:
        due: date | None = self.row.due_on
        return due


def applications(
    place: Workplace,
    tx: Connection,
    programme: str | None,
    *,
    archive: bool = False,
    progress: Progress | None = None,
    wanted: Callable[[str], bool] | None = None,
) -> Iterator[Application]:
    """Every object's version in force, in order of first arrival.

    archive: look into the archive too. A damaged object keeps none of the others out.
    wanted: whether those of an outcome are.
    """
    marks = bounces.marks(tx)
    for part in queries.current_in_parts(tx, programme):
        findings = queries.findings_in(tx, part)
        decisions = queries.decisions_in(tx, part)
        for row in part:
            if wanted is not None and not wanted(row.outcome):
                continue
            held, trouble = _held(place, row) if archive else (None, "")
            yield Application(
                row=row,
                rules=place.programme(row.programme),
                findings=findings.get(row.id, []),
                decisions=decisions.get((row.programme, row.object_id), []),
                mark=marks.get(row.letter_no),
                holding=held,
                trouble=trouble,
            )
            if progress:
                progress()


def _held(place: Workplace, row: Row[Any]) -> tuple[Holding | None, str]:
    try:
        return holding(place.archive(row.programme), row.object_id, row.version), ""
    except ArchiveError as error:
        return None, error.problem
