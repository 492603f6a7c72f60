"""The evidence of a mail's origin, as a clerk reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import intake.authenticity
from console.demo.smtp_sink import SmtpSink
from console.web import pages
from console.web.origin import lines_of
from intake.batch import process_waiting
from intake.settings import DnsSettings
from model.authenticity import (
    Authenticity,
    AuthResults,
    DkimOutcome,
    DkimSignature,
    Hop,
    MethodResult,
)
from parsers.isolation import Readers
from storage.ledger import Ledger
from tests.builders.season import PROGRAMME, good_mail
from tests.builders.signed import SELECTOR, rsa_key, signed
from tests.intake.conftest import Desk
from tests.services.name_server import NameServer


def test_lines() -> None:
    found = Authenticity(
        from_domain="qiye.cn",
        reply_to_domain="qq.com",
        signatures=(
            DkimSignature("qiye.cn", "s", "rsa-sha256", DkimOutcome.PASS, "", True, 2048, 12),
            DkimSignature("b.cn", "s", "rsa-sha256", DkimOutcome.FAIL, "body_changed", False, 1024),
            DkimSignature("", "", "", DkimOutcome.BROKEN, "malformed"),
        ),
        further_signatures=2,
        results=(
            AuthResults("mx.cn", trusted=True, results=(MethodResult("spf", "pass"),)),
            AuthResults("", trusted=False),
        ),
        hop=Hop("pc", "", "203.0.113.9", "mx.cn", "ESMTP", datetime(2021, 6, 1, tzinfo=UTC), "…"),
        spf="pass",
        seals=("i=1 cv=none d=google.com",),
        provider_headers=(("x-qq-spam", "true"),),
    )
    assert lines_of(found) == [
        (
            "DKIM签名",
            "qiye.cn（rsa-sha256，2048位）：验证通过，与发件人域名一致，正文末尾12字节未签名",
        ),
        ("DKIM签名", "b.cn（rsa-sha256，1024位）：验证未通过，正文与签名不符"),
        ("DKIM签名", "未写明域名：不合规范，签名格式有误"),
        ("DKIM签名", "另有2个未查看"),
        ("来自", "pc，203.0.113.9（由mx.cn接收）"),
        ("SPF", "pass"),
        ("验证结果", "mx.cn：spf=pass（可信）"),
        ("验证结果", "未写明服务器：无（非本单位服务器所写，仅供参考）"),
        ("ARC", "i=1 cv=none d=google.com"),
        ("回复地址域名", "qq.com"),
        ("x-qq-spam", "true"),
    ]
    assert lines_of(Authenticity()) == [("DKIM签名", "无")]
    assert lines_of(Authenticity(unread="memory")) == [("来源证据", "未能读取：内存超限")]


@pytest.fixture
def desk(tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[Desk]:
    with Readers(1, scanners=0) as readers:
        desk = Desk(tmp_path, smtp_sink, readers)
        desk.settings.data_dir.mkdir()
        Ledger.open(desk.settings.ledger()).close()
        yield desk
        desk.close()


def test_the_page_of_an_application(desk: Desk) -> None:
    with NameServer({f"{SELECTOR}._domainkey.example.com": [rsa_key().record]}) as names:
        desk.change(dns=DnsSettings(servers=(names.address,)))
        mail = good_mail(1)
        desk.take_in(replace(mail, data=signed(mail.data, rsa_key(), domain="example.com")))
        process_waiting(desk.place())
    intake.authenticity._service.cache_clear()
    found = pages.application(desk.place(), PROGRAMME, "ZB20210001")
    assert found is not None
    (version,) = found["versions"]
    label, text = version["origin"][0]
    assert label == "DKIM签名"
    assert text == "example.com（rsa-sha256，2048位）：验证通过，与发件人域名一致"
