"""Received headers as the usual servers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.authenticity.received import read_received

CHINA = timezone(timedelta(hours=8))
AT = datetime(2021, 6, 3, 9, 48, 3, tzinfo=CHINA)

# text → helo, host, ip, by, protocol
CASES: dict[str, tuple[str, tuple[str, str, str, str, str]]] = {
    "Postfix": (
        "from mail.qiye.cn (mail.qiye.com.cn [203.0.113.9]) (using TLSv1.3 with cipher "
        "TLS_AES_256_GCM_SHA384 (256/256 bits)) (No client certificate requested) by mx.example "
        "(Postfix) with ESMTPS id 4Fx for <shenbao@example>; Thu,  3 Jun 2021 09:48:03 +0800 (CST)",
        ("mail.qiye.cn", "mail.qiye.com.cn", "203.0.113.9", "mx.example", "ESMTPS")),
    "Postfix, no reverse name": (
        "from PC-20210601 (unknown [203.0.113.9]) by mx.example (Postfix) with ESMTPA id 1; "
        "Thu, 3 Jun 2021 09:48:03 +0800",
        ("PC-20210601", "", "203.0.113.9", "mx.example", "ESMTPA")),
    "Coremail of NetEase": (
        "from mail-m963.mail.126.com (unknown [203.0.113.9]) by mx37 (Coremail) with SMTP id "
        "2sOowAD3kQ; Thu, 03 Jun 2021 09:48:03 +0800 (CST)",
        ("mail-m963.mail.126.com", "", "203.0.113.9", "mx37", "SMTP")),
    "NetEase web mail": (
        "from zhang$163.com ( [203.0.113.9] ) by ajax-webmail-wmsvr1 (Coremail) ; "
        "Thu, 3 Jun 2021 09:48:03 +0800 (CST)",
        ("zhang$163.com", "", "203.0.113.9", "ajax-webmail-wmsvr1", "")),
    "Tencent": (
        "from smtpbg.qq.com (unknown[203.0.113.9])\tby newxmmxsza9.qq.com (NewMX) with SMTP id 5E; "
        "Thu, 03 Jun 2021 09:48:03 +0800",
        ("smtpbg.qq.com", "", "203.0.113.9", "newxmmxsza9.qq.com", "SMTP")),
    "Gmail, IPv6": (
        "from mail-x.google.com (mail-x.google.com. [IPv6:2001:db8::9]) by mx.google.com with "
        "SMTPS id a1 for <x@y.cn> (Google Security); Wed, 02 Jun 2021 18:48:03 -0700 (PDT)",
        ("mail-x.google.com", "mail-x.google.com", "2001:db8::9", "mx.google.com", "SMTPS")),
    "Exchange": (
        "from HK0PR01.example.prod (2001:db8:60::9) by SG2PR01.example.prod (2001:db8:60::a) with "
        "Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE) id 15.20.4195.23; "
        "Thu, 3 Jun 2021 01:48:03 +0000",
        ("HK0PR01.example.prod", "", "2001:db8:60::9", "SG2PR01.example.prod",
         "Microsoft SMTP Server")),
    "Exim": (
        "from mail.qiye.cn ([203.0.113.9] helo=pc-zhang) by mx.example with esmtps "
        "(TLS1.3:ECDHE:256) (Exim 4.92) (envelope-from <a@qiye.cn>) id 1lob; "
        "Thu, 03 Jun 2021 09:48:03 +0800",
        ("pc-zhang", "mail.qiye.cn", "203.0.113.9", "mx.example", "esmtps")),
    "qmail": (
        "from unknown (HELO mail.qiye.cn) (203.0.113.9) by mx.example with SMTP; "
        "3 Jun 2021 01:48:03 -0000",
        ("mail.qiye.cn", "", "203.0.113.9", "mx.example", "SMTP")),
    "Sendmail, may be forged": (
        "from qiye.cn (mail.evil.cn [203.0.113.9] (may be forged)) by mx.example (8.14.4/8.14.4) "
        "with ESMTP id 153; Thu, 3 Jun 2021 09:48:03 +0800",
        ("qiye.cn", "mail.evil.cn", "203.0.113.9", "mx.example", "ESMTP")),
    "only by": (
        "by 2002:a05:6a10:: with SMTP id a1; Wed, 2 Jun 2021 18:48:03 -0700 (PDT)",
        ("", "", "", "2002:a05:6a10::", "SMTP")),
    "a host named like a word": (
        "from by (by.example.cn [203.0.113.9]) by with.example with ESMTP; "
        "Thu, 3 Jun 2021 09:48:03 +0800",
        ("by", "by.example.cn", "203.0.113.9", "with.example", "ESMTP")),
    "forged clauses in HELO": (
        "from x (y.cn [203.0.113.9]) by mx.example with SMTP by evil.cn from z; "
        "Thu, 3 Jun 2021 09:48:03 +0800",
        ("x", "y.cn", "203.0.113.9", "mx.example", "SMTP")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_received(case: str) -> None:
    text, expected = CASES[case]
    hop = read_received(text)
    assert (hop.helo, hop.host, hop.ip, hop.by, hop.protocol) == expected
    assert hop.at == AT
    assert hop.text == text


def test_what_is_not_said_stays_empty() -> None:
    hop = read_received("(qmail 1234 invoked by uid 89); not a date")
    assert (hop.helo, hop.host, hop.ip, hop.by, hop.at) == ("", "", "", "", None)
    assert read_received("from a [999.1.1.1] by b").ip == ""
    assert read_received("from a by b; Thu, 3 Jun 2021 01:48:03 -0000").at == AT.astimezone(UTC)


@given(st.text(alphabet="from by with;()[].:0123456789", max_size=80))
def test_any_text(text: str) -> None:
    read_received(text)


def test_a_long_header_costs_little() -> None:
    for filling in ("(" * 100_000, "[" * 100_000, "1:" * 50_000, "from " * 20_000, " " * 100_000):
        assert len(read_received("from x " + filling + " by y").text) == 4_000
