"""Every place that names the applicant, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BETWEEN = "”、“"
"""What stands between the paths of several files that one finding is about, quoted together."""


class NameRelation(StrEnum):
    """How a name found somewhere stands to the applicant's full name."""

    SAME = "same"
    BRACKETS = "brackets"
    """The same but for the form or the place of its brackets, or 有限责任公司 written 有限公司."""
    MISREAD = "misread"
    """As like as OCR makes of the same name."""
    ABBREVIATION = "abbreviation"
    FORMER = "former"
    """A name that the register gives as the unit's former one."""
    BRANCH = "branch"
    """A branch (分公司) of it, or it is a branch of the other."""
    CONVERTED = "converted"
    """The same name with another legal form: perhaps the enterprise before or after its conversion
    (改制), perhaps its parent. Only a register tells; until then it is another legal person."""
    SUBSIDIARY = "subsidiary"
    """Another legal person of the same trade name: of one group, as far as the names tell."""
    OTHER = "other"
    """Another unit's, or nothing that the names have in common tells otherwise."""
    UNKNOWN = "unknown"
    """One of the two names is not known."""


class Place(StrEnum):
    """Where a number or a name stood."""

    SUBJECT = "subject"
    PACKAGE = "package"
    FORM = "form"
    REGISTER = "register"
    SEAL = "seal"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place and what it says.

    about: the package's or file's path, "" for subject and register. page: from 1, 0 where there
    is none. application_no, full_name: as found, "" where the place does not tell.
    number_agrees: None where it does not tell. confidence: 0 to 1. read_by_machine: whether it
    was read off a picture.
    """

    place: Place
    about: str = ""
    page: int = 0
    application_no: str = ""
    full_name: str = ""
    number_agrees: bool | None = None
    relation: NameRelation = NameRelation.UNKNOWN
    confidence: float = 1.0
    read_by_machine: bool = False
