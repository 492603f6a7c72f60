"""A whole round against the embedded server with each habit of a real one switched on."""

from __future__ import annotations

import io
import time
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail.backoff import retrying
from mail.download import PIECE_BYTES
from mail.imap import ImapMailbox, MessageVanished, in_batches
from model.account import ImapAccount, Security
from model.errors import MailboxBusy, MailboxError

NOON = datetime(2021, 6, 16, 12, 0, 5, tzinfo=timezone(timedelta(hours=8)))
SIZES = (100, 70_000, 2 * PIECE_BYTES + 5, 40)


def letter(number: int, size: int) -> bytes:
    head = f"Subject: {number}\r\nMessage-ID: <{number}@example.test>\r\n\r\n".encode()
    return head + b"x" * size + b"\r\n"


def account(server: EmbeddedImapServer, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "timeout_seconds": 5.0}
    return ImapAccount("test", "127.0.0.1", "intake", "intake", server.port, **(settings | changes))


def take(mailbox: ImapMailbox) -> dict[int, bytes]:
    """Everything in INBOX, as intake would take it; the vanished are left out."""
    mailbox.connect()
    mailbox.open("INBOX")
    got: dict[int, bytes] = {}
    for batch in in_batches(mailbox.describe(mailbox.new_uids(0))):
        if len(batch) > 1:
            got |= dict(mailbox.download_small(batch))
        for one in batch:
            if one.uid in got:
                continue
            into = io.BytesIO()
            try:
                assert mailbox.download(one.uid, one.size, into) == len(into.getvalue())
            except MessageVanished:
                continue
            got[one.uid] = into.getvalue()
    return got


QUIRKS: dict[str, dict[str, Any]] = {
    "need_id": {"need_id": True},
    "no_sasl_ir": {"no_sasl_ir": True},
    # One that does not offer CONDSTORE must not be asked for it.
    "hang_on_enable": {"hang_on_enable": True, "no_condstore": True},
    "no_idle": {"no_idle": True},
    "idle_refused": {"idle_refused": True},
    "no_move": {"no_move": True},
    "no_uidplus": {"no_uidplus": True},
    "no_condstore": {"no_condstore": True},
    "no_special_use": {"no_special_use": True},
    "no_namespace": {"no_namespace": True},
    "name_prefix": {"name_prefix": "INBOX."},
    "no_uidnext": {"no_uidnext": True},
    "no_status": {"no_status": True},
    "header_search_blind": {"header_search_blind": True},
    "no_create": {"no_create": True},
    "size_off": {"size_off": 4000},
    "size_off, too small": {"size_off": -60},
    "no_internaldate": {"no_internaldate": True},
    "fetch_backwards": {"fetch_backwards": True},
    "fetch_noise": {"fetch_noise": True},
    "uid_last": {"uid_last": True},
    "all that is told wrongly": {
        "size_off": 4000,
        "no_internaldate": True,
        "fetch_backwards": True,
        "fetch_noise": True,
        "uid_last": True,
    },
}


@pytest.mark.parametrize("quirk", QUIRKS)
def test_every_byte_comes_whatever_the_habit(imap_server: EmbeddedImapServer, quirk: str) -> None:
    imap_server.quirks = Quirks(**QUIRKS[quirk])
    sent = {
        imap_server.add("INBOX", letter(number, size), NOON): letter(number, size)
        for number, size in enumerate(SIZES)
    }
    with ImapMailbox(account(imap_server)) as mailbox:
        assert take(mailbox) == sent
        described = list(mailbox.describe(sent))
        no_date = "no_internaldate" in QUIRKS[quirk]
        assert {one.received_at for one in described} == {None if no_date else NOON}
        assert len({one.identity for one in described}) == len(sent)
        # The same connection goes on.
        sent[imap_server.add("INBOX", letter(9, 9), NOON)] = letter(9, 9)
        assert mailbox.new_uids(4) == [5]
        assert take(mailbox) == sent
        assert mailbox.find_message_id("INBOX", "<2@example.test>")
    assert all(imap_server.flags("INBOX", uid) == frozenset() for uid in sent)


@pytest.mark.parametrize(
    "provider", [Quirks.netease, Quirks.tencent, Quirks.exchange, Quirks.gmail]
)
def test_every_byte_comes_from_every_provider(
    imap_server: EmbeddedImapServer, provider: Any
) -> None:
    imap_server.quirks = provider()
    sent = {
        imap_server.add("INBOX", letter(number, size), NOON): letter(number, size)
        for number, size in enumerate(SIZES)
    }
    with ImapMailbox(account(imap_server)) as mailbox:
        assert take(mailbox) == sent


