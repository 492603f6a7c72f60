"""Reports that arrive in the mailbox, tied to the letters that they are about."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.cli import main
from console.demo.mails import compose
from console.web import pages
from console.web.app import make_app
from intake.answer import answer
from intake.batch import process_waiting
from intake.contents import decode_record, encode_record
from intake.rebuild import rebuild
from intake.reprocess import reprocess
from intake.sheets.ledger import ledger_rows
from model.delivery import Certainty
from storage.ledger import bounces, events, outbox, queries
from storage.ledger.schema import bounce, receipt
from tests.builders import reports
from tests.builders.ledger_rows import record
from tests.builders.season import SeasonMail, good_mail
from tests.intake.conftest import Desk

Make = Callable[[bytes, str], bytes]


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """Two letters have gone out, to two applicants."""
    for number in (1, 2):
        desk.take_in(good_mail(number))
        process_waiting(desk.place())
    assert answer(desk.place()).sent == 2
    return desk


def letter(desk: Desk, number: int = 1) -> bytes:
    """The letter to an applicant, as the server took it."""
    wanted = f"zb{number}@example.com".encode()
    (found,) = [
        data
        for path in desk.smtp.letters
        if wanted in (data := path.read_bytes()).split(b"\r\n\r\n")[0]
    ]
    return found


def arrive(desk: Desk, data: bytes, after: timedelta = timedelta(minutes=1)) -> str:
    """A mail comes in and is processed; its digest."""
    when = desk.clock.now + after
    (digest,) = desk.take_in(SeasonMail("report", data, when, "", "ignored", "none"))
    process_waiting(desk.place())
    return digest


def codes(desk: Desk, digest: str) -> list[str]:
    with desk.place().ledger.read() as tx:
        (row,) = queries.by_message(tx, digest)
        assert (row.outcome, row.receipt_no) == ("ignored", "")
        return [one.code for one in queries.findings_of(tx, row.id)]


def marks(desk: Desk) -> dict[str, bounces.Mark]:
    with desk.place().ledger.read() as tx:
        return bounces.marks(tx)


def states(desk: Desk) -> list[str]:
    with desk.place().ledger.read() as tx:
        return [row.state for row in outbox.listing(tx)]


TO = "zb1@example.com"
BY_ID: dict[str, Make] = {
    "Postfix": reports.dsn,
    "headers only": lambda data, to: reports.dsn(data, to, whole=False),
    "NetEase": reports.netease,
    "NetEase without the letter": lambda data, to: reports.netease(data, to, copy=False),
    "qmail": reports.qmail,
    "Exim": reports.exim,
    "Exchange": reports.exchange,
    "Sina": reports.sina,
}


@pytest.mark.parametrize("server", BY_ID)
def test_a_returned_letter_is_marked(sent: Desk, server: str) -> None:
    digest = arrive(sent, BY_ID[server](letter(sent), TO))
    assert codes(sent, digest)[-1] == "delivery.receipt_undelivered"
    (mark,) = marks(sent).values()
    assert (mark.receipt_no, mark.state) == ("HZ2021-00001", bounces.UNDELIVERED)
    assert (mark.recipient, mark.probable) == (TO, False)
    assert answer(sent.place()).sent == 0, "nothing is sent again, and the report is not answered"
    assert states(sent) == ["sent", "sent"]


def test_by_subject_where_the_report_has_no_message_id(sent: Desk) -> None:
    digest = arrive(sent, reports.qq(letter(sent), TO))
    assert codes(sent, digest)[-1] == "delivery.receipt_undelivered"
    assert marks(sent)["HZ2021-00001"].reason == "policy"
    assert certainties(sent) == [Certainty.NAMED]


def test_by_the_receipt_number_alone(sent: Desk) -> None:
    text = f"您的邮件（回执编号HZ2021-00001）无法发送到 {TO}\r\n"
    data = reports.headers("postmaster@example.com", "退信") + f"\r\n{text}".encode()
    arrive(sent, data)
    assert list(marks(sent)) == ["HZ2021-00001"]
    assert certainties(sent) == [Certainty.NAMED]


def bare(to: str) -> bytes:
    """A report that names nothing but the address."""
    return reports.headers("postmaster@example.com", "退信") + f"\r\n无法发送到 {to}\r\n".encode()


def test_by_the_address_that_only_one_letter_went_to(sent: Desk) -> None:
    digest = arrive(sent, bare(TO))
    assert codes(sent, digest)[-1] == "delivery.receipt_probably_undelivered"
    assert marks(sent)["HZ2021-00001"].probable


@pytest.mark.parametrize(("days", "tied"), [(6, ["probable"]), (8, []), (13, []), (15, [])])
def test_how_long_after_a_letter_an_address_still_counts(
    sent: Desk, days: int, tied: list[str]
) -> None:
    digest = arrive(sent, bare(TO), timedelta(days=days))
    assert certainties(sent) == tied
    assert ("delivery.unmatched" in codes(sent, digest)) == (not tied)
    arrive(sent, reports.qq(letter(sent), TO), timedelta(days=days))
    assert (Certainty.NAMED in certainties(sent)) == (days < 14)


def test_two_letters_to_one_address_are_not_guessed_between(sent: Desk) -> None:
    sent.take_in(good_mail(1, hour=2, big=b"more"))
    process_waiting(sent.place())
    assert answer(sent.place()).sent == 1
    digest = arrive(sent, bare(TO))
    assert codes(sent, digest)[-1] == "delivery.unmatched"
    # The subject names the older one.
    data = reports.qq(letter_no(sent, 0), TO)
    arrive(sent, data)
    assert list(marks(sent)) == ["HZ2021-00001"]


def letter_no(desk: Desk, place: int) -> bytes:
    return desk.smtp.letters[place].read_bytes()


def test_a_servers_own_name_for_the_letter(sent: Desk) -> None:
    theirs = "<tencent_0123456789ABCDEF@qq.com>"
    place = sent.place()
    with place.ledger.write() as tx:
        tx.execute(
            update(receipt)
            .where(receipt.c.receipt_no == "HZ2021-00002")
            .values(evidence=f"SMTP: 250 OK: queued as {theirs}")
        )
    data = letter(sent, 2)
    renamed = data.replace(reports.message_id_of(data).encode(), theirs.encode())
    assert renamed != data
    arrive(sent, reports.dsn(renamed, "someone.else@example.com"))
    assert marks(sent)["HZ2021-00002"].recipient == "zb2@example.com"


@pytest.mark.parametrize(
    ("make", "code", "mark"),
    [
        (lambda data, to: reports.dsn(data, to, action="delayed", status="4.4.1"),
         "delivery.receipt_delayed", bounces.DELAYED),
        (lambda data, to: reports.exim(data, to, delayed=True),
         "delivery.receipt_delayed", bounces.DELAYED),
        (lambda data, to: reports.dsn(data, to, action="delivered", status="2.0.0"),
         "delivery.receipt_arrived", ""),
        (reports.read_receipt, "delivery.receipt_arrived", ""),
        (reports.vacation, "delivery.receipt_arrived", ""),
    ],
)  # fmt: skip
def test_what_else_is_reported(sent: Desk, make: Make, code: str, mark: str) -> None:
    digest = arrive(sent, make(letter(sent), TO))
    assert codes(sent, digest)[-1] == code
    assert [one.state for one in marks(sent).values()] == ([mark] if mark else [])
    assert answer(sent.place()).sent == 0


def test_a_letter_of_unknown_fate_that_came_back_had_been_taken(desk: Desk) -> None:
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    desk.smtp.faults.drop_after_accepting = 1
    answer(desk.place())
    assert states(desk) == ["unknown"]
    arrive(desk, reports.dsn(letter(desk), TO))
    assert states(desk) == ["sent"]
    assert list(marks(desk)) == ["HZ2021-00001"]
    assert answer(desk.place()).sent == 0
    assert len(desk.smtp.letters) == 1


def test_a_forged_report_does_no_more_than_nothing(sent: Desk) -> None:
    """All of it is right but the Message-ID, which has our form and is none of ours."""
    data = letter(sent)
    mine = reports.message_id_of(data)
    forged = data.replace(mine.encode(), f"<receipt.{'0' * 32}@example.test>".encode())
    before = (states(sent), len(sent.smtp.letters))
    digest = arrive(sent, reports.dsn(forged, TO))
    assert codes(sent, digest)[-1] == "delivery.unmatched"
    assert marks(sent) == {}
    answer(sent.place())
    assert (states(sent), len(sent.smtp.letters)) == before


def test_a_clerks_own_mail_that_came_back_is_no_letter_of_ours(sent: Desk) -> None:
    """To the same address, a minute after the letter."""
    own = compose(
        subject="请补充联系电话", sender=reports.HOME, sender_name="李", to=TO,
        date=sent.clock.now, text="请补充联系电话。",
    )  # fmt: skip
    for make in (reports.dsn, reports.netease, reports.qq):
        digest = arrive(sent, make(own, TO))
        assert codes(sent, digest)[-1] == "delivery.unmatched"
    assert marks(sent) == {}


def test_a_submission_with_a_report_in_it_stays_a_submission(sent: Desk) -> None:
    """Whoever writes Auto-Submitted on his own mail gets no answer, and a person sees why."""
    mail = good_mail(3)
    data = b"Auto-Submitted: auto-generated\r\nX-Failed-Recipients: zb1@example.com\r\n" + mail.data
    (digest,) = sent.take_in(SeasonMail("marked", data, mail.received_at, "", "", ""))
    process_waiting(sent.place())
    with sent.place().ledger.read() as tx:
        (row,) = queries.by_message(tx, digest)
        found = [one.code for one in queries.findings_of(tx, row.id)]
    assert (row.application_no, row.outcome) == ("ZB20210003", "complete")
    assert (row.answer_reason, row.needs_person) == ("auto_submitted", True)
    assert "mail.not_answered" in found
    assert marks(sent) == {}
    assert answer(sent.place()).sent == 0


def test_the_ledger_made_again_has_the_same_reports(sent: Desk) -> None:
    arrive(sent, reports.dsn(letter(sent), TO))
    arrive(sent, reports.dsn(letter(sent, 2), "zb2@example.com", action="delayed"))
    before, marked = rows(sent), marks(sent)
    assert len(before) == 2
    aside = sent.settings.data_dir.with_name("aside")
    aside.mkdir()
    for path in sent.settings.data_dir.glob("ledger.db*"):
        path.rename(aside / path.name)
    rebuild(sent.place())
    assert rows(sent) == before
    assert marks(sent) == marked
    # The one that came back had gone out; of the other nothing is filed that says so.
    assert states(sent) == ["sent", "unknown"]


def test_reprocessing_leaves_a_report_as_it_is(sent: Desk) -> None:
    digest = arrive(sent, reports.dsn(letter(sent), TO))
    (done,) = reprocess(sent.place(), [digest], by="li")
    assert (done.action, done.differences) == ("unchanged", ())


def test_a_record_from_before_is_read() -> None:
    made = json.loads(encode_record(record("old")))
    assert made.pop("delivery") is None
    assert decode_record(json.dumps(made).encode()) == record("old")


def test_where_a_person_sees_it(sent: Desk) -> None:
    arrive(sent, reports.dsn(letter(sent), TO))
    arrive(sent, reports.dsn(letter(sent, 2), "zb2@example.com", action="delayed"))
    place = sent.place()
    ledger = pages.ledger(place, "", "")
    shown = {row["application_no"]: row["mark"] for row in ledger["rows"]}
    assert shown["ZB20210001"].startswith("回执未送达（收件邮箱不存在或已停用，2021-06-01")
    assert shown["ZB20210002"].startswith("回执延迟（2021-06-01")
    assert ledger["undelivered"] == 1
    (row,) = pages.ledger(place, "", "undelivered")["rows"]
    assert row["application_no"] == "ZB20210001"
    page = pages.application(place, "national-2021", "ZB20210001")
    assert page is not None
    (version,) = page["versions"]
    assert version["undelivered"]
    assert "User unknown" in version["mark_said"]
    remarks = {line[2]: line[-1] for line in ledger_rows(place)}
    assert "回执未送达（收件邮箱不存在或已停用" in remarks["ZB20210001"]
    assert "回执延迟" in remarks["ZB20210002"]


def test_the_page_as_it_is_served(sent: Desk) -> None:
    evil = "smtp; 550 5.1.1 <script>User unknown</script>"
    arrive(sent, reports.dsn(letter(sent), TO, diagnostic=evil))
    listed = served(sent, "/?outcome=undelivered")
    assert "回执未送达 1" in listed
    assert "回执未送达（收件邮箱不存在或已停用" in listed
    assert "ZB20210002" not in listed
    shown = served(sent, "/national-2021/ZB20210001")
    assert "回执未送达（收件邮箱不存在或已停用" in shown
    assert "&lt;script&gt;User unknown" in shown
    assert "<script>" not in shown + listed


def served(desk: Desk, path: str) -> str:
    """A page as a browser gets it."""

    async def get() -> str:
        app = httpx.ASGITransport(make_app(desk.place(), ("console",)))
        async with httpx.AsyncClient(transport=app, base_url="http://console") as client:
            return (await client.get(path)).text

    return asyncio.run(get())


def test_which_of_two_readers_it_did_not_reach(sent: Desk) -> None:
    with sent.place().ledger.write() as tx:
        tx.execute(
            update(receipt)
            .where(receipt.c.receipt_no == "HZ2021-00001")
            .values(copy_to="bureau@example.com")
        )
    arrive(sent, reports.dsn(letter(sent), "Bureau@example.com"))
    assert marks(sent)["HZ2021-00001"].recipient == "bureau@example.com"


def test_the_commands(
    sent: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """list, show, and retry --again: by a person, with a reason, and only what came back."""
    arrive(sent, reports.dsn(letter(sent), TO))
    configure(sent, monkeypatch)

    def intake(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["intake", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    code, said = intake("receipts", "list", "--state", "undelivered")
    assert code == 1
    assert "HZ2021-00001" in said
    assert "HZ2021-00002" not in said
    code, said = intake("receipts", "show", "HZ2021-00001")
    assert "undelivered" in said
    assert "收件邮箱不存在或已停用" in said
    for words in (
        ("HZ2021-00001",),
        ("--again", "HZ2021-00001"),
        ("--reason", "x", "HZ2021-00001"),
        ("--again", "--reason", "x", "HZ2021-00002"),
    ):
        code, said = intake("receipts", "retry", *words)
        assert code == 2, words
    assert len(sent.smtp.letters) == 2
    code, said = intake(
        "receipts", "retry", "--again", "--reason", "单位已清理邮箱", "HZ2021-00001"
    )
    assert (code, said.strip()) == (0, "1 sent")
    assert len(sent.smtp.letters) == 3
    assert letter_no(sent, 2) == letter_no(sent, 0)
    assert marks(sent) == {}
    with sent.place().ledger.read() as tx:
        (noted,) = events.about(tx, "HZ2021-00001")
    assert (noted.what, noted.detail) == ("send again", "单位已清理邮箱")
    code, said = intake("receipts", "retry", "--again", "--reason", "x", "HZ2021-00001")
    assert code == 2
    assert len(sent.smtp.letters) == 3


def configure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    smtp = desk.settings.smtp
    assert smtp is not None
    config = desk.folder / "intake.toml"
    config.write_text(
        f'data_dir = "{desk.settings.data_dir}"\nprogramme = "{desk.settings.programme}"\n'
        f'[smtp]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\n'
        f'sender = "{smtp.sender}"\n',
        "utf-8",
    )
    monkeypatch.setenv("INTAKE_CONFIG", str(config))


def certainties(desk: Desk) -> list[str]:
    with desk.place().ledger.read() as tx:
        return list(tx.execute(select(bounce.c.certainty)).scalars())


def rows(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        return [tuple(row) for row in tx.execute(select(bounce).order_by(bounce.c.sha256))]
