"""Whose domain is it?"""

from __future__ import annotations

import pytest

from parsers.authenticity import organisation_of, same_organisation
from parsers.authenticity.domains import domain_of


@pytest.mark.parametrize(
    ("domain", "organisation"),
    [
        ("163.com", "163.com"),
        ("m12-12.163.com", "163.com"),
        ("mail.Example.COM.", "example.com"),
        ("haier.com.cn", "haier.com.cn"),
        ("mail.oa.haier.com.cn", "haier.com.cn"),
        ("gxt.shandong.gov.cn", "shandong.gov.cn"),
        ("mail.sdu.edu.cn", "sdu.edu.cn"),
        ("x.caq.org.cn", "caq.org.cn"),
        ("x.jinan.net.cn", "jinan.net.cn"),
        ("mail.qy.sd.cn", "qy.sd.cn"),
        ("mail.haier.cn", "haier.cn"),
        ("mail.a.co.uk", "a.co.uk"),
        ("localhost", "localhost"),
        ("", ""),
        ("邮件.企业.中国", "xn--48s.xn--fiqs8s"),
    ],
)
def test_organisation(domain: str, organisation: str) -> None:
    if domain == "邮件.企业.中国":
        organisation = "企业.中国".encode("idna").decode()
    assert organisation_of(domain) == organisation


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("qiye.com.cn", "mail.qiye.com.cn", True),
        ("a.com.cn", "b.com.cn", False),
        ("a.sd.cn", "b.sd.cn", False),
        ("QQ.com", "qq.com", True),
        ("evil-qq.com", "qq.com", False),
        ("qq.com.evil.cn", "qq.com", False),
        ("企业.中国", "企业.中国".encode("idna").decode(), True),
        ("", "", False),
        ("com.cn", "a.com.cn", False),
    ],
)
def test_same_organisation(one: str, other: str, same: bool) -> None:
    assert same_organisation(one, other) is same
    assert same_organisation(other, one) is same


@pytest.mark.parametrize(
    ("address", "domain"),
    [("a@B.cn", "b.cn"), ("no address", ""), ('"x@y"@z.cn', "z.cn"), ("a@" + "é" * 80, "é" * 80)],
)
def test_domain_of(address: str, domain: str) -> None:
    assert domain_of(address) == domain
