"""The doctor names what is wrong with which connection, and what to do."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import SecretStr

from intake.doctor import Check, _calendar, examine_system
from intake.settings import MailboxSettings, Settings
from tests.intake.conftest import Desk
from tests.services.dovecot import Dovecot


def _checks(settings: Settings) -> dict[str, Check]:
    return {one.what: one for one in examine_system(settings)}


def _changed(settings: Settings, **changes: object) -> Settings:
    box = settings.mailboxes["main"].model_copy(update=changes)
    return settings.model_copy(update={"mailboxes": {"main": box}})


def test_all_is_well(desk: Desk, dovecot: Dovecot) -> None:
    desk.keep_letters_in(dovecot)
    checks = _checks(desk.settings)
    assert [one for one in checks.values() if one.state == "error"] == []
    assert checks["mailbox main/INBOX"].state == "ok"
    assert checks["mailbox main/Sent"].state == "ok"
    assert checks["smtp"].state == "ok"
    assert checks["reader processes"].state == "ok"
    assert checks["programme national-2021"].state == "ok"


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2021, 5, 1), "ok"),
        (date(2021, 12, 20), "ok"),
        (date(2098, 5, 1), "warning"),
        (date(2003, 12, 31), "warning"),
    ],
)
def test_whether_the_public_holidays_are_known(today: date, state: str) -> None:
    found = _calendar(today, ["national-2021"])
    assert found.state == state
    assert "national-2021" in found.detail
    assert ("chinesecalendar" in found.advice) is (state == "warning")


def test_every_programme_of_every_mailbox_is_looked_at(desk: Desk) -> None:
    boxes = {
        "one": MailboxSettings(host="h", username="u", programmes=("gaoxin-2021", "nix-2021")),
    }
    checks = _checks(desk.settings.model_copy(update={"mailboxes": boxes}))
    assert checks["programme gaoxin-2021"].state == "ok"
    assert checks["programme"].state == "error"
    assert "nix-2021" in checks["programme"].detail


def test_a_wrong_password(desk: Desk, dovecot: Dovecot) -> None:
    desk.keep_letters_in(dovecot)
    checks = _checks(_changed(desk.settings, password=SecretStr("wrong")))
    one = checks["mailbox main"]
    assert one.state == "error"
    assert "password" in (one.detail + one.advice).lower()
    assert checks["smtp"].state == "ok", "what is wrong with one does not hide the others"


def test_closed_ports(desk: Desk, dovecot: Dovecot) -> None:
    desk.keep_letters_in(dovecot)
    settings = _changed(desk.settings, port=1)
    assert settings.smtp is not None
    closed = settings.smtp.model_copy(update={"port": 1})
    checks = _checks(settings.model_copy(update={"smtp": closed}))
    for what in ("mailbox main", "smtp"):
        assert checks[what].state == "error"
        assert checks[what].advice


def test_a_folder_that_is_not_there(desk: Desk, dovecot: Dovecot) -> None:
    desk.keep_letters_in(dovecot)
    checks = _checks(_changed(desk.settings, folders=("INBOX", "垃圾邮件")))
    assert checks["mailbox main/INBOX"].state == "ok"
    assert checks["mailbox main"].state == "error"
    assert "Sent" in checks["mailbox main"].detail + checks["mailbox main"].advice


def test_no_smtp_and_no_mailbox(desk: Desk) -> None:
    checks = _checks(desk.settings.model_copy(update={"smtp": None}))
    assert checks["smtp"].state == "error"
    assert "[smtp]" in checks["smtp"].advice
    assert checks["mailboxes"].state == "warning"


def test_a_data_folder_that_cannot_be_used(desk: Desk) -> None:
    (desk.folder / "file").write_text("")
    checks = _checks(desk.settings.model_copy(update={"data_dir": desk.folder / "file" / "data"}))
    assert checks["data folder and ledger"].state == "error"
    assert checks["data folder and ledger"].advice


def test_a_programme_that_is_not_there(desk: Desk) -> None:
    checks = _checks(desk.settings.model_copy(update={"programme": "gone-2021"}))
    assert checks["programme"].state == "error"
    assert checks["programme"].advice
