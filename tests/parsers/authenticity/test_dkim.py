"""DKIM signatures made by dkimpy, and what became of them on the way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest

from model.authenticity import DkimOutcome, DkimSignature, KeyAnswer, KeyState
from parsers.authenticity import verify_signatures
from tests.builders.signed import (
    DOMAIN,
    HEADERS,
    KEY_NAME,
    SELECTOR,
    SUBJECT,
    SigningKey,
    ed25519_key,
    plain_mail,
    rsa_key,
    short_rsa_key,
    signed,
)

ARRIVED = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
PASS, FAIL = DkimOutcome.PASS, DkimOutcome.FAIL
NO_KEY, NOT_CHECKED, BROKEN = DkimOutcome.NO_KEY, DkimOutcome.NOT_CHECKED, DkimOutcome.BROKEN
SECONDS = int(ARRIVED.timestamp())
DAY = 86_400

RFC_8463 = """\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
RFC_8463_KEYS = {
    "brisbane._domainkey.football.example.com":
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "test._domainkey.football.example.com":
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qh"
        "dR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hst"
        "T5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
}  # fmt: skip


def found(record: bytes | str) -> KeyAnswer:
    text = record if isinstance(record, str) else record.decode("latin-1")
    return KeyAnswer(KeyState.FOUND, text)


def verify(
    folder: Path,
    mail: bytes,
    record: bytes | KeyAnswer,
    *,
    senders: tuple[str, ...] = (DOMAIN,),
    arrived: datetime = ARRIVED,
) -> tuple[DkimSignature, ...]:
    """With the record for the one key name that the builders use."""
    path = folder / "mail.eml"
    path.write_bytes(mail)
    answer = record if isinstance(record, KeyAnswer) else found(record)
    return verify_signatures(path, {KEY_NAME: answer}, senders, arrived)


def outcome(folder: Path, mail: bytes, record: bytes | KeyAnswer) -> tuple[DkimOutcome, str]:
    (one,) = verify(folder, mail, record)
    return one.outcome, one.reason


def test_the_example_of_rfc_8463(tmp_path: Path) -> None:
    """Signed by neither us nor dkimpy."""
    path = tmp_path / "mail.eml"
    keys = {name: found(record) for name, record in RFC_8463_KEYS.items()}
    for data in (RFC_8463.encode(), RFC_8463.replace("\n", "\r\n").encode()):
        path.write_bytes(data)
        first, second = verify_signatures(path, keys, ["football.example.com"], ARRIVED)
        assert (first.outcome, first.algorithm, first.key_bits) == (PASS, "ed25519-sha256", 256)
        assert (second.outcome, second.algorithm, second.key_bits) == (PASS, "rsa-sha256", 1024)
    path.write_bytes(RFC_8463.replace("hungry", "angry").encode())
    both = verify_signatures(path, keys, ["football.example.com"], ARRIVED)
    assert [(one.outcome, one.reason) for one in both] == [(FAIL, "body_changed")] * 2


@pytest.mark.parametrize("key", [rsa_key, ed25519_key], ids=["rsa 2048", "ed25519"])
@pytest.mark.parametrize(
    "canonical", ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed", "relaxed"]
)
def test_right_signatures(key: Callable[[], SigningKey], canonical: str, tmp_path: Path) -> None:
    mail = signed(plain_mail(b"a \t b  \r\n\r\n \r\n"), key(), canonical=canonical)
    (one,) = verify(tmp_path, mail, key().record)
    assert (one.outcome, one.reason) == (PASS, "")
    assert (one.domain, one.selector, one.aligned) == (DOMAIN, SELECTOR, True)
    # Kept with LF on a disk, it says the same.
    assert outcome(tmp_path, mail.replace(b"\r\n", b"\n"), key().record) == (PASS, "")


TAMPERED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "the body": (lambda mail: mail.replace("申报".encode(), "申请".encode()), "body_changed"),
    "something behind the body": (lambda mail: mail + b"x\r\n", "body_changed"),
    "the subject": (lambda mail: mail.replace(SUBJECT.encode(), b"another"), "header_changed"),
    "the sender": (lambda mail: mail.replace(b"From: zhang", b"From: li"), "header_changed"),
    "a second sender": (
        lambda mail: mail.replace(b"\r\nTo:", b"\r\nFrom: li@evil.cn\r\nTo:"), "header_changed"),
    "a header taken out": (
        lambda mail: mail.replace(b"To: shenbao@163.example\r\n", b""), "header_changed"),
    "the signature": (
        lambda mail: re.sub(rb"( b=\s*)(.)", lambda one: one[1] + bytes([one[2][0] ^ 1]), mail),
        "header_changed"),
}  # fmt: skip


