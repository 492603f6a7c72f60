"""A mailbox numbered anew, moved to another server, or restored: nothing taken twice, nothing
skipped."""

from __future__ import annotations

from datetime import timedelta

import pytest

import intake.taking
from intake.receive import Received, receive
from intake.settings import MailboxSettings
from mail.imap import ImapMailbox
from model.account import Security
from storage.ledger import work
from tests.builders.season import SeasonMail, good_mail, season
from tests.intake.conftest import Desk, die
from tests.services.dovecot import PASSWORD, Dovecot
from tests.services.reckoning import digest


class Post:
    """A desk whose mailbox is one user's of Dovecot, and may become another's."""

    def __init__(self, desk: Desk, dovecot: Dovecot) -> None:
        self.desk = desk
        self.dovecot = dovecot
        self.user = ""
        self.move_to_another_server()

    def move_to_another_server(self) -> None:
        """Another user stands for another server: its messages are numbered by themselves."""
        self.user = self.dovecot.user()
        box = MailboxSettings(
            host="127.0.0.1", port=self.dovecot.port, security=Security.NONE, username=self.user,
            password=PASSWORD,
        )  # type: ignore[arg-type]  # fmt: skip
        self.desk.change(mailboxes={"main": box})

    def deliver(self, *mails: SeasonMail) -> None:
        with self.dovecot.session(self.user) as client:
            for one in mails:
                client.append("INBOX", one.data, (), one.received_at)

    def receive(self) -> Received:
        received = receive(self.desk.place(), "main")
        assert received.trouble is None
        return received

    def held(self) -> list[str]:
        with self.desk.place().ledger.read() as tx:
            return sorted(row.sha256 for row in work.in_state(tx, "waiting"))


@pytest.fixture
def post(desk: Desk, dovecot: Dovecot) -> Post:
    return Post(desk, dovecot)


def test_moved_to_another_server_nothing_is_downloaded_again(post: Post) -> None:
    mails = season(12)
    post.deliver(*mails)
    assert post.receive().new == 12
    post.move_to_another_server()
    fresh = good_mail(70)
    post.deliver(*mails[:6], fresh, *mails[6:])
    received = post.receive()
    assert (received.new, received.known, received.bytes) == (1, 12, len(fresh.data))
    assert post.held() == sorted(digest(one) for one in [*mails, fresh])
    assert (post.receive().known, post.receive().bytes) == (0, 0)


def test_the_same_numbers_on_another_server_hide_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UIDVALIDITY 1 is common, and UIDs begin with 1 everywhere."""
    opened = ImapMailbox.open

    def always_the_same(self: ImapMailbox, folder: str) -> object:
        state = opened(self, folder)
        return type(state)(state.name, 1, state.exists, 0)

    monkeypatch.setattr(ImapMailbox, "open", always_the_same)
    first, second = season(4), [good_mail(number) for number in range(60, 63)]
    post.deliver(*first)
    post.receive()
    post.move_to_another_server()
    post.deliver(*second)
    assert post.receive().new == 3
    assert post.held() == sorted(digest(one) for one in [*first, *second])


def test_alike_in_everything_but_their_bytes(post: Post) -> None:
    """Two mails of one second that differ in one letter of their text: there are more of the kind
    than before, so all are fetched, and their bytes say which is which."""
    one = good_mail(1)
    other = _altered(one)
    assert len(other.data) == len(one.data)
    post.deliver(one)
    assert post.receive().new == 1
    post.move_to_another_server()
    post.deliver(other, one)
    received = post.receive()
    assert (received.new, received.known) == (1, 1)
    assert received.bytes == 2 * len(one.data)
    assert post.held() == sorted([digest(one), digest(other)])


def test_another_time_of_arrival_is_another_message(post: Post) -> None:
    one = good_mail(1)
    post.deliver(one)
    post.receive()
    post.move_to_another_server()
    later = SeasonMail(one.kind, one.data, one.received_at + timedelta(seconds=1), "", "", "")
    post.deliver(later)
    received = post.receive()
    assert (received.known, received.bytes) == (1, len(one.data))  # known by its digest


def test_killed_while_recognising(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = season(8)
    post.deliver(*mails)
    post.receive()
    post.move_to_another_server()
    post.deliver(*mails)
    noted = intake.taking.Taking.known
    calls = []

    def then_die(*arguments: object) -> None:
        noted(*arguments)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 4:
            die()

    with monkeypatch.context() as patch:
        patch.setattr(intake.taking.Taking, "known", then_die)
        post.desk.killed(lambda place: receive(place, "main"))
    received = post.receive()
    assert (received.new, received.known, received.bytes) == (0, 4, 0)


def test_a_folder_that_has_not_changed_is_not_searched(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dovecot tells HIGHESTMODSEQ."""
    post.deliver(*season(3))
    post.receive()
    searches = []
    search = ImapMailbox.new_uids

    def counted(self: ImapMailbox, after: int) -> list[int]:
        searches.append(after)
        return search(self, after)

    monkeypatch.setattr(ImapMailbox, "new_uids", counted)
    assert post.receive().new == 0
    assert searches == []
    post.deliver(good_mail(60))
    assert post.receive().new == 1
    assert searches == [3]


def test_now_and_then_every_uid_is_compared(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hands out a lower UID than before breaks RFC 3501, and is seen all the same."""
    search = ImapMailbox.new_uids
    post.deliver(*season(3))
    with monkeypatch.context() as patch:
        patch.setattr(
            ImapMailbox, "new_uids", lambda self, after: [u for u in search(self, after) if u != 2]
        )
        assert post.receive().new == 2
    assert post.receive().new == 0
    post.desk.clock.pass_by(hours=7)
    assert post.receive().new == 1
    assert len(post.held()) == 3


def _altered(one: SeasonMail) -> SeasonMail:
    """One letter of the base64 of the text, which stands before the last header's blank line."""
    at = one.data.index(b"\r\n\r\n") + 300
    while not (one.data[at : at + 1].isalpha() and one.data[at + 1 : at + 2].isalpha()):
        at += 1
    letter = b"A" if one.data[at : at + 1] != b"A" else b"B"
    data = one.data[:at] + letter + one.data[at + 1 :]
    return SeasonMail(one.kind, data, one.received_at, "", "", "")
