"""May a machine answer this mail? Each line of the policy, and what has to be answered."""

from __future__ import annotations

import pytest

from receipts.policy import reason_not_to_answer, reason_not_to_write, reasons, recipient
from tests.builders.submissions import message

Headers = tuple[tuple[str, str], ...]
OWN = ("shenbao@example.test", "Copy@Example.Test")


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ((), "no_sender"),
        ("", "no_sender"),
        ("张三", "no_sender"),
        ("张三@example.cn", "no_sender"),
        ('"a b"@example.cn', "no_sender"),
        ("a@example.cn\r\nBcc: x@y.cn", "no_sender"),
        ("a@example.cn\n", ""),  # white space round an address is no part of it
        ("a@b@c.cn", "no_sender"),
        ("a@-example.cn", "no_sender"),
        ("a..b@example.cn", "no_sender"),
        (".a@example.cn", "no_sender"),
        ("a.@example.cn", "no_sender"),
        ("a@example..cn", "no_sender"),
        (("a@example.cn", "b@example.cn"), "several_senders"),
        (("a@example.cn", "A@Example.cn"), ""),
        ("SHENBAO@example.test", "own_address"),
        ("copy@example.test", "own_address"),
        ("MAILER-DAEMON@qq.com", "robot"),
        ("postmaster@163.com", "robot"),
        ("no-reply@example.cn", "robot"),
        ("noreply@example.cn", "robot"),
        ("no_reply@example.cn", "robot"),
        ("do-not-reply@example.cn", "robot"),
        ("donotreply@example.cn", "robot"),
        ("bounces@example.cn", "robot"),
        ("news-bounces@example.cn", "robot"),
        ("list-request@example.cn", "robot"),
        ("owner-list@example.cn", "robot"),
        # People.
        ("postman@example.cn", ""),
        ("zhang.reply@example.cn", ""),
        ("12345@qq.com", ""),
        ("o'neill+zb@example.com.cn", ""),
    ],
)
def test_by_sender(sender: str | tuple[str, ...], reason: str) -> None:
    assert reason_not_to_answer(message(sender=sender), OWN) == reason


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "no_sender"),
        ("a..b@example.cn", "no_sender"),
        ("a" * 250 + "@example.cn", "no_sender"),
        ("SHENBAO@example.test", "own_address"),
        ("noreply@example.cn", "robot"),
        ("zhang.san@example.cn", ""),
    ],
)
def test_by_the_address_alone(address: str, reason: str) -> None:
    assert reason_not_to_write(address, OWN) == reason


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ((("return-path", "<>"),), "null_return_path"),
        ((("return-path", "< >"),), "null_return_path"),
        ((("auto-submitted", "auto-replied"),), "auto_submitted"),
        ((("auto-submitted", "Auto-Generated; x=y"),), "auto_submitted"),
        ((("x-auto-response-suppress", "DR, AutoReply"),), "auto_submitted"),
        ((("x-auto-response-suppress", "All"),), "auto_submitted"),
        ((("list-id", "<a.b>"),), "mailing_list"),
        ((("list-unsubscribe", "<mailto:a@b.cn>"),), "mailing_list"),
        ((("list-post", "NO"),), "mailing_list"),
        ((("precedence", "Bulk"),), "bulk"),
        ((("precedence", "list"),), "bulk"),
        ((("precedence", "junk "),), "bulk"),
        # These are to be answered.
        ((), ""),
        ((("return-path", "<qy@example.com>"),), ""),
        ((("auto-submitted", "no"),), ""),
        ((("auto-submitted", "No; x=y"),), ""),
        ((("x-auto-response-suppress", "OOF"),), ""),
        ((("precedence", "first-class"),), ""),
        ((("x-priority", "1"), ("reply-to", "other@example.cn")), ""),
        ((("listen", "x"),), ""),
    ],
)
def test_by_headers(headers: Headers, reason: str) -> None:
    assert reason_not_to_answer(message(headers=headers), OWN) == reason


def test_a_report_is_not_answered() -> None:
    assert reason_not_to_answer(message(media_type="multipart/report"), OWN) == "report"


def test_every_reason_has_its_words_and_is_in_the_docstring() -> None:
    said = reason_not_to_answer.__doc__ or ""
    by_the_mail = {
        "no_sender", "several_senders", "own_address", "robot", "null_return_path",
        "auto_submitted", "report", "mailing_list", "bulk",
    }  # fmt: skip
    assert by_the_mail <= set(reasons())
    for key in by_the_mail:
        assert f"- {key}: " in said
    assert all(one and not one.endswith("。") for one in reasons().values())


def test_the_letter_goes_to_from_and_never_to_reply_to() -> None:
    mail = message(sender=" qy@example.com ", headers=(("reply-to", "x@evil.example"),))
    assert recipient(mail) == "qy@example.com"
    assert recipient(message(sender=())) == ""
