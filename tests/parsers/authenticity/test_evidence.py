"""Which headers are our own servers' work, and which a sender could have written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.authenticity import AuthResults, Boundary, HeaderEvidence, MethodResult
from parsers.authenticity import read_evidence
from tests.builders.signed import KEY_NAME, ed25519_key, plain_mail, rsa_key, signed

ARRIVED = datetime(2021, 6, 3, 1, 48, 3, tzinfo=UTC)
RESULTS = b"Authentication-Results: mx.example; spf=pass smtp.mailfrom=qiye.cn\r\n"
OURS = (
    b"Received: from mail.qiye.cn (mail.qiye.cn [203.0.113.9]) by mx.example with ESMTP; "
    b"Thu, 3 Jun 2021 09:48:03 +0800\r\n"
)
LOCAL = b"Received: from mx.example ([10.0.0.5]) by store.example with LMTP; x\r\n"
THEIRS = b"Received: from pc (unknown [192.0.2.7]) by mail.qiye.cn with ESMTPA; x\r\n"
SPF = b"Received-SPF: Pass (mx.example: domain of a@qiye.cn) client-ip=203.0.113.9;\r\n"
TRUST = Boundary(servers=("mx.example",))


def read(folder: Path, data: bytes, boundary: Boundary = TRUST) -> HeaderEvidence:
    path = folder / "mail.eml"
    path.write_bytes(data)
    return read_evidence(path, boundary, ARRIVED)


@pytest.mark.parametrize(
    ("headers", "boundary", "trusted"),
    [
        (RESULTS + OURS + THEIRS, TRUST, [True]),
        (RESULTS + RESULTS + OURS + THEIRS, TRUST, [True, True]),
        (RESULTS + OURS, Boundary(servers=("MX.Example.",)), [True]),
        # not a server of ours
        (RESULTS + OURS + THEIRS, Boundary(servers=("mx2.example",)), [False]),
        (RESULTS + OURS + THEIRS, Boundary(), [False]),
        # below our own hop: the sender may have written it
        (OURS + RESULTS + THEIRS, TRUST, [False]),
        (OURS + THEIRS + RESULTS, TRUST, [False]),
        (RESULTS + OURS + RESULTS + THEIRS, TRUST, [True, False]),
        # a mail that passed no server, or fewer than ours
        (RESULTS, TRUST, [False]),
        (RESULTS + OURS, Boundary(("mx.example",), hops=2), [False]),
        (RESULTS + OURS, Boundary(("mx.example",), hops=0), [False]),
        # two servers of ours
        (LOCAL + RESULTS + OURS + THEIRS, TRUST, [False]),
        (LOCAL + RESULTS + OURS + THEIRS, Boundary(("mx.example",), hops=2), [True]),
        # a server that writes them under its own line, and removes a stranger's
        (OURS + SPF + RESULTS + THEIRS, Boundary(("mx.example",), results_below=True), [True]),
        (OURS + THEIRS + RESULTS, Boundary(("mx.example",), results_below=True), [False]),
        (OURS + b"To: x\r\n" + RESULTS, Boundary(("mx.example",), results_below=True), [False]),
    ],
)  # fmt: skip
def test_trust(headers: bytes, boundary: Boundary, trusted: list[bool], tmp_path: Path) -> None:
    found = read(tmp_path, headers + plain_mail(), boundary).results
    assert [one.trusted for one in found] == trusted
    spf = MethodResult("spf", "pass", "", (("smtp.mailfrom", "qiye.cn"),))
    assert found[0] == AuthResults("mx.example", trusted[0], (spf,))


@pytest.mark.parametrize(
    ("headers", "boundary", "result"),
    [
        (SPF + OURS + THEIRS, TRUST, "pass"),
        (SPF.replace(b"Pass", b"SoftFail") + OURS, TRUST, "softfail"),
        (OURS + SPF + THEIRS, TRUST, ""),
        (OURS + SPF + THEIRS, Boundary(results_below=True), "pass"),
        (SPF, TRUST, ""),
        (b"Received-SPF: whatever\r\n" + OURS, TRUST, ""),
    ],
)
def test_spf(headers: bytes, boundary: Boundary, result: str, tmp_path: Path) -> None:
    assert read(tmp_path, headers + plain_mail(), boundary).spf == result


def test_the_hop(tmp_path: Path) -> None:
    hop = read(tmp_path, OURS + THEIRS + plain_mail()).hop
    assert hop is not None
    assert (hop.helo, hop.ip, hop.by, hop.at) == (
        "mail.qiye.cn", "203.0.113.9", "mx.example", ARRIVED,
    )  # fmt: skip
    behind = read(tmp_path, LOCAL + OURS + THEIRS + plain_mail(), Boundary(hops=2)).hop
    assert behind is not None
    assert behind.by == "mx.example"
    assert read(tmp_path, plain_mail()).hop is None
    assert read(tmp_path, OURS + plain_mail(), Boundary(hops=0)).hop is None


def test_wanted_keys(tmp_path: Path) -> None:
    mail = signed(signed(plain_mail(), rsa_key()), ed25519_key())
    mail = signed(mail, rsa_key(), domain="mailer.example.net", selector="K1")
    found = read(tmp_path, mail)
    assert found.signatures == 3
    assert found.key_names == ("k1._domainkey.mailer.example.net", KEY_NAME)
    for _ in range(4):
        mail = signed(mail, rsa_key())
    found = read(tmp_path, mail)
    assert (found.signatures, found.further_signatures) == (5, 2)
    broken = read(tmp_path, b"DKIM-Signature: d=../evil; s=x\r\n" + plain_mail())
    assert (broken.signatures, broken.key_names) == (1, ())
    assert read(tmp_path, plain_mail()).signatures == 0


def test_headers_that_cannot_be_read_do_not_hide_a_signature(tmp_path: Path) -> None:
    mail = signed(plain_mail(), rsa_key())
    assert read(tmp_path, b"garbage\r\n" + mail).signatures == 1
    assert read(tmp_path, b"garbage\r\n" + plain_mail()).signatures == 0


def test_what_providers_say_and_seals(tmp_path: Path) -> None:
    headers = (
        b"X-NETEASE-WARN: x\r\nX-CM-TRANSID: 2sOow\r\nX-QQ-SPAM: true\r\nX-Mailer: Foxmail 7\r\n"
        b"X-Originating-IP: [192.0.2.7]\r\nX-Forefront-Antispam-Report: " + b"SCL:1;" * 99 + b"\r\n"
        b"X-Spam-Note: \xd6\xd0\r\n"
        b"ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none;\r\n d=google.com; s=arc; b=AAAA\r\n"
    )  # fmt: skip
    found = read(tmp_path, headers + plain_mail())
    assert [name for name, _ in found.provider_headers] == [
        "x-netease-warn", "x-cm-transid", "x-qq-spam", "x-originating-ip",
        "x-forefront-antispam-report", "x-spam-note",
    ]  # fmt: skip
    assert found.provider_headers[2][1] == "true"
    assert found.provider_headers[4][1].endswith("…")
    assert found.seals == ("i=1 cv=none d=google.com",)
    assert len(read(tmp_path, b"X-QQ-a: 1\r\n" * 50 + plain_mail()).provider_headers) == 20