@pytest.mark.parametrize("key", [rsa_key, ed25519_key], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_on_the_way(
    key: Callable[[], SigningKey], what: str, tmp_path: Path
) -> None:
    change, reason = TAMPERED[what]
    mail = signed(plain_mail(), key())
    changed = change(mail)
    assert changed != mail
    assert outcome(tmp_path, changed, key().record) == (FAIL, reason)


def test_zeros_in_front_of_a_signature(tmp_path: Path) -> None:
    """The same number, and yet no signature (RFC 8017 8.2.2); dkimpy alone takes it."""
    mail = signed(plain_mail(), rsa_key()).replace(b" b=", b" b=AAAA", 1)
    assert dkim.verify(mail, dnsfunc=lambda *_args, **_more: rsa_key().record)
    assert outcome(tmp_path, mail, rsa_key().record) == (FAIL, "header_changed")


UNTOUCHED: dict[str, Callable[[bytes], bytes]] = {
    "headers added on the way": lambda mail: (
        b"Received: from a by b; x\r\nX-QQ-SPAM: no\r\n" + mail
    ),
    "an unsigned header changed": lambda mail: mail.replace(b"MIME-Version: 1.0\r\n", b""),
    "white space, in relaxed form": lambda mail: mail.replace(b"Subject: ", b"subject:\t "),
    "empty lines at the end": lambda mail: mail + b"\r\n\r\n",
    "a byte order mark in front": lambda mail: b"\xef\xbb\xbf" + mail,
    "a line of an mbox in front": lambda mail: b"From a@b Tue Jun  1 09:00:00 2021\n" + mail,
    "empty lines in front": lambda mail: b"\r\n\r\n" + mail,
}


@pytest.mark.parametrize("what", UNTOUCHED)
def test_what_changes_nothing(what: str, tmp_path: Path) -> None:
    mail = signed(plain_mail(), rsa_key())
    changed = UNTOUCHED[what](mail)
    assert changed != mail
    assert outcome(tmp_path, changed, rsa_key().record) == (PASS, "")


def test_raw_8_bit_headers(tmp_path: Path) -> None:
    """Foxmail's old mails: GBK bytes in the subject, no charset anywhere."""
    raw = "ZB20210137+山东某某机械有限公司".encode("gb18030")
    mail = plain_mail("申报".encode("gb18030") + b"\r\n").replace(SUBJECT.encode(), raw)
    mail = signed(mail, rsa_key(), canonical="simple/simple")
    assert outcome(tmp_path, mail, rsa_key().record) == (PASS, "")
    assert outcome(tmp_path, mail.replace(raw, raw[:-2]), rsa_key().record) == (
        FAIL, "header_changed",
    )  # fmt: skip


RECORD = rsa_key().record.decode()
RECORDS: dict[str, tuple[str, DkimOutcome, str]] = {
    "without version": (RECORD.removeprefix("v=DKIM1; "), PASS, ""),
    "without kind": (RECORD.replace("k=rsa; ", ""), PASS, ""),
    "with spaces in the key": (RECORD.replace("p=MII", "p=M I I"), PASS, ""),
    "for mail only": (RECORD + "; s=email", PASS, ""),
    "for SHA-256 only": (RECORD + "; h=sha256", PASS, ""),
    "in test": (RECORD + "; t=y", PASS, ""),
    "revoked": ("v=DKIM1; k=rsa; p=", NO_KEY, "revoked"),
    "revoked with spaces": ("v=DKIM1; p= ; n=gone", NO_KEY, "revoked"),
    "of another version": (RECORD.replace("DKIM1", "DKIM2"), NO_KEY, "key_unusable"),
    "of an unknown kind": (RECORD.replace("k=rsa", "k=dsa"), NO_KEY, "key_unusable"),
    "cut": (RECORD[:120], NO_KEY, "key_unusable"),
    "not base64": ("v=DKIM1; p=申报", NO_KEY, "key_unusable"),
    "garbage": ("\x00\xff;;==;", NO_KEY, "key_unusable"),
    "without a key": ("v=DKIM1; k=rsa", NO_KEY, "key_unusable"),
    "of another service": ("v=spf1 include:spf.163.com -all", NO_KEY, "key_unusable"),
    "empty": ("", NO_KEY, "key_unusable"),
    "of zeros": ("k=rsa; p=MAgCAwAAAAIBAw==", FAIL, "header_changed"),
    "for another service": (RECORD + "; s=tlsrpt", FAIL, "key_mismatch"),
    "for SHA-1 only": (RECORD + "; h=sha1", FAIL, "key_mismatch"),
    "of Ed25519": (ed25519_key().record.decode(), FAIL, "key_mismatch"),
    "of somebody else": (rsa_key(1024).record.decode(), FAIL, "header_changed"),
}  # fmt: skip


@pytest.mark.parametrize("what", RECORDS)
def test_key_records(what: str, tmp_path: Path) -> None:
    record, *expected = RECORDS[what]
    answer = found(record)
    assert outcome(tmp_path, signed(plain_mail(), rsa_key()), answer) == tuple(expected)


def test_keys_that_nobody_has(tmp_path: Path) -> None:
    mail = signed(plain_mail(), rsa_key())
    assert outcome(tmp_path, mail, KeyAnswer(KeyState.NONE)) == (NO_KEY, "no_record")
    assert outcome(tmp_path, mail, KeyAnswer(KeyState.SILENT)) == (NOT_CHECKED, "no_answer")
    path = tmp_path / "mail.eml"
    (one,) = verify_signatures(path, {}, [DOMAIN], ARRIVED, unasked="off")
    assert (one.outcome, one.reason) == (NOT_CHECKED, "off")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((("x", str(SECONDS - 3 * DAY)),), (FAIL, "expired")),
        ((("x", str(SECONDS + 60)),), (PASS, "")),
        ((("t", str(SECONDS - 60)), ("x", str(SECONDS + DAY))), (PASS, "")),
        ((("t", str(SECONDS + 3 * DAY)),), (FAIL, "in_the_future")),
        ((("i", f"@mail.{DOMAIN}"),), (PASS, "")),
        ((("i", "@evil.example"),), (BROKEN, "malformed")),
        ((("q", "http"),), (BROKEN, "malformed")),
        ((("x", "soon"),), (BROKEN, "malformed")),
        ((("t", "9" * 400),), (BROKEN, "malformed")),
    ],
)
def test_tags(
    tags: tuple[tuple[str, str], ...], expected: tuple[DkimOutcome, str], tmp_path: Path
) -> None:
    mail = signed(plain_mail(), rsa_key(), tags=tags)
    assert outcome(tmp_path, mail, rsa_key().record) == expected


