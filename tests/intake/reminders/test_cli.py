"""`intake remind` as a process, with a real mailbox, a real SMTP server and the clock of today."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.builders.season import PROGRAMME, _Applicant, good_mail
from tests.services.mailroom import Mailroom

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def call(room: Mailroom) -> Mailroom:
    """A programme whose window ends in five days, with three registered units."""
    folder = room.folder / "rules"
    folder.mkdir()
    closes = datetime.now(SHANGHAI).date() + timedelta(days=5)
    text = (Path(__file__).parents[3] / "programmes" / f"{PROGRAMME}.toml").read_text("utf-8")
    text = re.sub(r"closes = \S+", f"closes = {closes}", text)
    text = text.replace("[late]", "[reminders]\nnot_sent_days_before = [7]\n\n[late]")
    (folder / f"{PROGRAMME}.toml").write_text(text, "utf-8")
    config = room.config.read_text("utf-8")
    room.config.write_text(f'programmes_dir = "{folder}"\n{config}', "utf-8")
    lines = [f"{one.application_no},{one.name},zb{one.number}@example.com" for one in UNITS]
    register = room.folder / "登记册.csv"
    register.write_text("\n".join(["申报编号,申报单位全称,邮箱", *lines]), "utf-8")
    room.run("register", "import", str(register), "--yes")
    return room


UNITS = [_Applicant(number) for number in (1, 2, 3)]


def refused(said: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(one["application_no"], one["refused"], one["written"]) for one in said["letters"]]


def test_units_that_have_sent_nothing(call: Mailroom) -> None:
    call.deliver([good_mail(2)])
    call.run("poll", code=None)
    assert len(call.letters()) == 1

    shown = call.run("remind", "--not-sent")
    assert (shown["switched_on"], shown["preview"]) == (True, True)
    assert refused(shown) == [("ZB20210001", "", False), ("ZB20210003", "", False)]
    assert "ZB20210001+" in shown["sample"]["text"]
    assert call.run("receipts", "list")[-1]["receipt_no"].startswith("HZ")

    written = call.run("remind", "--not-sent", "--yes")
    assert refused(written) == [("ZB20210001", "", True), ("ZB20210003", "", True)]
    # The mail that comes now makes one of them untrue.
    call.deliver([good_mail(1)])
    call.run("poll", code=None)
    to = [one.to for one in call.letters()]
    assert sorted(to) == ["zb1@example.com", "zb2@example.com", "zb3@example.com"]
    states = {one["receipt_no"]: one["state"] for one in call.run("receipts", "list")}
    assert states["TX2021-00001"] == "withdrawn"
    assert states["TX2021-00002"] == "sent"
    assert refused(call.run("remind", "--not-sent", "--yes")) == [("ZB20210003", "already", False)]
    call.run("verify")
    assert len(call.letters()) == 3


def test_what_is_switched_off_says_so(call: Mailroom) -> None:
    said = call.run("remind")
    assert (said["switched_on"], said["letters"]) == (False, [])


@pytest.mark.parametrize(
    "words", [("--yes",), ("--not-sent", "--preview", "--yes"), ("-p", "nobody")]
)
def test_the_operators_errors(call: Mailroom, words: tuple[str, ...]) -> None:
    call.run("remind", *words, code=2)


def test_a_file_is_only_shown(call: Mailroom) -> None:
    file = str(call.folder / "rules" / f"{PROGRAMME}.toml")
    call.run("remind", "--not-sent", "--yes", "-p", file, code=2)
    assert refused(call.run("remind", "--not-sent", "-p", file))[0] == ("ZB20210001", "", False)
