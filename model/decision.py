"""What a clerk decides, with name and reason, kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DecisionKind(StrEnum):
    ACCEPT_LATE = "accept_late"
    """接收逾期材料: late mail counts as if it had come in time."""
    ACCEPT = "accept"
    """予以接收: complete in spite of what was found."""
    RETURN = "return"
    """退回: not taken in, for the reason given."""
    TIE = "tie"
    """归入: the mail belongs to the application whose number (and name) is given."""
    NOT_A_SUBMISSION = "not_a_submission"
    """非申报邮件: nobody's submission."""
    CHECKED = "checked"
    """已核验: a person has looked at what needed a person; nothing else changes."""
    REVOKE = "revoke"
    """撤销: an earlier decision does not hold any more; what the rules say holds again."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on the version of one mail.

    id: unique among all decisions. origin: object id that the mail was filed under when it came;
    all decisions about it stand there. on_version: the first version of the mail in it.
    application_no, full_name: where the mail is tied to, "" otherwise. revokes: id of the decision
    that this one undoes, "" otherwise. letter: whether a new receipt is owed for it.
    elsewhere: object id of the other application that the mail was tied to or comes from.
    """

    id: str
    kind: DecisionKind
    by: str
    reason: str
    at: datetime
    on_version: int
    application_no: str = ""
    full_name: str = ""
    revokes: str = ""
    letter: bool = False
    origin: str = ""
    elsewhere: str = ""
