"""Evidence of a mail's origin, from a real name server through the children to the record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import intake.authenticity
from intake.authenticity import AuthenticityRules, gather, notes_on, rules_of
from intake.batch import process_waiting
from intake.contents import RECORD, decode_record, encode_record
from intake.process import examine, limits_of
from intake.reprocess import reprocess
from intake.settings import DnsSettings, MailboxSettings
from model.authenticity import Authenticity, Boundary, DkimOutcome
from model.errors import ReaderFailed
from model.finding import Effect, Finding
from model.forwarded import Forwarded
from model.message import Message, RawMessage
from model.record import Record
from parsers.isolation import Readers
from tests.builders.season import PROGRAMME, SeasonMail, good_mail, season
from tests.builders.signed import KEY_NAME, SELECTOR, ed25519_key, plain_mail, rsa_key, signed
from tests.intake.conftest import Desk
from tests.services.name_server import NameServer

ARRIVED = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
SENDERS_KEY = f"{SELECTOR}._domainkey.example.com"


@pytest.fixture
def names() -> Iterator[NameServer]:
    with NameServer({KEY_NAME: [rsa_key().record], SENDERS_KEY: [rsa_key().record]}) as server:
        yield server
    intake.authenticity._service.cache_clear()


def rules(names: NameServer, seconds: float = 5.0) -> AuthenticityRules:
    dns = DnsSettings(servers=(names.address,), timeout_seconds=seconds)
    return AuthenticityRules(dns=dns, boundaries={"main": Boundary(servers=("mx.example",))})


@pytest.fixture
def look(
    readers: Readers, tmp_path: Path
) -> Callable[..., tuple[Authenticity, dict[str, Finding]]]:
    """The evidence of a mail, and the notes on it by their code."""

    def look(
        data: bytes, by: AuthenticityRules, **raw: object
    ) -> tuple[Authenticity, dict[str, Finding]]:
        path = tmp_path / "mail.eml"
        path.write_bytes(data)
        came = replace(RawMessage("ab" * 32, len(data), path, ARRIVED, mailbox="main"), **raw)  # type: ignore[arg-type]
        parts = tmp_path / f"parts{len(list(tmp_path.iterdir()))}"
        parts.mkdir()
        message = readers.read_message(path, parts)
        found = gather(came, message, readers, by)
        return found, {one.code: one for one in notes_on(found, message)}

    return look


Look = Callable[..., tuple[Authenticity, dict[str, Finding]]]


def test_a_signed_mail(names: NameServer, look: Look) -> None:
    headers = (
        b"Authentication-Results: mx.example; spf=pass smtp.mailfrom=qiye.example.com.cn\r\n"
        b"Received: from a (b.cn [203.0.113.9]) by mx.example with ESMTP; "
        b"Tue, 1 Jun 2021 09:00:00 +0800\r\n"
        b"Authentication-Results: mx.example; spf=fail\r\n"
    )
    found, notes = look(headers + signed(plain_mail(), rsa_key()), rules(names))
    (one,) = found.signatures
    assert (one.outcome, one.aligned, one.key_bits) == (DkimOutcome.PASS, True, 2048)
    assert found.from_domain == "qiye.example.com.cn"
    assert [(one.trusted, one.results[0].result) for one in found.results] == [
        (True, "pass"), (False, "fail"),
    ]  # fmt: skip
    assert found.hop is not None
    assert found.hop.ip == "203.0.113.9"
    assert list(notes) == ["authenticity.dkim_passed"]
    assert notes["authenticity.dkim_passed"].text == (
        "邮件带有域名“qiye.example.com.cn”的DKIM签名，验证通过，与发件人域名一致。"
    )


def test_a_mail_without_signatures_asks_nobody(names: NameServer, look: Look) -> None:
    found, notes = look(plain_mail(), rules(names))
    assert found.signatures == ()
    assert not notes
    assert not names.asked


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda mail: mail + b"x\r\n", "authenticity.dkim_failed", "正文与签名不符"),
        (lambda mail: mail.replace(b"s=s2021", b"s=s2020"), "authenticity.dkim_no_key", "没有所指"),
        (lambda mail: mail.replace(b"v=1", b"v=9"), "authenticity.dkim_broken", "格式有误"),
        (lambda mail: b"garbage\r\n" + mail, "authenticity.dkim_broken", "邮件头格式有误"),
    ],
)
def test_what_a_clerk_is_told(
    change: Callable[[bytes], bytes], code: str, words: str, names: NameServer, look: Look
) -> None:
    _, notes = look(change(signed(plain_mail(), rsa_key())), rules(names))
    assert list(notes) == [code]
    assert words in notes[code].text
    assert notes[code].effect is Effect.NOTE
    assert not notes[code].told


def test_part_of_a_body(names: NameServer, look: Look) -> None:
    mail = signed(plain_mail(b"12345678\r\n"), rsa_key(), length=4)
    _, notes = look(mail, rules(names))
    assert list(notes) == ["authenticity.dkim_passed", "authenticity.dkim_body_unsigned"]
    assert "6字节" in notes["authenticity.dkim_body_unsigned"].text


def test_two_signatures_one_of_them_of_the_mail_provider(names: NameServer, look: Look) -> None:
    names.records["k1._domainkey.mailer.example.net"] = "k1.keys.example.net"
    names.records["k1.keys.example.net"] = [ed25519_key().record]
    mail = signed(signed(plain_mail(), rsa_key()), ed25519_key(), domain="mailer.example.net",
                  selector="k1")  # fmt: skip
    found, _ = look(mail, rules(names))
    assert [(one.domain, one.outcome, one.aligned) for one in found.signatures] == [
        ("mailer.example.net", DkimOutcome.PASS, False),
        ("qiye.example.com.cn", DkimOutcome.PASS, True),
    ]


def test_a_silent_name_service_says_nothing_against_a_mail(names: NameServer, look: Look) -> None:
    names.silent = {KEY_NAME}
    found, notes = look(signed(plain_mail(), rsa_key()), rules(names, seconds=0.3))
    assert [(one.outcome, one.reason) for one in found.signatures] == [
        (DkimOutcome.NOT_CHECKED, "no_answer")
    ]
    assert "域名服务器无应答" in notes["authenticity.dkim_not_checked"].text


def test_looking_up_can_be_switched_off(names: NameServer, look: Look) -> None:
    found, _ = look(signed(plain_mail(), rsa_key()), replace(rules(names), dns=None))
    assert [(one.outcome, one.reason) for one in found.signatures] == [
        (DkimOutcome.NOT_CHECKED, "off")
    ]
    assert not names.asked


@pytest.mark.parametrize(
    ("reply_to", "differs"),
    [
        ("zhang@qiye.example.com.cn", False),
        ("office@mail.example.com.cn", False),
        ("zhang@qq.com", True),
        ("=?utf-8?b?5byg5LiJ?= <zhang@163.com>", True),
    ],
)
def test_reply_to(reply_to: str, differs: bool, names: NameServer, look: Look) -> None:
    mail = plain_mail(more=f"Reply-To: {reply_to}\r\n".encode())
    _, notes = look(mail, rules(names))
    assert (list(notes) == ["authenticity.reply_to_differs"]) is differs
    if differs:
        text = notes["authenticity.reply_to_differs"].text
        assert "zhang@qiye.example.com.cn" in text
        assert reply_to.partition("<")[2].rstrip(">") in text


def test_a_mail_within_a_mail_has_no_headers_of_ours(names: NameServer, look: Look) -> None:
    headers = (
        b"Authentication-Results: mx.example; spf=pass\r\nReceived: from a by mx.example; x\r\n"
    )
    mail = headers + signed(plain_mail(), rsa_key())
    found, _ = look(mail, rules(names), forwarded=Forwarded("cd" * 32, "", "", "", ""))
    assert [one.trusted for one in found.results] == [False]
    assert found.hop is None
    # Its signature is as good as ever.
    assert [one.outcome for one in found.signatures] == [DkimOutcome.PASS]


def test_a_reader_that_dies_is_no_reason_to_stop(names: NameServer, tmp_path: Path) -> None:
    class Dying(Readers):
        def read_evidence(self, *_: object) -> None:  # type: ignore[override]
            raise ReaderFailed("memory")

    class DyingLater(Readers):
        def verify_signatures(self, *_: object) -> None:  # type: ignore[override]
            raise ReaderFailed("timeout")

    path = tmp_path / "mail.eml"
    path.write_bytes(signed(plain_mail(), rsa_key()))
    raw = RawMessage("ab" * 32, 1, path, ARRIVED)
    with Dying(1) as dying, DyingLater(1) as later:
        (tmp_path / "parts").mkdir()
        message: Message = dying.read_message(path, tmp_path / "parts")
        found = gather(raw, message, dying, rules(names))
        assert found.unread == "memory"
        assert [one.code for one in notes_on(found, message)] == ["authenticity.unread"]
        found = gather(raw, message, later, rules(names))
        assert [(one.outcome, one.reason) for one in found.signatures] == [
            (DkimOutcome.NOT_CHECKED, "timeout")
        ]


def test_a_mail_of_30_mb_in_a_child_of_half_a_gigabyte(names: NameServer, tmp_path: Path) -> None:
    body = (b"UmFyIRoHAQ" * 7 + b"AAAA\r\n") * 400_000
    path = tmp_path / "mail.eml"
    path.write_bytes(signed(plain_mail(body), rsa_key()))
    (tmp_path / "parts").mkdir()
    raw = RawMessage("ab" * 32, path.stat().st_size, path, ARRIVED)
    with Readers(1, 500 << 20) as readers:
        message = readers.read_message(path, tmp_path / "parts")
        (one,) = gather(raw, message, readers, rules(names)).signatures
    assert one.outcome is DkimOutcome.PASS


def _signed(mail: SeasonMail, key: Callable[[], object] = rsa_key) -> SeasonMail:
    return replace(mail, data=signed(mail.data, key(), domain="example.com"))  # type: ignore[arg-type]


def _tampered(mail: SeasonMail) -> SeasonMail:
    return replace(mail, data=mail.data.rstrip() + b"\r\nx\r\n")


def _configure(desk: Desk, names: NameServer) -> None:
    box = MailboxSettings(host="mail.example.test", username="u", trusted_authserv=("mx.example",))
    dns = DnsSettings(servers=(names.address,), timeout_seconds=2)
    desk.change(dns=dns, mailboxes={"main": box})


def _record(desk: Desk, application_no: str) -> Record:
    head = desk.place().archive(PROGRAMME).head(application_no)
    assert head is not None
    return decode_record(head.path(RECORD).read_bytes())


def test_it_is_filed_with_the_mail(desk: Desk, names: NameServer) -> None:
    _configure(desk, names)
    desk.take_in(_signed(good_mail(1)))
    process_waiting(desk.place())
    record = _record(desk, "ZB20210001")
    assert record.authenticity is not None
    (one,) = record.authenticity.signatures
    assert (one.domain, one.outcome, one.aligned) == ("example.com", DkimOutcome.PASS, True)
    codes = [one.code for one in record.findings]
    assert "authenticity.dkim_passed" in codes
    assert decode_record(encode_record(record)) == record


def test_records_from_before_are_read(desk: Desk) -> None:
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    values = json.loads(encode_record(_record(desk, "ZB20210001")))
    del values["authenticity"]
    assert decode_record(json.dumps(values).encode()).authenticity is None


def test_evidence_decides_nothing(desk: Desk, names: NameServer, readers: Readers) -> None:
    """Every kind of mail: plain, signed, signed and spoiled, and with the look-up off."""
    _configure(desk, names)
    place = desk.place()
    programme = place.programme(PROGRAMME)
    seen = 0
    ways = [limits_of(desk.settings)] * 3
    ways.append(replace(ways[0], authenticity=AuthenticityRules()))
    for number, mail in enumerate(season(10)[::2]):
        outcomes = set()
        signed_mail = _signed(mail)
        mails = (mail, signed_mail, _tampered(signed_mail), signed_mail)
        for way, (one, limits) in enumerate(zip(mails, ways, strict=True)):
            path = desk.folder / f"{number}.{way}.eml"
            path.write_bytes(one.data)
            raw = RawMessage(f"{number}{way}", len(one.data), path, one.received_at, mailbox="main")
            work = desk.folder / f"work{number}.{way}"
            work.mkdir()
            submission, verdict = examine(raw, programme, work, readers, limits)
            assert submission.authenticity is not None
            seen += len(submission.authenticity.signatures)
            rest = [
                (found.code, found.about)
                for found in verdict.findings
                if not found.code.startswith("authenticity.")
            ]
            outcomes.add((verdict.outcome, verdict.needs_person, str(verdict.checklist), str(rest)))
        assert len(outcomes) == 1, (mail.kind, outcomes)
    assert seen == 5 * 3


def test_what_was_found_on_arrival_stands(desk: Desk, names: NameServer) -> None:
    """A key is withdrawn a year later; the mail that it signed was signed all the same."""
    _configure(desk, names)
    digests = desk.take_in(_signed(good_mail(1)))
    process_waiting(desk.place())
    names.records.clear()
    asked = len(names.asked)
    intake.authenticity._service.cache_clear()
    (done,) = reprocess(desk.place(), digests, by="clerk")
    assert done.action == "unchanged"
    assert len(names.asked) == asked


def test_settings(desk: Desk, names: NameServer) -> None:
    _configure(desk, names)
    found = rules_of(desk.settings)
    assert found.dns is not None
    assert found.dns.servers == (names.address,)
    assert found.boundaries == {"main": Boundary(servers=("mx.example",))}
    desk.change(dns=DnsSettings(dkim=False))
    assert rules_of(desk.settings).dns is None
    with pytest.raises(ValueError, match="no address of a name server"):
        DnsSettings(servers=("dns.example",))
