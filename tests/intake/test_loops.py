"""Machines that answer machines: after at most one letter there is silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from checks.own_letters import ENDING, TITLE
from console.demo.mails import compose
from intake.answer import answer
from intake.batch import process_waiting
from model.delivery import OUR_MESSAGE_ID
from model.letter_marks import RECEIPT_TAG
from storage.ledger import outbox, queries
from storage.ledger.schema import finding, revision
from tests.builders import reports
from tests.builders.season import MAILBOX, SeasonMail, good_mail
from tests.intake.conftest import Desk
from tests.services.dovecot import Dovecot
from tests.services.mailroom import Mailroom

ARRIVAL = datetime(2021, 6, 1, 3, 0, tzinfo=UTC)
ROUNDS = 3
Gateway = Callable[[bytes], bytes]


class Instance(Mailroom):
    """A whole place of work whose letters arrive in another one's mailbox."""

    other: Instance

    def __init__(self, dovecot: Dovecot, folder: Path, address: str, gateway: Gateway) -> None:
        folder.mkdir()
        super().__init__(dovecot, folder, verify=False, pdf=True)
        self.address = address
        self._gateway = gateway

    def start(self) -> None:
        super().start()
        text = self.config.read_text("utf-8")
        assert MAILBOX in text
        self.config.write_text(text.replace(MAILBOX, self.address), "utf-8")

    def _keep_a_copy(self, _sender: str, recipients: list[str], letter: bytes) -> None:
        assert recipients == [self.other.address]
        self.dovecot.append(self.other.user, self._gateway(letter), ARRIVAL)

    def outcomes(self) -> list[str]:
        with self.place() as place, place.ledger.read() as tx:
            return list(tx.execute(select(revision.c.outcome).order_by(revision.c.id)).scalars())

    def codes(self) -> set[str]:
        with self.place() as place, place.ledger.read() as tx:
            return set(tx.execute(select(finding.c.code)).scalars())


@contextmanager
def two_instances(
    dovecot: Dovecot, folder: Path, gateway: Gateway
) -> Iterator[tuple[Instance, Instance]]:
    ours = Instance(dovecot, folder / "a", "shenbao@a.example", gateway)
    theirs = Instance(dovecot, folder / "b", "shenbao@b.example", gateway)
    ours.other, theirs.other = theirs, ours
    with ExitStack() as running:
        for one in (ours, theirs):
            one.start()
            running.callback(one.stop)
        yield ours, theirs


def without(letter: bytes, *names: str) -> bytes:
    head, end, body = letter.partition(b"\r\n\r\n")
    wanted = "|".join(names).encode()
    return re.sub(rb"(?im)^(?:" + wanted + rb"):.*\r\n(?:[ \t].*\r\n)*", b"", head + b"\r\n") + (
        end[2:] + body
    )


def stripped(letter: bytes) -> bytes:
    """Without what RFC 3834 asks for and what ties it to the mail that it answers."""
    return without(letter, "Auto-Submitted", "In-Reply-To", "References")


def stripped_and_renamed(letter: bytes) -> bytes:
    """No header is left but those of every mail, and the Message-ID is the gateway's own."""
    bare = without(stripped(letter), "X-[A-Za-z-]+", "Message-ID", "Content-Language")
    return b"Message-ID: <%d@gateway.example>\r\n" % len(letter) + bare


def tagged(letter: bytes) -> bytes:
    """And the subject begins with the gateway's warning."""
    bare = stripped_and_renamed(letter)
    mail = message_from_bytes(bare, policy=policy.default)
    subject = str(mail["Subject"])
    assert subject.startswith(RECEIPT_TAG)
    return reports.headers(
        str(mail["From"]),
        f"【外部邮件】[EXTERNAL] {subject}",
        "Content-Type: text/plain; charset=utf-8",
    ) + ("\r\n" + reports.plain_text(bare)).encode()  # fmt: skip