@pytest.mark.parametrize(
    "quirks",
    [
        *({"drop_at_body": number, "drops": 2} for number in range(1, 5)),
        *({"drop_at_body": 2, "drop_in_literal": cut} for cut in (1, 60_000)),
        *({"bye_at_command": number} for number in range(1, 9)),
        {"login_gap_seconds": 0.2},
        {"login_gap_seconds": 0.2, "login_gap_bye": True},
    ],
)
def test_what_breaks_off_is_taken_up_again(
    imap_server: EmbeddedImapServer, quirks: dict[str, Any]
) -> None:
    sent = {
        imap_server.add("INBOX", letter(number, size), NOON): letter(number, size)
        for number, size in enumerate(SIZES)
    }
    if "login_gap_seconds" in quirks:
        ImapMailbox(account(imap_server)).connect()
    imap_server.quirks = Quirks(**quirks)
    mailbox = ImapMailbox(account(imap_server))
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(0.25)

    def whole() -> dict[int, bytes]:
        try:
            return take(mailbox)
        finally:
            imap_server.cut_connections()
            mailbox.close()

    assert sent == retrying(
        whole,
        attempts=4,
        first_wait_seconds=0.1,
        longest_wait_seconds=1000,
        sleep=sleep,
        random=lambda: 0.0,
    )
    # It did break; and a server that is busy is left alone for longer than a network.
    assert waits
    assert (min(waits) >= 60) is not any(name.startswith("drop") for name in quirks)


@pytest.mark.parametrize("answer", ["nil", "silent", "no"])
@pytest.mark.parametrize("which", [1, 2, 3, 4])
def test_one_that_is_expunged_in_flight_takes_no_other_along(
    imap_server: EmbeddedImapServer, answer: str, which: int
) -> None:
    sent = {
        imap_server.add("INBOX", letter(number, size), NOON): letter(number, size)
        for number, size in enumerate(SIZES)
    }
    imap_server.quirks = Quirks(expunge_at_body=which, expunged_answer=answer)
    with ImapMailbox(account(imap_server)) as mailbox:
        got = take(mailbox)
    assert len(got) == len(sent) - 1
    assert got.items() <= sent.items()
    assert set(got) == set(imap_server.folders.uids("INBOX"))


def test_what_was_expunged_before_it_is_described_is_absent(
    imap_server: EmbeddedImapServer,
) -> None:
    imap_server.quirks = Quirks(expunged_answer="no")
    for number in (1, 2, 3):
        imap_server.add("INBOX", letter(number, 10), NOON)
    with ImapMailbox(account(imap_server)) as mailbox:
        mailbox.open("INBOX")
        imap_server.remove("INBOX", 2)
        assert [one.uid for one in mailbox.describe([1, 2, 3])] == [1, 3]


def test_an_answer_not_read_to_its_end_ends_the_connection(imap_server: EmbeddedImapServer) -> None:
    for number in (1, 2, 3):
        imap_server.add("INBOX", letter(number, 10_000), NOON)
    mailbox = ImapMailbox(account(imap_server))
    mailbox.connect()
    mailbox.open("INBOX")
    described = list(mailbox.describe([1, 2, 3]))
    coming = mailbox.download_small(described)
    assert next(coming) == (1, letter(1, 10_000))
    with pytest.raises(RuntimeError, match="to the end"):
        mailbox.new_uids(0)
    mailbox.close()
    assert not mailbox.is_connected
    with pytest.raises(MailboxBusy):
        next(coming)


@pytest.mark.parametrize(
    ("words", "advice", "wait"),
    [
        ("LOGIN Login error, ERR.LOGIN.PASSERR", "授权码", None),
        ("Login fail. Password is incorrect or service is not open", "授权码", None),
        ("[ALERT] Please log in via your web browser: https://x (Failure)", "web page", None),
        ("[ALERT] Application-specific password required", "app password", None),
        ("[ALERT] Your account is not enabled for IMAP use.", "IMAP on", None),
        ("LOGIN failed. BasicAuthBlocked", "OAuth2", None),
        ("[AUTHENTICATIONFAILED] Invalid credentials", "username and password", None),
        ("[LIMIT] Too many simultaneous connections", "again later", 300.0),
        ("[OVERQUOTA] Account exceeded command or bandwidth limits", "again later", 3600.0),
        ("System busy!", "again later", 60.0),
        ("Request is throttled. Suggested Backoff Time: 299961 milliseconds", "later", 299.961),
        ("User is authenticated but not connected", "later", 300.0),
        ("[UNAVAILABLE] backend", "later", 60.0),
    ],
)
def test_what_providers_say_to_a_login(
    imap_server: EmbeddedImapServer, words: str, advice: str, wait: float | None
) -> None:
    imap_server.quirks = Quirks(refuse_login=words)
    with pytest.raises(MailboxError) as caught:
        ImapMailbox(account(imap_server)).connect()
    assert words in caught.value.problem
    assert advice in caught.value.advice
    assert isinstance(caught.value, MailboxBusy) is (wait is not None)
    if isinstance(caught.value, MailboxBusy):
        assert caught.value.retry_after_seconds == wait


def test_more_sessions_than_a_provider_allows(imap_server: EmbeddedImapServer) -> None:
    imap_server.quirks = Quirks(most_sessions=1)
    with ImapMailbox(account(imap_server)) as first:
        with pytest.raises(MailboxBusy, match="LIMIT") as caught:
            ImapMailbox(account(imap_server)).connect()
        assert caught.value.retry_after_seconds == 300.0
        assert first.alive()


def test_every_quirk_is_tried(imap_server: EmbeddedImapServer) -> None:
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123
        text = file.read()
    elsewhere = {"authorisation_code"}  # tests/mail/test_imap_habits.py
    names = {one.name for one in fields(Quirks)} - elsewhere - {"byes"}
    assert not [name for name in names if f'"{name}"' not in text and f"{name}=" not in text]
