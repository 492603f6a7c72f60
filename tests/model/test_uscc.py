"""Codes with their check characters, and what OCR makes of them."""

from __future__ import annotations

import random

import pytest

from model.uscc import ALPHABET, check_character, is_uscc, repaired_uscc
from tests.builders.forms import uscc

GOOD = ("91110108551385082Q", "91110000600037341L")


@pytest.mark.parametrize("code", GOOD)
def test_real_codes_are_right(code: str) -> None:
    assert is_uscc(code)
    assert check_character(code[:17]) == code[17]


@pytest.mark.parametrize(
    "code",
    [
        "91310115MA1H8R7C6D",
        "91110108551385082q",
        "9111010855138508Q",
        "91110108551385082QQ",
        "9111O108551385082Q",
        "",
        "统一社会信用代码统一社会信用代码统一",
    ],
)
def test_wrong_ones_are_wrong(code: str) -> None:
    assert not is_uscc(code)


def test_any_one_other_character_and_any_two_turned_are_noticed() -> None:
    code = GOOD[0]
    for place in range(18):
        for sign in set(ALPHABET) - {code[place]}:
            assert not is_uscc(code[:place] + sign + code[place + 1 :])
    for place in range(17):
        if code[place] != code[place + 1]:
            assert not is_uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("9111O1O855I385O82Q", GOOD[0]),
        ("9111010855138508ZQ", GOOD[0]),
        ("91110108551385082Q", GOOD[0]),
        ("9111010B55138508ZQ", GOOD[0]),  # the division has digits only
        ("91110108551385082O", None),
        ("9111010855138508", None),
        ("91310115MA1H8R7C6D", None),
    ],
)
def test_look_alikes_are_put_right_where_one_code_comes_of_it(read: str, meant: str | None) -> None:
    assert repaired_uscc(read) == meant


def test_eight_and_b_are_tried_for_one_another() -> None:
    chance = random.Random(7)
    tried = 0
    while tried < 20:
        code = uscc(chance)
        places = [place for place in range(8, 18) if code[place] in "8B"]
        if not places:
            continue
        tried += 1
        place = places[0]
        read = code[:place] + {"8": "B", "B": "8"}[code[place]] + code[place + 1 :]
        # Where two repairs fit, none is chosen.
        assert repaired_uscc(read) in (code, None)
        if len(places) == 1:
            assert repaired_uscc(read) == code
