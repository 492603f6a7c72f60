"""A closed package and the password that stands in the mail: tried, recorded, never guessed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from console.demo.mails import compose
from console.demo.rar import rar5
from intake.batch import process_waiting
from storage.ledger.schema import finding, revision
from tests.builders.season import MAILBOX, SeasonMail, good_mail, papers
from tests.intake.conftest import Desk

TITLE = "ZB20210009+山东第九机械有限公司"
START = good_mail(9).received_at


def _mail(text: str, *, password: str = "Zb-2021", names_too: bool = True) -> SeasonMail:
    package = rar5(papers(), password=password, encrypt_headers=names_too, seed=b"nine")
    data = compose(
        subject=TITLE, sender="zb9@example.com", sender_name="九", to=MAILBOX, date=START,
        attachments=[(f"{TITLE}.rar", package)], text=text,
    )  # fmt: skip
    return SeasonMail("", data, START, "", "", "")


def _outcome(desk: Desk) -> tuple[str, set[str]]:
    with desk.place().ledger.read() as tx:
        (row,) = tx.execute(select(revision)).all()
        return row.outcome, set(tx.execute(select(finding.c.code)).scalars())


@pytest.mark.parametrize("names_too", [True, False])
@pytest.mark.parametrize(
    "text",
    ["您好，附件的解压密码：Zb-2021，请查收。", "压缩包密码是“Zb-2021”\n", "password: Zb-2021"],
)
def test_the_one_in_the_mails_text_opens_it(desk: Desk, text: str, names_too: bool) -> None:
    desk.take_in(_mail(text, names_too=names_too))
    process_waiting(desk.place())
    outcome, codes = _outcome(desk)
    assert outcome == "complete"
    assert "package.password_used" in codes


def test_the_one_that_the_programme_has_agreed_on(desk: Desk) -> None:
    desk.change_rules(("[package]", '[package]\npassword = "Zb-2021"'))
    desk.take_in(_mail("请查收。"))
    process_waiting(desk.place())
    assert _outcome(desk)[0] == "complete"


@pytest.mark.parametrize("text", ["密码请电话联系我。", "解压密码：别的", "我单位不设密码。"])
def test_what_opens_nothing_is_sent_back_with_advice(desk: Desk, text: str) -> None:
    desk.take_in(_mail(text))
    process_waiting(desk.place())
    outcome, codes = _outcome(desk)
    assert (outcome, "package.encrypted" in codes) == ("returned", True)
