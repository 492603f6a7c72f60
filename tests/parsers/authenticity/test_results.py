"""Authentication-Results as RFC 8601 shows them, and as servers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.authenticity import MethodResult
from parsers.authenticity.results import read_results

CASES: dict[str, tuple[str, str, list[MethodResult]]] = {
    "RFC 8601 B.2": ("example.org 1; none", "example.org", []),
    "RFC 8601 B.3": (
        "example.com; spf=pass smtp.mailfrom=example.net", "example.com",
        [MethodResult("spf", "pass", "", (("smtp.mailfrom", "example.net"),))]),
    "RFC 8601 B.4": (
        "example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; "
        "spf=pass smtp.mailfrom=example.net", "example.com",
        [MethodResult("auth", "pass", "", (("smtp.auth", "sender@example.net"),)),
         MethodResult("spf", "pass", "", (("smtp.mailfrom", "example.net"),))]),
    "RFC 8601 B.5, two signatures": (
        "example.com; dkim=pass (good signature) header.d=example.com; "
        "dkim=fail reason=\"bad signature\" header.d=mail.example.net", "example.com",
        [MethodResult("dkim", "pass", "", (("header.d", "example.com"),)),
         MethodResult("dkim", "fail", "bad signature", (("header.d", "mail.example.net"),))]),
    "RFC 8601 B.7, comments everywhere": (
        'foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) '
        "fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't "
        "expecting it) 1362471462", "foo.example.net",
        [MethodResult("dkim", "fail", "", (("policy.expired", "1362471462"),))]),
    "Gmail": (
        "mx.google.com; dkim=pass header.i=@qq.com header.s=s201512 header.b=aB/c+D9=; "
        "spf=pass (google.com: domain of a@qq.com designates 203.0.113.9 as permitted sender) "
        "smtp.mailfrom=a@qq.com; dmarc=pass (p=QUARANTINE sp=NONE dis=NONE) header.from=qq.com",
        "mx.google.com",
        [MethodResult("dkim", "pass", "", (("header.i", "@qq.com"), ("header.s", "s201512"),
                                           ("header.b", "aB/c+D9="))),
         MethodResult("spf", "pass", "", (("smtp.mailfrom", "a@qq.com"),)),
         MethodResult("dmarc", "pass", "", (("header.from", "qq.com"),))]),
    "Exchange Online, which names no server": (
        "spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=qiye.com.cn; dkim=none (message not "
        "signed) header.d=none;dmarc=bestguesspass action=none header.from=qiye.com.cn;"
        "compauth=pass reason=109", "",
        [MethodResult("spf", "pass", "", (("smtp.mailfrom", "qiye.com.cn"),)),
         MethodResult("dkim", "none", "", (("header.d", "none"),)),
         MethodResult("dmarc", "bestguesspass", "",
                      (("action", "none"), ("header.from", "qiye.com.cn"))),
         MethodResult("compauth", "pass", "109")]),
    "OpenDKIM": (
        'mx.qiye.cn;\tdkim=pass (2048-bit key; unprotected) header.d=163.com header.i=@163.com '
        'header.b="P1xL0Ch5"', "mx.qiye.cn",
        [MethodResult("dkim", "pass", "", (("header.d", "163.com"), ("header.i", "@163.com"),
                                           ("header.b", "P1xL0Ch5")))]),
    "quoted, with a semicolon inside": (
        'mx.cn; spf=fail reason="no; really \\"no\\"" smtp.helo="a;b"', "mx.cn",
        [MethodResult("spf", "fail", 'no; really "no"', (("smtp.helo", "a;b"),))]),
    "upper case": ("MX.CN; SPF=Pass", "mx.cn", [MethodResult("spf", "pass")]),
    "only a name": ("mx.cn", "mx.cn", []),
    "nothing": ("", "", []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_results(case: str) -> None:
    text, server, results = CASES[case]
    read = read_results(text)
    assert (read.server, list(read.results)) == (server, results)
    assert read.whole


@pytest.mark.parametrize(
    "text",
    [
        "mx.cn; spf=",
        "mx.cn; =pass",
        "mx.cn; spf pass",
        "mx.cn; spf=pass leftover words",
        "mx.cn; " + "spf=pass; " * 60,
        "mx.cn; spf=pass (" + "x" * 20_000,
    ],
)
def test_what_is_not_of_the_form_is_said_to_be_so(text: str) -> None:
    read = read_results(text)
    assert read.server == "mx.cn"
    assert not read.whole


@given(st.text(alphabet='ab.=;/()"\\ @', max_size=60))
def test_any_text(text: str) -> None:
    for one in read_results(text).results:
        assert one.method == one.method.lower()