def test_times_are_those_of_the_arrival_not_of_the_check(tmp_path: Path) -> None:
    """Read again ten years later, a mail of 2021 has not expired."""
    mail = signed(plain_mail(), rsa_key(), tags=(("x", str(SECONDS + DAY)),))
    assert outcome(tmp_path, mail, rsa_key().record) == (PASS, "")
    late = datetime(2031, 6, 1, tzinfo=UTC)
    (one,) = verify(tmp_path, mail, rsa_key().record, arrived=late)
    assert (one.outcome, one.reason) == (FAIL, "expired")


def test_strict_identity(tmp_path: Path) -> None:
    record = rsa_key().record + b"; t=s"
    mail = signed(plain_mail(), rsa_key(), tags=(("i", f"@{DOMAIN}"),))
    assert outcome(tmp_path, mail, record) == (PASS, "")
    mail = signed(plain_mail(), rsa_key(), tags=(("i", f"@sub.{DOMAIN}"),))
    assert outcome(tmp_path, mail, record) == (FAIL, "key_mismatch")


def test_weak_keys_and_digests(tmp_path: Path) -> None:
    """RFC 8301: right by arithmetic, and worth nothing."""
    short = short_rsa_key()
    (one,) = verify(tmp_path, signed(plain_mail(), short), short.record)
    assert (one.outcome, one.reason) == (FAIL, "key_too_short")
    assert one.key_bits == 511
    old = rsa_key(2048, "sha1")
    assert outcome(tmp_path, signed(plain_mail(), old), old.record) == (FAIL, "sha1")


def test_a_body_signed_in_part(tmp_path: Path) -> None:
    body = b"0123456789\r\n"
    mail = signed(plain_mail(body), rsa_key(), length=len(body))
    (one,) = verify(tmp_path, mail, rsa_key().record)
    assert (one.outcome, one.unsigned_bytes) == (PASS, 0)
    (one,) = verify(tmp_path, mail + "再加一行\r\n".encode(), rsa_key().record)
    assert (one.outcome, one.unsigned_bytes) == (PASS, len("再加一行\r\n".encode()))
    (one,) = verify(tmp_path, mail.replace(b"0123", b"3210"), rsa_key().record)
    assert (one.outcome, one.reason) == (FAIL, "body_changed")


