"""What is known besides any one mail."""

from __future__ import annotations

from intake.register.in_force import register_of
from intake.workplace import Workplace
from model.programme import Programme
from model.standing import Standing


def standing_of(place: Workplace, programme: Programme) -> Standing:
    """The programme's register, as it is in force now."""
    return Standing(register=register_of(place, programme.id))
