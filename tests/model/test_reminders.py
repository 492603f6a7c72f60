"""What a programme file may say of reminders."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from model.policies import serial_pattern
from model.programme import Programme
from tests.builders.submissions import programme


def with_numbers(receipts: str, reminders: str) -> Programme:
    values: dict[str, Any] = programme().model_dump()
    values["receipt"]["number"] = receipts
    values["reminders"]["number"] = reminders
    return Programme.model_validate(values)


def test_they_are_switched_off_by_default() -> None:
    rule = programme().reminders
    assert (rule.correction_days_before, rule.not_sent_days_before) == ((), ())


@pytest.mark.parametrize(
    ("receipts", "reminders"),
    [
        ("HZ{year}-{serial:05d}", "HZ{year}-{serial:05d}"),
        ("HZ{year}-{serial:05d}", "HZ{year}-{serial}"),
        ("{year}{serial}", "{year}0{serial}"),
    ],
)
def test_their_numbers_are_not_those_of_receipts(receipts: str, reminders: str) -> None:
    with pytest.raises(ValidationError, match="reminders: `number` gives the numbers"):
        with_numbers(receipts, reminders)


def test_numbers_of_their_own_are_taken() -> None:
    made = with_numbers("HZ{year}-{serial}", "TX{year}-{serial}")
    assert made.reminders.number == "TX{year}-{serial}"


def test_a_number_gives_its_serial_back() -> None:
    pattern = serial_pattern("TX.{year}-{serial:05d}", 2021)
    found = pattern.fullmatch("TX.2021-00042")
    assert found is not None
    assert int(found[1]) == 42
    assert not pattern.fullmatch("TXx2021-00042")
