"""One lasting connection to a mailbox: new mail at once, trouble that passes, a clean end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import intake.receive
import intake.watch
import mail.imap
from console.demo.imap_server import EmbeddedImapServer, Quirks
from intake.receive import Received, receive
from intake.settings import MailboxSettings
from intake.watch import watch
from intake.workplace import Workplace
from mail.connection import connect
from model.account import ImapAccount, Security
from model.errors import MailboxBusy
from storage.ledger import work
from tests.builders.season import good_mail, season
from tests.intake.conftest import Desk
from tests.services.mailroom import Mailroom

NOTICED_SECONDS = 1.0


class Watcher:
    """A watch in a thread; `news` has what it told."""

    def __init__(self, place: Workplace) -> None:
        self.news: queue.Queue[Received] = queue.Queue()
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=watch, args=(place, "main", self.news.put, self._stop.is_set)
        )

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


@contextmanager
def watching(room: Mailroom) -> Iterator[tuple[Workplace, Watcher]]:
    with room.place() as place, Watcher(place) as watcher:
        yield place, watcher


def _until(done: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def test_new_mail_is_noticed_within_a_second(room: Mailroom) -> None:
    room.deliver(season(2))
    with watching(room) as (place, watcher):
        assert watcher.news.get(timeout=20).new == 2
        time.sleep(1)  # it idles by now
        room.deliver([good_mail(50)])
        begun = time.monotonic()
        assert watcher.news.get(timeout=20).new == 1
        assert time.monotonic() - begun < NOTICED_SECONDS
        with place.ledger.read() as tx:
            assert work.states(tx) == {"waiting": 3}


def test_nobody_else_connects_meanwhile(room: Mailroom) -> None:
    with watching(room) as (place, watcher):
        room.deliver([good_mail(1)])
        assert watcher.news.get(timeout=20).new == 1
        assert receive(place, "main").busy
    with room.place() as place:
        room.deliver([good_mail(2)])
        received = receive(place, "main")
    assert (received.busy, received.new) == (False, 1)


class Embedded:
    """A server without IDLE beside a desk that watches it, looking every third of a second."""

    def __init__(self, desk: Desk, server: EmbeddedImapServer, patch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self.server = server
        self.logins = 0
        patch.setattr(mail.imap, "connect", self._connect)
        box = MailboxSettings(
            host="127.0.0.1", port=server.port, security=Security.NONE, username="intake",
            password=SecretStr("intake"),
        ).model_copy(update={"poll_seconds": 0.3})  # fmt: skip
        desk.change(mailboxes={"main": box})

    def _connect(self, account: ImapAccount) -> Any:
        self.logins += 1
        return connect(account)

    def deliver(self, number: int) -> None:
        one = good_mail(number)
        self.server.add("INBOX", one.data, one.received_at)


@pytest.fixture
def embedded(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    server = EmbeddedImapServer(tmp_path / "imap", Quirks.netease())
    server.start()
    yield Embedded(desk, server, monkeypatch)
    server.stop()


def test_one_connection_for_many_looks(embedded: Embedded) -> None:
    with Watcher(embedded.desk.place()) as watcher:
        for number in (1, 2, 3):
            embedded.deliver(number)
            assert watcher.news.get(timeout=20).new == 1
    assert embedded.logins == 1


def test_mail_that_the_provider_took_for_junk_is_found(embedded: Embedded) -> None:
    one = good_mail(1)
    embedded.server.add("垃圾邮件", one.data, one.received_at)
    with Watcher(embedded.desk.place()) as watcher:
        assert watcher.news.get(timeout=20).new == 1
    with embedded.desk.place().ledger.read() as tx:
        (row,) = work.in_state(tx, "waiting")
    assert (row.folder, row.junk) == ("垃圾邮件", True)


def test_a_connection_that_breaks_is_made_anew(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake.receive, "FIRST_WAIT_SECONDS", 0.2)
    with Watcher(embedded.desk.place()) as watcher:
        embedded.deliver(1)
        assert watcher.news.get(timeout=20).new == 1
        embedded.server.cut_connections()
        embedded.deliver(2)
        assert watcher.news.get(timeout=20).new == 1
    assert embedded.logins == 2


def test_a_refused_login_is_told_and_not_repeated_at_once(embedded: Embedded) -> None:
    embedded.server.quirks.authorisation_code = True
    with Watcher(embedded.desk.place()) as watcher:
        told = watcher.news.get(timeout=20)
        assert told.trouble is not None
        assert told.trouble.problem.count("intake") > 0
        time.sleep(1.5)
    assert embedded.logins == 1


def test_a_server_that_is_away_is_asked_again(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (intake.receive, intake.watch):
        monkeypatch.setattr(module, "FIRST_WAIT_SECONDS", 0.1)
        monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 0.2)
    monkeypatch.setattr(mail.imap, "connect", _away)
    with Watcher(embedded.desk.place()) as watcher:
        first = watcher.news.get(timeout=20)
        assert isinstance(first.trouble, MailboxBusy)
        monkeypatch.setattr(mail.imap, "connect", connect)
        embedded.deliver(1)
        told = watcher.news.get(timeout=20)
        while told.trouble is not None:
            told = watcher.news.get(timeout=20)
        assert told.new == 1


def _away(account: ImapAccount) -> Any:
    raise MailboxBusy(f"{account.host} is away.", "Wait.")
