"""What is known of an application besides the one mail that is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from model.register import NO_REGISTER, Register


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a clerk has decided for this mail, with the words of the decision.

    application_no, full_name: where it is tied to, "" if nowhere. accept_late: it counts as if it
    had come in time. accept: it is complete in spite of what was found. send_back: it is returned.
    not_a_submission: it is nobody's. checked: a person has looked at what needed one. by, reason:
    as they stand in the decision.
    """

    by: str = ""
    reason: str = ""
    application_no: str = ""
    full_name: str = ""
    accept_late: bool = False
    accept: bool = False
    send_back: bool = False
    not_a_submission: bool = False
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """register: the numbers issued, empty where none was imported. due: until when, that day
    included, a correction that was asked for counts as in time. merged: files of earlier mails
    are among the submission's, and this mail only adds to them. ruling: a clerk's, None if none.
    """

    register: Register = NO_REGISTER
    due: date | None = None
    merged: bool = False
    ruling: Ruling | None = None


ALONE = Standing()
"""Nothing is known but the mail."""
