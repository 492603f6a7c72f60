"""`intake poll` against Dovecot and an SMTP server: none lost, nothing twice, one answer each."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from benchmarks.kill_trial import trial
from intake.receive import receive
from mail.imap import ImapMailbox
from model.errors import MailboxError
from storage.ledger.schema import message, position, revision
from tests.builders.season import good_mail, season
from tests.services.mailroom import Mailroom
from tests.services.reckoning import differences, digest


def test_a_season_and_a_second_look_at_it(room: Mailroom) -> None:
    mails = season(40)
    room.deliver(mails)
    said = room.run("poll")
    owed = sum(mail.receipt != "none" for mail in mails)
    assert (said["received"][0]["new"], said["sent"]) == (40, owed)
    assert differences(room, mails) == []
    before, letters = room.listing(), room.letters()
    said = room.run("poll")
    assert (said["received"][0]["new"], said["outcomes"], said["sent"]) == (0, {}, 0)
    assert (room.listing(), room.letters()) == (before, letters)


def test_killed_again_and_again(room: Mailroom) -> None:
    mails = season(30)
    result = trial(room, mails, kills=6, seed=7)
    assert result.kills == 6
    assert result.differences == []


def test_uids_given_anew(room: Mailroom) -> None:
    mails = season(12)
    room.deliver(mails)
    with room.place() as place:
        assert receive(place, "main").new == 12
        before = _positions(place)
        _number_anew(room)
        more = season(14)[12:]
        room.deliver(more)
        received = receive(place, "main")
        assert _positions(place) != before
        assert (received.new, received.known, received.failed) == (2, 12, 0)
        assert received.bytes == sum(len(one.data) for one in more)
        assert (receive(place, "main").known, len(_messages(place))) == (0, 14)


def test_expunged_between_the_search_and_the_download(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = season(4)
    room.deliver(mails)
    search = ImapMailbox.new_uids
    described = ImapMailbox.describe

    def then_expunge_the_second(self: ImapMailbox, after: int) -> list[int]:
        uids = search(self, after)
        if len(uids) == 4:
            room.dovecot.expunge(room.user, uids[1])
        return uids

    def then_expunge_the_third(self: ImapMailbox, uids: Any) -> Iterator[Any]:
        found = list(described(self, uids))
        if found:
            room.dovecot.expunge(room.user, 3)
        return iter(found)

    monkeypatch.setattr(ImapMailbox, "new_uids", then_expunge_the_second)
    monkeypatch.setattr(ImapMailbox, "describe", then_expunge_the_third)
    with room.place() as place:
        received = receive(place, "main")
        assert (received.new, received.vanished, received.failed) == (2, 2, 0)
        assert _messages(place) == [digest(mails[0]), digest(mails[3])]
        assert place.spool.held() == sorted(_messages(place))
        again = receive(place, "main")
        assert (again.new, again.vanished, again.failed) == (0, 0, 0)


def test_a_message_that_the_server_cannot_give_is_tried_again(room: Mailroom) -> None:
    mails = season(4)
    room.deliver(mails)
    with _unreadable(room, 2), room.place() as place:
        for _ in range(2):
            received = receive(place, "main")
            assert received.failed == 1
        assert _messages(place) == [digest(mails[number]) for number in (0, 2, 3)]
    with room.place() as place:
        received = receive(place, "main")
        assert (received.new, received.failed) == (1, 0)
        assert sorted(_messages(place)) == sorted(map(digest, mails))


def test_a_message_that_the_server_cannot_describe_holds_up_no_other(
    room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = season(4)
    room.deliver(mails)
    described = ImapMailbox.describe

    def not_the_second(self: ImapMailbox, uids: Any) -> Iterator[Any]:
        if 2 in (wanted := list(uids)):
            raise MailboxError("no usable size or date for message 2", "")
        return described(self, wanted)

    with room.place() as place, monkeypatch.context() as patch:
        patch.setattr(ImapMailbox, "describe", not_the_second)
        received = receive(place, "main")
        assert (received.new, received.failed) == (3, 1)
    with room.place() as place:
        assert receive(place, "main").new == 1
        assert sorted(_messages(place)) == sorted(map(digest, mails))


def test_mails_of_one_applicant_are_filed_in_order_of_arrival(room: Mailroom) -> None:
    slow = good_mail(1, big=os.urandom(8 << 20))
    quick = [good_mail(1, hour=hour, big=bytes([hour])) for hour in range(1, 4)]
    room.deliver([slow, *quick])
    room.poll_here()
    with room.place() as place, place.ledger.read() as tx:
        rows = tx.execute(select(revision).order_by(revision.c.version)).all()
    assert [row.sha256 for row in rows] == [digest(mail) for mail in (slow, *quick)]
    assert [row.revision for row in rows] == [1, 2, 3, 4]
    assert [letter.to for letter in room.letters()] == ["zb1@example.com"] * 4


def test_two_polls_at_once_do_nothing_twice(room: Mailroom) -> None:
    mails = season(12)
    room.deliver(mails)
    running = [room.begin("poll", "--json") for _ in range(2)]
    for process in running:
        process.communicate(timeout=120)
        assert process.returncode == 0
    room.poll_here()
    assert differences(room, mails) == []


def test_a_fault_of_the_mail_server_ends_with_advice(room: Mailroom) -> None:
    room.config.write_text(
        room.config.read_text("utf-8").replace('password = "pw"', 'password = "no"')
    )
    said = room.run("poll", code=2)
    assert "password" in said["errors"].lower()


def _messages(place: Any) -> list[str]:
    with place.ledger.read() as tx:
        return list(tx.execute(select(message.c.sha256).order_by(message.c.id)).scalars())


def _positions(place: Any) -> list[tuple[int, int]]:
    with place.ledger.read() as tx:
        return [(row.uid_validity, row.last_uid) for row in tx.execute(select(position))]


def _maildir(room: Mailroom) -> Path:
    return room.dovecot._root / "mail" / room.user


def _number_anew(room: Mailroom) -> None:
    """What a restored mailbox looks like: the list of UIDs and the index are gone."""
    (_maildir(room) / "dovecot-uidlist").unlink()
    index = _maildir(room).with_name(f"{room.user}.idx")
    for file in index.rglob("dovecot.index*"):
        file.unlink()
    with contextlib.suppress(FileNotFoundError):
        (_maildir(room) / "dovecot-uidvalidity").unlink()


@contextlib.contextmanager
def _unreadable(room: Mailroom, number: int) -> Iterator[None]:
    """One message's file taken away, as by a disk error, without the index knowing."""
    maildir = _maildir(room)
    files = sorted([*(maildir / "cur").glob("*"), *(maildir / "new").glob("*")])
    chosen = files[number - 1]
    mode = chosen.stat().st_mode
    chosen.chmod(0)
    yield
    chosen.chmod(mode)
