"""Receiving: how far each folder is read, what became of each message, and what is ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from model.forwarded import Forwarded
from storage.ledger import Ledger, receiving, work
from storage.ledger.receiving import LONGEST_WAIT, TRIES_AT_EVERY_POLL, Numbering, Position
from tests.builders import ledger_crowd as jobs
from tests.builders.ledger_crowd import Crowd
from tests.builders.ledger_rows import NOW, PROGRAMME, raw, sha

SERVER = "user@imap.example:993"


def at(
    folder: str = "INBOX", validity: int = 7, server: str = SERVER, box: str = "main"
) -> Numbering:
    return Numbering(box, server, folder, validity)


def place(validity: int, last_uid: int) -> Position:
    return Position(SERVER, validity, last_uid, 0, None)


def test_the_same_bytes_are_ours_once(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert receiving.add_message(tx, raw("one", uid=1), PROGRAMME, NOW)
        assert not receiving.add_message(tx, raw("one", uid=2, folder="Junk"), "other", NOW)
        row = work.find(tx, sha("one"))
        assert row is not None
        assert (row.uid, row.folder, row.programme, row.state) == (1, "INBOX", PROGRAMME, "waiting")
        assert (row.held_at, row.received_at, row.size) == (NOW, NOW, 3)


def test_two_mailboxes_that_receive_the_same_at_once_have_it_once(
    ledger: Ledger, url: str, crowd: Crowd
) -> None:
    words = [f"mail {number}" for number in range(25)]
    assert sum(crowd.run(jobs.add_same, url, words)) == len(words)
    with ledger.read() as tx:
        assert work.states(tx) == {"waiting": len(words)}


def test_a_position_for_each_folder(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert receiving.read_position(tx, "main", "INBOX") is None
        receiving.move_position(tx, at("INBOX", 7), 40, NOW)
        receiving.move_position(tx, at("垃圾邮件", 8), 3, NOW)
        receiving.move_position(tx, at("INBOX", 7), 41, NOW)
        assert receiving.read_position(tx, "main", "INBOX") == place(7, 41)
        assert receiving.read_position(tx, "main", "垃圾邮件") == place(8, 3)
        assert receiving.read_position(tx, "other", "INBOX") is None
        receiving.move_position(tx, at("INBOX", 9), 1, NOW)  # the server numbers anew
        assert receiving.read_position(tx, "main", "INBOX") == place(9, 1)


def test_uids_of_four_thousand_million(ledger: Ledger) -> None:
    """RFC 3501: UID and UIDVALIDITY are unsigned numbers of 32 bits."""
    most = 2**32 - 1
    with ledger.write() as tx:
        receiving.move_position(tx, at("INBOX", most), most, NOW)
        receiving.note_sighting(tx, at("INBOX", most), most, "failed", NOW)
        assert receiving.add_message(
            tx, raw("one", uid=most, uid_validity=most, size=3 * 2**31), PROGRAMME, NOW
        )
    with ledger.read() as tx:
        assert receiving.read_position(tx, "main", "INBOX") == place(most, most)
        assert receiving.failed_uids(tx, at("INBOX", most), NOW) == [most]


def test_what_failed_is_tried_at_every_poll_at_first(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for uid, tries in ((5, 1), (3, TRIES_AT_EVERY_POLL), (4, TRIES_AT_EVERY_POLL + 1)):
            for _ in range(tries):
                receiving.note_sighting(tx, at(), uid, "failed", NOW, detail="timeout")
        assert receiving.failed_uids(tx, at("INBOX", 7), NOW) == [3, 5]
        assert receiving.failed_uids(tx, at("INBOX", 8), NOW) == []
        assert receiving.failed_uids(tx, at("Junk", 7), NOW) == []
        assert receiving.failed_uids(tx, at("INBOX", 7, box="other"), NOW) == []


@pytest.mark.parametrize(
    ("tries", "wait"),
    [
        (TRIES_AT_EVERY_POLL + 1, timedelta(minutes=2)),
        (TRIES_AT_EVERY_POLL + 3, timedelta(minutes=8)),
        (TRIES_AT_EVERY_POLL + 30, LONGEST_WAIT),
    ],
)
def test_then_ever_more_rarely_but_never_given_up(
    ledger: Ledger, tries: int, wait: timedelta
) -> None:
    with ledger.write() as tx:
        for _ in range(tries):
            receiving.note_sighting(tx, at("INBOX", 7), 5, "failed", NOW)
        early = NOW + wait - timedelta(seconds=1)
        assert receiving.failed_uids(tx, at("INBOX", 7), early) == []
        assert receiving.failed_uids(tx, at("INBOX", 7), NOW + wait) == [5]


@pytest.mark.parametrize("later", ["held", "vanished"])
def test_what_failed_and_came_later_is_not_tried_again(ledger: Ledger, later: str) -> None:
    with ledger.write() as tx:
        receiving.note_sighting(tx, at(), 5, "failed", NOW, detail="timeout")
        receiving.note_sighting(tx, at(), 5, later, NOW, sha256=sha("one"))
        assert receiving.failed_uids(tx, at("INBOX", 7), NOW) == []
        held = receiving.held_uids(tx, at("INBOX", 7), [5])
        assert held == ({5} if later == "held" else set())


def test_uids_that_are_ours_already(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for uid, state in ((2, "held"), (3, "failed"), (4, "vanished"), (6, "held"), (9, "held")):
            receiving.note_sighting(tx, at("INBOX", 7), uid, state, NOW)
        receiving.note_sighting(tx, at("INBOX", 8), 5, "held", NOW)
        receiving.note_sighting(tx, at("Junk", 7), 5, "held", NOW)
        assert receiving.held_uids(tx, at("INBOX", 7), [1, 2, 3, 4, 5, 9]) == {2, 9}
        assert receiving.held_uids(tx, at("INBOX", 7), []) == set()


def test_the_position_is_closed_with_what_the_server_says_of_the_folder(ledger: Ledger) -> None:
    with ledger.write() as tx:
        receiving.move_position(tx, at(), 9, NOW)
        receiving.close_position(tx, at(), 9, 77, NOW, compared=True)
        assert receiving.read_position(tx, "main", "INBOX") == Position(SERVER, 7, 9, 77, NOW)
        receiving.move_position(tx, at(), 10, NOW)
        found = receiving.read_position(tx, "main", "INBOX")
    assert found == Position(SERVER, 7, 10, 0, NOW)  # a message came: the old sequence says nothing


def test_one_uid_on_two_servers_is_two_messages(ledger: Ledger) -> None:
    with ledger.write() as tx:
        receiving.note_sighting(tx, at(), 5, "held", NOW, sha256=sha("one"))
        assert receiving.sighted_uids(tx, at(server="user@other:993"), [5]) == set()
        assert receiving.sighted_uids(tx, at(), [5, 6]) == {5}


def test_a_message_is_known_again_under_new_numbers(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for uid, words in ((5, "one"), (6, "one too")):
            receiving.note_sighting(
                tx, at(), uid, "held", NOW, sha256=sha(words), identity=sha("identity")
            )
        receiving.note_sighting(tx, at(), 7, "vanished", NOW, identity=sha("gone"))
        new = at(validity=8)
        assert receiving.was_numbered_otherwise(tx, new)
        known = receiving.known_identities(tx, new, [sha("identity"), sha("gone"), sha("none")])
        assert known == {sha("identity"): [sha("one"), sha("one too")]}
        receiving.note_sighting(
            tx, new, 1, "held", NOW, sha256=sha("one"), identity=sha("identity")
        )
        known = receiving.known_identities(tx, new, [sha("identity")])
        assert known == {sha("identity"): [sha("one too")]}


def test_two_folders_of_one_server_stand_beside_one_another(ledger: Ledger) -> None:
    with ledger.write() as tx:
        receiving.note_sighting(
            tx, at("Junk", 3), 5, "held", NOW, sha256=sha("one"), identity=sha("identity")
        )
        assert not receiving.was_numbered_otherwise(tx, at())
        assert receiving.known_identities(tx, at(), [sha("identity")]) == {}
        elsewhere = at(server="user@other:993")
        assert receiving.was_numbered_otherwise(tx, elsewhere)
        known = receiving.known_identities(tx, elsewhere, [sha("identity")])
    assert known == {sha("identity"): [sha("one")]}


def test_how_a_forwarded_mail_came_is_kept(ledger: Ledger) -> None:
    came = Forwarded("ab" * 32, "bureau@example.cn", "市局", "<1@example.cn>", "转发", depth=2)
    mail = raw("one", forwarded=came, junk=True, server=SERVER)
    with ledger.write() as tx:
        receiving.add_message(tx, mail, PROGRAMME, NOW)
        row = work.find(tx, mail.sha256)
    assert row is not None
    assert receiving.raw_message(row, mail.path) == mail
