"""Which of several programmes a mail is for: by its words, register, numbers, names, window."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from intake.telling_apart import Arrival, Choice, Sign, choose, nothing_known
from model.programme import Programme
from tests.builders.submissions import NAME, SHANGHAI, programme

STAR = f"XC-0001-{NAME}"
RIGHT = f"ZB20210137+{NAME}"
MAY, JUNE, JULY = (datetime(2021, month, 10, tzinfo=SHANGHAI) for month in (5, 6, 7))


def _rules(
    name: str, opens: date | None, closes: date, base: str = "national-2021", **more: Any
) -> Programme:
    return programme(
        base, id=name, title=f"项目{name}", window={"opens": opens, "closes": closes}, **more
    )


NATIONAL = _rules(
    "national", date(2021, 4, 1), date(2021, 6, 16),
    naming={"number_pattern": r"ZB\d{8}"}, told_apart={"words": ["国家", "全国"]},
)  # fmt: skip
STARS = _rules(
    "stars", date(2021, 6, 1), date(2021, 6, 30),
    naming={"number_pattern": r"XC-\d{4}", "separator": "-"}, told_apart={"words": ["创新之星"]},
)  # fmt: skip
PAPER = _rules("paper", date(2021, 4, 12), date(2021, 5, 15), "provincial-2021")
ALL = [NATIONAL, STARS, PAPER]


def _choose(
    subject: str, at: datetime = JUNE, names: tuple[str, ...] = (), **more: Any
) -> tuple[str, str]:
    choice = _choice(subject, at, names, **more)
    return choice.programme.id, choice.why.code.removeprefix("programme.")


def _choice(
    subject: str,
    at: datetime,
    names: tuple[str, ...] = (),
    *,
    among: list[Programme] | None = None,
    known: Any = nothing_known,
    carrier: str = "",
) -> Choice:
    return choose(Arrival(subject, at, lambda: names, carrier), among or ALL, known)


@pytest.mark.parametrize(
    ("subject", "at", "names", "expected"),
    [
        # The number pattern: read under one programme only.
        (RIGHT, JUNE, (), ("national", "chosen")),
        (STAR, JUNE, (), ("stars", "chosen")),
        (f"ZB20210137-{NAME}", JUNE, (), ("national", "chosen")),  # not as asked, yet readable
        # The package's name, where the subject tells nothing.
        ("申报材料", JUNE, (f"{STAR}.zip",), ("stars", "chosen")),
        ("申报材料", JUNE, ("图片.png", f"{RIGHT}.rar"), ("national", "chosen")),
        # Words of its own go before everything else, also of a package.
        (f"【创新之星】{NAME}", JUNE, (), ("stars", "chosen")),
        ("材料", JUNE, ("创 新 之 星.zip",), ("stars", "chosen")),
        # A closed programme answers its own mail, though another one is open.
        (RIGHT, datetime(2021, 6, 20, tzinfo=SHANGHAI), (), ("national", "chosen")),
        ("国家标杆材料", JULY, (), ("national", "chosen")),
        # The window alone, where one is open.
        ("申报材料", datetime(2021, 6, 20, tzinfo=SHANGHAI), (), ("stars", "chosen")),
        # Several are open: the first in the settings' order, for a person to look at.
        ("申报材料", JUNE, (), ("national", "unsure")),
        ("申报材料", MAY, (), ("national", "unsure")),
        # None is open: the one that closed last; before all of them, the first to open.
        ("申报材料", JULY, (), ("stars", "none_open")),
        ("申报材料", datetime(2021, 3, 1, tzinfo=SHANGHAI), (), ("national", "none_open")),
        # Signs that contradict one another.
        (f"【创新之星】{RIGHT}", JUNE, (), ("stars", "unsure")),
        (RIGHT + STAR, JUNE, (), ("national", "unsure")),
        ("", JUNE, (), ("national", "unsure")),
        ("全国创新之星", JUNE, (), ("national", "unsure")),
    ],
)
def test_by_what_it_shows(
    subject: str, at: datetime, names: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert _choose(subject, at, names) == expected


TWINS = [
    _rules("first", None, date(2021, 6, 16)),
    _rules("second", None, date(2021, 6, 16)),
]


def _knows(programme_id: str, number: str, sign: Sign) -> Any:
    return lambda one, no: sign if (one, no) == (programme_id, number) else Sign(0)


@pytest.mark.parametrize("sign", [Sign.REGISTERED, Sign.FILED])
def test_a_number_that_one_programme_knows(sign: Sign) -> None:
    """Two programmes with the same naming rule: only register and ledger tell them apart."""
    known = _knows("second", "ZB20210137", sign)
    assert _choose(RIGHT, among=TWINS) == ("first", "unsure")
    assert _choose(RIGHT, among=TWINS, known=known) == ("second", "chosen")
    assert _choose(f"ZB20210138+{NAME}", among=TWINS, known=known) == ("first", "unsure")


def test_a_register_outweighs_what_was_filed_but_a_person_looks() -> None:
    def known(one: str, _number: str) -> Sign:
        return Sign.REGISTERED if one == "second" else Sign.FILED

    assert _choose(RIGHT, among=TWINS, known=known) == ("second", "unsure")


def test_a_forwarded_mail_that_shows_nothing_goes_with_the_mail_around_it() -> None:
    assert _choose("材料", among=TWINS, carrier="second") == ("second", "chosen")
    assert _choose(STAR, carrier="national") == ("stars", "chosen")


def test_names_of_attachments_are_asked_for_only_where_the_subject_does_not_tell() -> None:
    def never() -> list[str]:
        raise AssertionError("the whole mail was read")

    assert choose(Arrival(RIGHT, JUNE, never), ALL).programme is NATIONAL
    with pytest.raises(AssertionError, match="whole mail"):
        choose(Arrival("材料", JUNE, never), ALL)


def test_the_finding_says_by_what_and_how_far() -> None:
    why = _choice(RIGHT, JUNE).why
    assert why.about == "national"
    assert "归入“项目national”" in why.text
    assert "主题或压缩包名称完全符合该项目的命名规则" in why.text
    assert "national得29分，stars得1分，paper得0分" in why.text
    why = _choice("申报材料", JUNE).why
    assert why.effect == "person"
    assert "“项目stars”也有可能" in why.text


def test_of_one_programme_there_is_no_doubt() -> None:
    assert _choose("材料", JULY, among=[NATIONAL]) == ("national", "chosen")