def as_html(letter: bytes) -> bytes:
    """Only the HTML form is left, behind a reply prefix."""
    mail = message_from_bytes(letter, policy=policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    return reports.headers(
        str(mail["From"]), f"Fw: {mail['Subject']}", "Content-Type: text/html; charset=utf-8"
    ) + ("\r\n" + str(body.get_content())).encode()  # fmt: skip


def unrecognisable(letter: bytes) -> bytes:
    """Nothing of the letter is left but its sender."""
    mail = message_from_bytes(letter, policy=policy.default)
    return reports.headers(
        str(mail["From"]), "关于贵处来信", "Content-Type: text/plain; charset=utf-8",
        f"X-Seen: {reports.message_id_of(letter)}",
    ) + "\r\n来信收悉。\r\n".encode()  # fmt: skip


def from_a_person(address: str) -> SeasonMail:
    """A complete submission, sent by somebody who uses the other place's own mailbox."""
    mail = good_mail(1)
    data = mail.data.replace(b"<zb1@example.com>", f"<{address}>".encode())
    assert data != mail.data
    return SeasonMail("person", data, ARRIVAL, "", "", "")


@pytest.mark.parametrize(
    "gateway",
    [bytes, stripped, stripped_and_renamed, tagged, as_html],
    ids=lambda one: one.__name__,
)
def test_two_instances_stop_after_one_letter(
    dovecot: Dovecot, tmp_path: Path, gateway: Gateway
) -> None:
    with two_instances(dovecot, tmp_path, gateway) as (ours, theirs):
        ours.deliver([from_a_person(theirs.address)])
        for _ in range(ROUNDS):
            ours.poll_here()
            theirs.poll_here()
        assert (len(ours.smtp.letters), len(theirs.smtp.letters)) == (1, 0)
        assert ours.outcomes() == ["complete"]
        assert theirs.outcomes() == ["ignored"]
        told = {"mail.automatic", "mail.own_letter", "mail.reply_only"} & theirs.codes()
        assert len(told) == 1
        if gateway is bytes:
            assert told == {"mail.automatic"}


def test_where_nothing_is_left_to_know_it_by_the_cap_ends_it(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (Path(__file__).parents[2] / "programmes/national-2021.toml").read_text("utf-8")
    capped = text.replace("[receipt]", "[receipt]\nper_sender_per_day = 2")
    assert capped != text
    (rules / "national-2021.toml").write_text(capped, "utf-8")
    with two_instances(dovecot, tmp_path, unrecognisable) as (ours, theirs):
        for one in (ours, theirs):
            settings = one.config.read_text("utf-8")
            one.config.write_text(f'programmes_dir = "{rules}"\n{settings}', "utf-8")
        ours.deliver([from_a_person(theirs.address)])
        for _ in range(2 * ROUNDS):
            ours.poll_here()
            theirs.poll_here()
        assert (len(ours.smtp.letters), len(theirs.smtp.letters)) == (2, 2)
        with ours.place() as place, place.ledger.read() as tx:
            assert outbox.states(tx) == {"sent": 2, "held": 1}  # a person releases it, or not


@pytest.fixture
def sent(desk: Desk) -> Desk:
    desk.change(receipt_pdf=True)
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    assert answer(desk.place()).sent == 1
    return desk


def letter(desk: Desk) -> bytes:
    return desk.smtp.letters[0].read_bytes()


def arrive(desk: Desk, data: bytes) -> tuple[str, bool, set[str], str]:
    """Outcome, whether a person has to look, findings, and why nothing is answered."""
    when = desk.clock.now + timedelta(minutes=1)
    (digest,) = desk.take_in(SeasonMail("mail", data, when, "", "", ""))
    process_waiting(desk.place())
    answer(desk.place())
    with desk.place().ledger.read() as tx:
        (row,) = queries.by_message(tx, digest)
        codes = {one.code for one in queries.findings_of(tx, row.id)}
    return row.outcome, row.needs_person, codes, row.answer_reason


def reply(data: bytes, text: str, *, subject: str = "", **more: object) -> bytes:
    shown = str(message_from_bytes(data, policy=policy.default)["Subject"])
    return compose(
        subject=subject or f"回复：{shown}", sender="zb1@example.com", sender_name="张三",
        to=MAILBOX, date=ARRIVAL, text=text, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_every_letter_can_be_known_for_one(sent: Desk) -> None:
    """What the rule goes by is what the letters really carry."""
    mail = message_from_bytes(letter(sent), policy=policy.default)
    assert OUR_MESSAGE_ID.fullmatch(str(mail["Message-ID"]))
    assert str(mail["Subject"]).startswith(RECEIPT_TAG)
    text = reports.plain_text(letter(sent))
    assert text.startswith(TITLE)
    assert text.rstrip().rstrip("）").endswith(ENDING)
    html = mail.get_body(("html",))
    assert html is not None
    assert ENDING in html.get_content()


@pytest.mark.parametrize("way", [bytes, stripped, stripped_and_renamed])
def test_our_own_letter_comes_back(sent: Desk, way: Gateway) -> None:
    outcome, person, _, _ = arrive(sent, way(letter(sent)))
    assert (outcome, person) == ("ignored", False)
    outcome, person, _, _ = arrive(sent, b"Received: by another.example\r\n" + way(letter(sent)))
    assert (outcome, person) == ("ignored", False)
    assert len(sent.smtp.letters) == 1


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("marked", [True, False])
def test_a_vacation_notice_is_not_answered(sent: Desk, marked: bool, quoted: bool) -> None:
    data = reports.vacation(letter(sent), "zb1@example.com", marked=marked, quoted=quoted)
    outcome, person, codes, _ = arrive(sent, data)
    assert outcome == "ignored"
    # No header says that no person wrote it: one reads it, and no machine answers it.
    assert person is not marked
    assert ("mail.reply_to_read" in codes) is not marked
    assert len(sent.smtp.letters) == 1


@pytest.mark.parametrize("subject", ["", "Re: 收到", "谢谢"])
def test_a_reply_that_brings_nothing_is_for_a_person(sent: Desk, subject: str) -> None:
    quoted = "\n".join(f"> {line}" for line in reports.plain_text(letter(sent)).splitlines())
    outcome, person, codes, _ = arrive(
        sent, reply(letter(sent), f"请问缺哪一页？\n\n{quoted}\n", subject=subject)
    )
    assert (outcome, person) == ("ignored", True)
    assert {"mail.reply_only", "mail.reply_to_read"} <= codes
    assert len(sent.smtp.letters) == 1


def test_a_reply_that_brings_the_package_is_a_submission(sent: Desk) -> None:
    mail = good_mail(1, hour=2, big=b"more")
    package = next(message_from_bytes(mail.data, policy=policy.default).iter_attachments())
    name = package.get_filename()
    assert name is not None
    data = reply(
        letter(sent), f"补正材料见附件。\n\n> {reports.plain_text(letter(sent))}",
        attachments=[(name, package.get_payload(decode=True))],
    )  # fmt: skip
    outcome, _, codes, why = arrive(sent, data)
    assert (outcome, why) == ("complete", "")
    assert "mail.reply_only" not in codes
    assert len(sent.smtp.letters) == 2


@pytest.mark.parametrize(("size", "outcome"), [(2_000, "ignored"), (200_000, "returned")])
def test_a_signatures_logo_is_nothing_that_is_brought(sent: Desk, size: int, outcome: str) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * size
    head = reports.headers(
        "<li@example.com>", "Re: 收到", "In-Reply-To: " + reports.message_id_of(letter(sent)),
        'Content-Type: multipart/related; boundary="b"',
    )  # fmt: skip
    data = head + reports.lines(
        "", "--b", "Content-Type: text/plain; charset=utf-8", "", "谢谢。", "--b",
        "Content-Type: image/png", "Content-ID: <logo>", "Content-Disposition: inline",
        "Content-Transfer-Encoding: base64", "",
        reports.in_bytes(picture), "--b--",
    )  # fmt: skip
    assert arrive(sent, data)[0] == outcome


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Auto-Submitted: auto-generated", "auto_submitted"),
        ("X-Auto-Response-Suppress: OOF, AutoReply", "auto_submitted"),
        ("Return-Path: <>", "null_return_path"),
        ("List-Id: <members.example.com>", "mailing_list"),
        ("Precedence: bulk", "bulk"),
    ],
)
def test_a_submission_that_a_machine_sent_is_filed_and_seen_by_a_person(
    desk: Desk, header: str, reason: str
) -> None:
    outcome, person, codes, why = arrive(desk, f"{header}\r\n".encode() + good_mail(1).data)
    assert (outcome, person, why) == ("complete", True, reason)
    assert "mail.not_answered" in codes
    assert desk.smtp.letters == ()


@pytest.mark.parametrize("package", [True, False])
def test_a_mail_in_our_own_name_is_not_answered(desk: Desk, package: bool) -> None:
    mail = good_mail(1).data.replace(b"<zb1@example.com>", f"<{MAILBOX.upper()}>".encode())
    if not package:
        mail = reports.headers(f"<{MAILBOX}>", "ZB20210001+山东第一机械有限公司") + b"\r\nx\r\n"
    _, person, codes, why = arrive(desk, mail)
    assert (person, why) == (True, "own_address")
    assert "mail.not_answered" in codes
    assert desk.smtp.letters == ()