def test_two_signatures_and_whose_they_are(tmp_path: Path) -> None:
    """The enterprise's own, and that of its mail provider."""
    path = tmp_path / "mail.eml"
    mail = signed(plain_mail(), ed25519_key())
    mail = signed(mail, rsa_key(), domain="mailer.example.net", selector="k1")
    path.write_bytes(mail)
    keys = {KEY_NAME: found(ed25519_key().record),
            "k1._domainkey.mailer.example.net": found(rsa_key().record)}  # fmt: skip
    first, second = verify_signatures(path, keys, [DOMAIN], ARRIVED)
    assert (first.domain, first.outcome, first.aligned) == ("mailer.example.net", PASS, False)
    assert (second.domain, second.outcome, second.aligned) == (DOMAIN, PASS, True)
    first, second = verify_signatures(path, keys, [DOMAIN, "mailer.example.net"], ARRIVED)
    assert not first.aligned
    assert not second.aligned  # two senders, of two organisations


def test_no_more_than_five_are_looked_at(tmp_path: Path) -> None:
    mail = plain_mail()
    for _ in range(7):
        mail = signed(mail, rsa_key())
    assert [one.outcome for one in verify(tmp_path, mail, rsa_key().record)] == [PASS] * 5


MALFORMED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "malformed"),
    "no tags": (b"hello", "malformed"),
    "a tag twice": (b"v=1; v=1", "malformed"),
    "a tag missing": (b"v=1; a=rsa-sha256; d=a.cn; s=x; h=from; b=AAAA", "malformed"),
    "not base64": (b"v=1; a=rsa-sha256; d=a.cn; s=x; h=from; bh=A; b=!!", "malformed"),
    "another version": (
        b"v=2; a=rsa-sha256; d=a.cn; s=x; h=from; bh=AAAA; b=AAAA", "malformed"),
    "unknown form": (
        b"v=1; a=rsa-sha256; c=odd/odd; d=a.cn; s=x; h=from; bh=AAAA; b=AAAA", "malformed"),
    "unknown algorithm": (
        b"v=1; a=dsa-md5; d=a.cn; s=x; h=from; bh=AAAA; b=AAAA", "algorithm"),
    "sender not signed": (
        b"v=1; a=rsa-sha256; d=a.cn; s=x; h=to:subject; bh=AAAA; b=AAAA", "from_unsigned"),
    "no domain that could be": (
        b"v=1; a=rsa-sha256; d=a..cn; s=x; h=from; bh=AAAA; b=AAAA", "domain"),
    "a domain with a path": (
        b"v=1; a=rsa-sha256; d=a.cn/../x; s=x; h=from; bh=AAAA; b=AAAA", "domain"),
    "a domain too long": (
        b"v=1; a=rsa-sha256; d=" + b"a." * 200 + b"cn; s=x; h=from; bh=AAAA; b=AAAA", "domain"),
    "an endless header": (b"v=1; b=" + b"A" * 100_000, "malformed"),
    "endless white space": (b"v=1; b=" + b" \r\n " * 5_000 + b"A", "malformed"),
    "a thousand signed headers": (
        b"v=1; a=rsa-sha256; d=a.cn; s=x; h=from" + b":x" * 1000 + b"; bh=AAAA; b=AAAA",
        "malformed"),
    "a length that is none": (
        b"v=1; a=rsa-sha256; d=a.cn; s=x; l=; h=from; bh=AAAA; b=AAAA", "malformed"),
}  # fmt: skip


@pytest.mark.parametrize("what", MALFORMED)
def test_broken_signatures(what: str, tmp_path: Path) -> None:
    value, reason = MALFORMED[what]
    mail = b"DKIM-Signature: " + value + b"\r\n" + plain_mail()
    (one,) = verify(tmp_path, mail, rsa_key().record)
    assert (one.outcome, one.reason) == (BROKEN, reason)


def test_a_domain_in_chinese(tmp_path: Path) -> None:
    domain = "企业.中国"
    mail = signed(plain_mail(), rsa_key(), domain=domain)
    path = tmp_path / "mail.eml"
    path.write_bytes(mail)
    punycode = domain.encode("idna").decode()
    keys = {f"{SELECTOR}._domainkey.{punycode}": found(rsa_key().record)}
    (one,) = verify_signatures(path, keys, [domain], ARRIVED)
    assert (one.domain, one.outcome, one.aligned) == (punycode, PASS, True)


