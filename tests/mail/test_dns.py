"""Keys looked up on a real name server, and on one that is silent."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from mail import dns as name_service
from mail.dns import NameService, split_server
from model.authenticity import KeyAnswer, KeyState
from tests.services.name_server import NameServer, unused_address

KEY = b"v=DKIM1; k=rsa; p=" + b"M" * 390
LARGE = b"v=DKIM1; k=rsa; p=" + b"M" * 1_400
NONE, SILENT = KeyAnswer(KeyState.NONE), KeyAnswer(KeyState.SILENT)


def found(record: bytes) -> KeyAnswer:
    return KeyAnswer(KeyState.FOUND, record.decode("latin-1"))


@pytest.fixture
def server() -> Iterator[NameServer]:
    with NameServer() as server:
        yield server


def ask(server: NameServer, *names: str, seconds: float = 5.0) -> list[KeyAnswer]:
    return list(NameService([server.address], seconds).keys(names).values())


def test_records(server: NameServer) -> None:
    server.records = {
        "s._domainkey.a.cn": [KEY],
        "large._domainkey.a.cn": [LARGE],  # comes by TCP
        "alias._domainkey.a.cn": "s._domainkey.provider.net",
        "s._domainkey.provider.net": [b"v=DKIM1; p=AAAA"],
        "several._domainkey.a.cn": [b"v=spf1 -all", KEY],
        "raw._domainkey.a.cn": [b"\x00\xff\xd6\xd0"],
        "empty._domainkey.a.cn": [],
        "endless._domainkey.a.cn": [b"p=" + b"A" * 9_000],
    }
    names = [*server.records, "nothing._domainkey.a.cn"]
    assert ask(server, *names) == [
        found(KEY), found(LARGE), found(b"v=DKIM1; p=AAAA"), found(b"v=DKIM1; p=AAAA"), found(KEY),
        found(b"\x00\xff\xd6\xd0"), NONE, NONE, NONE,
    ]  # fmt: skip


def test_answers_are_kept(server: NameServer) -> None:
    server.records = {"s.a.cn": [KEY]}
    service = NameService([server.address])
    for _ in range(3):
        assert service.keys(["s.a.cn", "s.a.cn", "no.a.cn"]) == {
            "s.a.cn": found(KEY),
            "no.a.cn": NONE,
        }
    assert sorted(server.asked) == ["no.a.cn", "s.a.cn"]


def test_a_search_list_is_not_appended(server: NameServer) -> None:
    ask(server, "s._domainkey.a")
    assert server.asked == ["s._domainkey.a"]


def test_no_answer_is_not_an_answer(server: NameServer) -> None:
    server.refused = {"refused.a.cn"}
    assert ask(server, "refused.a.cn") == [SILENT]
    assert list(NameService([unused_address()], 1.0).keys(["s.a.cn"]).values()) == [SILENT]


def test_names_that_are_none(server: NameServer) -> None:
    names = ["a..cn", "a" * 70 + ".cn", "b." * 150 + "cn", ""]
    assert set(ask(server, *names)) <= {SILENT, NONE}


def test_the_time_for_one_mail_is_bounded(server: NameServer) -> None:
    """Five names that nobody answers cost no more than one."""
    names = [f"s{number}.a.cn" for number in range(5)]
    server.silent = set(names)
    began = time.monotonic()
    assert ask(server, *names, seconds=0.5) == [SILENT] * 5
    assert time.monotonic() - began < 5 * 0.5


def test_a_service_that_says_nothing_is_left_alone_for_a_while(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_service, "PAUSE_SECONDS", 0.4)
    server.silent = {"s.a.cn"}
    server.records = {"t.a.cn": [KEY]}
    service = NameService([server.address], 0.1)
    for _ in range(3):
        assert service.keys(["s.a.cn"]) == {"s.a.cn": SILENT}
    asked = len(server.asked)
    assert service.keys(["t.a.cn"]) == {"t.a.cn": SILENT}
    assert len(server.asked) == asked
    time.sleep(0.5)
    assert service.keys(["t.a.cn"]) == {"t.a.cn": found(KEY)}


def test_a_word_in_between_ends_the_silence(server: NameServer) -> None:
    server.silent = {"s.a.cn"}
    service = NameService([server.address], 0.1)
    for _ in range(4):
        service.keys(["s.a.cn"])
        assert service.keys(["t.a.cn"]) == {"t.a.cn": NONE}
        service._resolver.cache.flush()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
    ],
)
def test_servers(text: str, address: tuple[str, int]) -> None:
    assert split_server(text) == address


@pytest.mark.parametrize("text", ["", "dns.example", "192.0.2.1:x", "1:2"])
def test_no_servers(text: str) -> None:
    with pytest.raises(ValueError):
        split_server(text)
