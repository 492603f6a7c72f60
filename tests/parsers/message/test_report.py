"""Reports on a letter, as the servers and programs of the world write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.demo.mails import compose as compose_mail
from model.delivery import DeliveryReport, ReportKind, reasons
from model.verdict import ReceiptKind
from parsers.message import read_message
from parsers.message.report_reasons import reason_of
from parsers.message.report_text import DIAGNOSTIC_CHARACTERS, status_in
from receipts.compose import compose
from receipts.letter import Letter
from tests.builders import reports
from tests.builders.reports import message_id_of

TO = "zhang.san@example.com"
SUBJECT = "【材料接收回执】材料齐全 ZB20210001（HZ2021-00001）"
OURS = f"<receipt.{'0123456789abcdef' * 2}@example.test>"


@pytest.fixture(scope="module")
def letter() -> bytes:
    return compose(
        Letter(ReceiptKind.COMPLETE, SUBJECT, "材料接收回执　材料齐全\n", "<p>材料接收回执</p>"),
        sender=reports.HOME,
        sender_name="经办处",
        recipient=TO,
        message_id=OURS,
        made_at=datetime(2021, 6, 1, 3, 0, tzinfo=UTC),
    )


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], DeliveryReport | None]:
    def read(data: bytes) -> DeliveryReport | None:
        path = tmp_path / "mail.eml"
        path.write_bytes(data)
        return read_message(path, tmp_path / "parts").report

    return read


Read = Callable[[bytes], DeliveryReport | None]
Make = Callable[[bytes, str], bytes]

FAILED: dict[str, tuple[Make, str, str]] = {
    "Postfix, whole letter": (reports.dsn, "5.1.1", "no_mailbox"),
    "Postfix, headers only": (
        lambda letter, to: reports.dsn(letter, to, whole=False), "5.1.1", "no_mailbox",
    ),
    "NetEase": (reports.netease, "5.1.1", "no_mailbox"),
    "NetEase without the letter": (
        lambda letter, to: reports.netease(letter, to, copy=False), "5.1.1", "no_mailbox",
    ),
    "NetEase, for people only": (
        lambda letter, to: reports.netease(letter, to, parts=False), "5.1.1", "no_mailbox",
    ),
    "qmail": (reports.qmail, "5.1.1", "no_mailbox"),
    "Exim": (reports.exim, "5.2.2", "mailbox_full"),
    "Exchange": (reports.exchange, "5.1.10", "no_mailbox"),
    "Sina": (reports.sina, "", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAILED)
def test_a_returned_letter_is_known_by_its_message_id(kind: str, read: Read, letter: bytes) -> None:
    make, status, reason = FAILED[kind]
    report = read(make(letter, TO))
    assert report is not None
    assert report.kind is ReportKind.FAILED
    assert report.message_ids[0] == OURS == message_id_of(letter)
    assert report.recipients[0] == TO
    assert (report.status, report.reason) == (status, reason)
    assert status in report.diagnostic
    assert "\n" not in report.diagnostic


@pytest.mark.parametrize("kind", ["Postfix, headers only", "qmail", "Exchange", "NetEase"])
def test_the_returned_subject_is_read(kind: str, read: Read, letter: bytes) -> None:
    report = read(FAILED[kind][0](letter, TO))
    assert report is not None
    assert report.subject == SUBJECT


def test_qqs_page_names_recipient_and_subject(read: Read, letter: bytes) -> None:
    report = read(reports.qq(letter, TO))
    assert report is not None
    assert report.kind is ReportKind.FAILED
    assert report.message_ids == ()
    assert report.recipients == (TO,)
    assert SUBJECT in report.subject
    assert (report.status, report.reason) == ("5.7.515", "policy")
    assert "550 5.7.515 Access denied" in report.diagnostic


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("delayed", "4.4.1", ReportKind.DELAYED),
        ("Delayed (for 4 hours)", "4.0.0", ReportKind.DELAYED),
        ("delivered", "2.1.5", ReportKind.DELIVERED),
        ("relayed", "2.0.0", ReportKind.RELAYED),
        ("expanded", "2.1.5", ReportKind.RELAYED),
        ("failed", "4.4.7", ReportKind.FAILED),
        ("", "5.1.1", ReportKind.FAILED),
        ("", "4.4.1", ReportKind.DELAYED),
        ("nonsense", "", ReportKind.FAILED),
    ],
)
def test_what_the_action_says(
    action: str, status: str, kind: ReportKind, read: Read, letter: bytes
) -> None:
    report = read(reports.dsn(letter, TO, action=action, status=status))
    assert report is not None
    assert report.kind is kind
    assert bool(report.reason) == (kind in (ReportKind.FAILED, ReportKind.DELAYED))


def test_exims_warning_is_a_delay(read: Read, letter: bytes) -> None:
    report = read(reports.exim(letter, TO, delayed=True))
    assert report is not None
    assert report.kind is ReportKind.DELAYED
    assert report.recipients == (TO,)
    assert report.subject == SUBJECT


def test_the_worst_of_several_recipients_counts(read: Read, letter: bytes) -> None:
    data = reports.dsn(letter, TO, action="delivered", status="2.0.0").replace(
        b"Diagnostic-Code: smtp;",
        b"\r\nFinal-Recipient: rfc822; li@example.com\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        b"Diagnostic-Code: smtp;",
    )
    report = read(data)
    assert report is not None
    assert (report.kind, report.status) == (ReportKind.FAILED, "5.2.2")
    assert report.recipients[0] == "li@example.com"


def test_a_read_receipt(read: Read, letter: bytes) -> None:
    report = read(reports.read_receipt(letter, TO))
    assert report == DeliveryReport(ReportKind.READ, (OURS,), (TO,))


@pytest.mark.parametrize("marked", [True, False])
def test_an_automatic_reply(marked: bool, read: Read, letter: bytes) -> None:
    report = read(reports.vacation(letter, TO, marked=marked))
    if not marked:  # a person may have written it
        assert report is None
        return
    assert report is not None
    assert report.kind is ReportKind.AUTOMATIC
    assert report.message_ids[0] == OURS
    assert report.recipients == (TO,)
    assert report.reason == ""


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: auto-generated", "X-Autoreply: yes", "Precedence: auto_reply",
     "X-Autorespond: away"],
)  # fmt: skip
def test_headers_that_say_that_nobody_wrote_it(header: str, read: Read) -> None:
    data = reports.headers("<li@example.com>", "您好", header) + b"\r\ntext\r\n"
    report = read(data)
    assert report is not None
    assert report.kind is ReportKind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    ["系统退信", "退信", "来自qq.com的退信", "邮件投递失败", "无法送达: 回执", "Undeliverable: x",
     "Undelivered Mail Returned to Sender", "Delivery Status Notification (Failure)",
     "failure notice", "Returned mail: see transcript for details", "Mail delivery failed",
     "[Qmail] 来自qq.com的退信", "邮件传输失败！", "Mail Not Delivered", "Non-Delivery: 回执"],
)  # fmt: skip
def test_subjects_of_returned_mail(subject: str, read: Read) -> None:
    report = read(reports.headers("<x@example.com>", subject) + b"\r\nno more is said\r\n")
    assert report is not None
    assert (report.kind, report.reason) == (ReportKind.FAILED, "unknown")


FOR_PEOPLE = {
    "as some qmails write": "Unfortunately, your mail was not delivered to the following address:"
    f"\r\n\r\n<{TO}>:\r\n192.0.2.25 does not like recipient.\r\n"
    f"Remote host said: 550 <{TO}>: Recipient address rejected: User unknown in virtual alias table"
    "\r\nGiving up on 192.0.2.25.\r\n\r\n--- Below this line is a copy of the message.\r\n",
    "as old Postfixes write": "below could not be delivered to one or more destinations.\r\n\r\n"
    "For further assistance, please contact <postmaster@example.net>\r\n\r\n"
    f"<{TO}>: host mx.example.com[192.0.2.25] said: 550 No\r\n    such user here\r\n",
    "as an older Exim writes": "The following address(es) failed:\r\n\r\n"
    f"  {TO}:\r\n    SMTP error from remote mailer after RCPT TO:\r\n    <{TO}>:\r\n"
    f"    553 5.1.1 unknown or illegal user:\r\n    {TO}\r\n",
    "as SpamLion writes": f"Subject: {SUBJECT}\r\n\r\n"
    f"Did not reach the following recipient: {TO}\r\n",
}


@pytest.mark.parametrize("text", FOR_PEOPLE)
def test_texts_of_a_daemon(text: str, read: Read) -> None:
    head = reports.headers(
        "MAILER-DAEMON@example.net", "Mail Notice", "Content-Type: text/plain; charset=utf-8"
    )
    report = read(head + b"\r\n" + FOR_PEOPLE[text].encode())
    assert report is not None
    assert report.kind is ReportKind.FAILED
    assert report.recipients[0] == TO
    assert report.reason == ("unknown" if "SpamLion" in text else "no_mailbox")
    assert report.subject == (SUBJECT if "SpamLion" in text else "")


@pytest.mark.parametrize("subject", ["回复：系统退信", "转发：退信", "ZB20210001+山东退信有限公司"])
def test_people_who_write_about_returned_mail_write_no_report(subject: str, read: Read) -> None:
    data = reports.headers("<li@example.com>", subject) + b"\r\n550 5.1.1 User unknown\r\n"
    assert read(data) is None


def test_a_persons_mail_with_a_report_in_it_is_no_report(read: Read, letter: bytes) -> None:
    inner = reports.dsn(letter, TO)
    data = (
        reports.headers("<li@example.com>", "请看附件")
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        + b"Content-Type: text/plain\r\n\r\n"
        + "退信，无法送达\r\n".encode()
        + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n"
        + b"--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--\r\n"
    )  # fmt: skip
    assert read(data) is None


def test_an_ordinary_submission_is_no_report(read: Read) -> None:
    data = compose_mail(
        subject="ZB20210001+山东第一机械有限公司", sender=TO, sender_name="张三", to=reports.HOME,
        date=datetime(2021, 6, 1, tzinfo=UTC), attachments=[("a.rar", b"Rar!")],
        text="如无法送达请退信，系统退信",
    )  # fmt: skip
    assert read(data) is None


def test_our_message_id_is_found_anywhere(read: Read) -> None:
    head = reports.headers("MAILER-DAEMON@example.com", "failure notice")
    report = read(head + f"\r\nYour message (id={OURS}) could not be delivered.\r\n".encode())
    assert report is not None
    assert report.message_ids == (OURS,)


def test_what_a_stranger_writes_stays_within_bounds(read: Read, letter: bytes) -> None:
    flood = " ".join(f"<receipt.{number:032x}@example.test>" for number in range(500))
    long = "x " * 5_000
    data = reports.dsn(letter, TO, diagnostic=f"smtp; 550 {long}\r\n {long}", note=flood)
    report = read(data)
    assert report is not None
    assert len(report.diagnostic) == DIAGNOSTIC_CHARACTERS
    assert report.message_ids[0] == OURS
    assert len(report.message_ids) <= 20
    many = "".join(f"<u{number}@example.com>:\r\n" for number in range(300))
    report = read(reports.headers("MAILER-DAEMON", "failure notice") + b"\r\n" + many.encode())
    assert report is not None
    assert len(report.recipients) == 10


SAID = {
    "550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help": "no_mailbox",
    "550 User not found: 12345@163.com": "no_mailbox",
    "550 5.1.1 <x@example.com>: Recipient address rejected: User unknown in virtual mailbox table":
        "no_mailbox",
    "550 RC:NE The email account does not exist.": "no_mailbox",
    "554 delivery error: dd This user doesn't have a yahoo.com account": "no_mailbox",
    "Sorry, no mailbox here by that name. (#5.1.1)": "no_mailbox",
    "550 5.2.1 The email account that you tried to reach is disabled.": "no_mailbox",
    "550 Requested action not taken: mailbox unavailable": "no_mailbox",
    "收件人邮件地址（hr@example.com）不存在，邮件无法送达。": "no_mailbox",
    "该用户未开通QQ邮箱": "no_mailbox",
    "550 5.1.0 Address rejected.": "no_mailbox",
    "550-5.1.1 The email account that you tried to reach does not exist. Please try": "no_mailbox",
    "552 Quota exceeded (mailbox for user is full)": "mailbox_full",
    "552 5.2.2 user over quota": "mailbox_full",
    "The users mailfolder is over the allowed quota (size).": "mailbox_full",
    "收件人空间不足": "mailbox_full",
    "552 sorry, that message size exceeds my databytes limit (#5.3.4)": "too_large",
    "552 message too large": "too_large",
    "message size 30000000 exceeds size limit 20000000 of server": "too_large",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org":
        "blocked",
    "550 Ip frequency limited. http://service.mail.qq.com": "blocked",
    "554 HL:IPB 192.0.2.1": "blocked",
    "550 suspected spam ip": "blocked",
    "550 User in blacklist": "blocked",
    "554 DT:SPM 163 smtp": "spam",
    "550 Mail content denied.": "spam",
    "550 5.7.1 Our system has detected that this message is likely unsolicited mail": "spam",
    "554 Reject by content spam at RcptTo stage": "spam",
    "Host or domain name not found. Name service error for name=example.invalid": "no_domain",
    "Sorry, I couldn't find any host named example.invalid. (#5.1.2)": "no_domain",
    "DNS query error": "no_domain",
    "551 5.7.1 SPF check failed": "policy",
    "450 Sender address rejected: Domain not found": "policy",
    "554 5.7.1 <x@example.com>: Recipient address rejected: Access denied": "policy",
    "connect to mx.example.com[192.0.2.25]:25: Connection timed out": "timeout",
    "I'm not going to try again; this message has been in the queue too long.": "timeout",
    "retry timeout exceeded": "timeout",
    "Can not connect to example.com:192.0.2.66:25": "timeout",
    "": "unknown",
    "xyzzy": "unknown",
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_why_by_the_servers_words(said: str) -> None:
    assert reason_of(status_in(said), said) == SAID[said]
    assert SAID[said] in reasons()


@pytest.mark.parametrize(
    ("status", "reason"),
    [("5.1.1", "no_mailbox"), ("5.1.10", "no_mailbox"), ("5.1.2", "no_domain"),
     ("4.2.2", "mailbox_full"), ("5.3.4", "too_large"), ("4.4.7", "timeout"), ("5.7.1", "policy"),
     ("5.7.606", "blocked"), ("5.0.0", "unknown"), ("", "unknown")],
)  # fmt: skip
def test_why_by_the_code_where_the_words_say_nothing(status: str, reason: str) -> None:
    assert reason_of(status, "no comment") == reason


def test_the_servers_words_go_before_a_providers_guess() -> None:
    guess = "可能是对方设置了黑名单"
    assert reason_of("5.0.0", "rejected by system", "垃圾邮件让邮箱小易十分担心") == "spam"
    assert reason_of("5.0.0", "rejected by system", "") == "policy"
    assert reason_of("5.0.0", "550 5.1.1 User unknown", guess) == "no_mailbox"
    assert reason_of("5.0.0", "", guess) == "blocked"


_PIECES = st.sampled_from(
    [b"From: MAILER-DAEMON\r\n", b"From: <>\r\n", b"Return-Path: <>\r\n", b"X-Failed-Recipients: ",
     b"Subject: failure notice\r\n", b"Content-Type: multipart/report; boundary=b\r\n", b"\r\n",
     b"--b\r\n", b"Content-Type: message/delivery-status\r\n\r\n", b"Action: failed\r\n",
     b"Action:\r\n", b"Status: 5..1\r\n", b"Final-Recipient: rfc822;\r\n", b"<a@b.cn>:\r\n",
     b"Content-Type: message/rfc822\r\n\r\n", b"Message-ID: <", b"Message-ID:\r\n <a@b>\r\n",
     b"Content-Type: message/disposition-notification\r\n\r\n", b"Disposition: x\r\n", b"\0\xff",
     b"550 5.1.1 ", "主 题：".encode(), "退信原因：".encode(), b"\n\n", b":" * 70_000,
     b"a" * 70_000,
     b"In-Reply-To: <receipt." + b"0" * 32 + b"@x>\r\n", b"--b--\r\n", b"Hi. This is the program"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=30))
def test_nothing_that_is_sent_stops_it(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("any", numbered=True)
    path = folder / "mail.eml"
    path.write_bytes(b"".join(pieces))
    report = read_message(path, folder / "parts").report
    if report is not None:
        assert len(report.diagnostic) <= DIAGNOSTIC_CHARACTERS
        assert report.reason in {"", *reasons()}