def test_headers_that_are_none(tmp_path: Path) -> None:
    mail = signed(plain_mail(), rsa_key())
    broken = mail.replace(b"MIME-Version: 1.0", b"this is no header")
    assert outcome(tmp_path, broken, rsa_key().record) == (BROKEN, "header_malformed")
    large = b"X-A: " + b"a" * (2 << 20) + b"\r\n" + mail
    assert outcome(tmp_path, large, rsa_key().record) == (NOT_CHECKED, "header_too_large")
    many = b"X-A: a\r\n" * 20_000 + mail
    assert outcome(tmp_path, many, rsa_key().record) == (NOT_CHECKED, "header_too_large")


def test_mails_without_a_body_or_an_end(tmp_path: Path) -> None:
    for mail in (plain_mail(b""), plain_mail(b"")[:-2], plain_mail(b"\r\n\r\n"), plain_mail(b"x")):
        for canonical in ("simple/simple", "relaxed/relaxed"):
            done = signed(mail, rsa_key(), canonical=canonical)
            assert outcome(tmp_path, done, rsa_key().record) == (PASS, "")


@pytest.mark.parametrize("canonical", ["simple/simple", "relaxed/relaxed"])
def test_dkimpy_alone_says_the_same(canonical: str, tmp_path: Path) -> None:
    """Of the whole mail, body included, before and after tampering."""
    mail = signed(plain_mail(b" a\t\r\nb\r\n\r\n"), rsa_key(), canonical=canonical)
    for change, _ in (*TAMPERED.values(), (lambda one: one, "")):
        changed = change(mail)
        alone = dkim.verify(changed, dnsfunc=lambda *_args, **_more: rsa_key().record)
        assert alone is (outcome(tmp_path, changed, rsa_key().record)[0] is PASS)


CHILD = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from model.authenticity import KeyAnswer, KeyState
from parsers.authenticity import verify_signatures
keys = {sys.argv[2]: KeyAnswer(KeyState.FOUND, sys.argv[3])}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
(one,) = verify_signatures(Path(sys.argv[1]), keys, ["x"], datetime.now(UTC))
print(one.outcome.value, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("canonical", ["simple/simple", "relaxed/relaxed"])
def test_a_large_mail_takes_little_memory(canonical: str, tmp_path: Path) -> None:
    """30 MB, signed: dkimpy alone takes 150 MB and more for it."""
    body = (b"UmFyIRoHAQ" * 7 + b"AAAA\r\n") * 400_000
    path = tmp_path / "mail.eml"
    path.write_bytes(signed(plain_mail(body), rsa_key(), canonical=canonical))
    assert path.stat().st_size > 30_000_000
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), KEY_NAME, rsa_key().record.decode()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    said, kilobytes = done.stdout.split()
    assert said == "pass"
    assert int(kilobytes) < 32 << 10


def test_what_is_made_to_cost_time_does_not(tmp_path: Path) -> None:
    """Runs of white space, thousands of headers, millions of empty lines at the end, or of spaces,
    over which dkimpy alone would take hours."""
    spaces = b" \r\n\t" * 20
    value = (
        b" v=1; a=rsa-sha256; d=" + DOMAIN.encode() + b"; s=" + SELECTOR.encode()
        + b"; h=from" + b":zz" * 250 + b"; bh=AAAA; b=" + spaces.join([b"AAAA"] * 100)
    )  # fmt: skip
    filling = b"".join(b"x%d: a\r\n" % number for number in range(4_500))
    mail = b"DKIM-Signature:" + value + b"\r\n"
    for body in (b"\r\n" * 4_000_000, b" " * 4_000_000 + b"x"):
        results = verify(tmp_path, mail * 5 + filling + plain_mail(body), rsa_key().record)
        assert [(one.outcome, one.reason) for one in results] == [(FAIL, "body_changed")] * 5


def test_headers_signed_more_often_than_they_stand(tmp_path: Path) -> None:
    """What is signed once too often cannot be added later."""
    mail = signed(plain_mail(), rsa_key(), headers=(*HEADERS, b"from", b"subject", b"reply-to"))
    assert outcome(tmp_path, mail, rsa_key().record) == (PASS, "")
    added = mail.replace(b"\r\nTo:", b"\r\nReply-To: li@evil.example\r\nTo:")
    assert outcome(tmp_path, added, rsa_key().record) == (FAIL, "header_changed")
