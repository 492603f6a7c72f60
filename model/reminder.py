"""A letter to a registered unit that has sent nothing (催报): there is no mail and no application
that it could be filed with, so this is the record that lies beside it in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from model.record import Answer

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class NotSentRecord:
    """What `record.json` says of one letter.

    application_no, full_name: the unit's own, as the register has them. mark: days before the
    window closes for which it was written. closes: the last day of the window. answer: the letter
    itself; its key is what keeps it from being written twice.
    """

    schema: int
    programme: str
    application_no: str
    full_name: str
    mark: int
    closes: date
    answer: Answer
    rules_version: str
    software_version: str
    written_at: datetime
    by: str = "intake"
