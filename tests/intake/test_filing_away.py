"""Handled mail is moved by its outcome, once, also on servers without MOVE and after a kill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from imapclient import IMAPClient
from pydantic import SecretStr

import intake.filing_away
from console.demo.imap_server import EmbeddedImapServer, Quirks
from intake.batch import process_waiting
from intake.receive import receive
from intake.settings import MailboxSettings
from intake.verify import verify
from mail.imap import ImapMailbox
from model.account import Security
from model.verdict import Outcome
from tests.builders.season import SeasonMail, good_mail, season
from tests.intake.conftest import Desk, die
from tests.services.dovecot import PASSWORD, Dovecot

FILING = {
    Outcome.COMPLETE: "已登记", Outcome.DUPLICATE: "已登记", Outcome.CORRECTION: "待补正",
    Outcome.RETURNED: "退回",
}  # fmt: skip


class Box:
    """A mailbox that a desk polls, looked at with a client of its own."""

    def __init__(self, desk: Desk, port: int, user: str, password: str) -> None:
        self.desk = desk
        self._login = (port, user, password)
        box = MailboxSettings(
            host="127.0.0.1", port=port, security=Security.NONE, username=user,
            password=SecretStr(password), filing=FILING,
        )  # fmt: skip
        desk.change(mailboxes={"main": box})

    def _client(self) -> IMAPClient:
        port, user, password = self._login
        client = IMAPClient("127.0.0.1", port, ssl=False)
        client.login(user, password)
        client.id_({"name": "test", "version": "1"})
        return client

    def deliver(self, *mails: SeasonMail) -> None:
        client = self._client()
        for one in mails:
            client.append("INBOX", one.data, (), one.received_at)
        client.logout()

    def contents(self) -> dict[str, list[bytes]]:
        """The undeleted messages of every folder, by their bytes."""
        client = self._client()
        found = {}
        for _, _, name in client.list_folders():
            client.select_folder(name, readonly=True)
            uids = client.search(["UNDELETED"])
            messages = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
            if messages:
                found[str(name)] = sorted(one[b"BODY[]"] for one in messages.values())
        client.logout()
        return found

    def poll(self) -> None:
        place = self.desk.place()
        received = receive(place, "main")
        assert received.trouble is None
        process_waiting(place)


@pytest.fixture(params=["dovecot", "netease"])
def box(
    request: pytest.FixtureRequest, desk: Desk, dovecot: Dovecot, tmp_path: Path
) -> Iterator[Box]:
    if request.param == "dovecot":
        yield Box(desk, dovecot.port, dovecot.user(), PASSWORD)
        return
    server = EmbeddedImapServer(tmp_path / "imap", Quirks.netease())
    server.start()
    yield Box(desk, server.port, "intake", "intake")
    server.stop()


def test_each_outcome_has_its_folder(box: Box) -> None:
    mails = season(14)
    box.deliver(*mails)
    box.poll()
    assert list(box.contents()) == ["INBOX"]
    box.poll()
    expected: dict[str, list[bytes]] = {}
    for one in mails:
        folder = FILING.get(Outcome(one.outcome), "INBOX")
        expected.setdefault(folder, []).append(one.data)
    assert box.contents() == {name: sorted(found) for name, found in expected.items()}
    box.poll()
    assert box.contents() == {name: sorted(found) for name, found in expected.items()}
    assert list(verify(box.desk.place())) == []


@pytest.mark.parametrize("point", ["begin", "end"])
def test_killed_in_the_middle(box: Box, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    mails = [good_mail(1), good_mail(2)]
    box.deliver(*mails)
    box.poll()
    with monkeypatch.context() as patch:
        patch.setattr(intake.filing_away.moving, point, die)
        box.desk.killed(lambda place: receive(place, "main"))
    box.poll()
    assert box.contents() == {"已登记": sorted(one.data for one in mails)}


def test_what_a_person_has_moved_stays_there(box: Box) -> None:
    box.deliver(good_mail(1), good_mail(2))
    box.poll()
    client = box._client()
    client.select_folder("INBOX")
    client.create_folder("我的")
    client.copy([1], "我的")
    client.delete_messages([1])
    client.expunge()
    client.logout()
    box.poll()
    assert box.contents() == {"我的": [good_mail(1).data], "已登记": [good_mail(2).data]}
    box.poll()
    assert box.contents() == {"我的": [good_mail(1).data], "已登记": [good_mail(2).data]}


def test_what_the_server_did_not_move_is_tried_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers OK and moves only some of them."""
    mails = [good_mail(1), good_mail(2)]
    box.deliver(*mails)
    box.poll()
    move = ImapMailbox.move

    def only_the_first(
        self: ImapMailbox, uids: Sequence[int], target: str, *, retried: bool = False
    ) -> frozenset[int]:
        return move(self, uids[:1], target, retried=retried)

    with monkeypatch.context() as patch:
        patch.setattr(ImapMailbox, "move", only_the_first)
        box.poll()
    assert {name: len(found) for name, found in box.contents().items()} == {"INBOX": 1, "已登记": 1}
    box.poll()
    assert box.contents() == {"已登记": sorted(one.data for one in mails)}
