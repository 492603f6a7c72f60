"""Whose domain is it? A small rule instead of the Public Suffix List.

Residual risk: suffixes under which anybody may register, and which are not in the rule
(github.io, city.example.jp), count as one organisation; so does every user of one mail provider.
"""

from __future__ import annotations

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org"})
"""Second labels of two-letter top domains under which names are registered."""
_CN_PROVINCES = frozenset(
    {"ah", "bj", "cq", "fj", "gd", "gs", "gx", "gz", "ha", "hb", "he", "hi", "hk", "hl", "hn", "jl",
     "js", "jx", "ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz",
     "yn", "zj"}
)  # fmt: skip
"""The same under .cn, one for each province (CNNIC)."""


def domain_of(address: str) -> str:
    """The part behind the @ in its DNS form (lower case, Punycode), "" where there is none."""
    _, at, domain = address.rpartition("@")
    return dns_form(domain) if at else ""


def dns_form(domain: str) -> str:
    """Lower case, without the last dot, Chinese labels in Punycode where that can be done."""
    domain = domain.strip().rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def organisation_of(domain: str) -> str:
    """The domain that was registered: "mail.tax.sd.cn" → "tax.sd.cn"."""
    labels = dns_form(domain).split(".")
    if len(labels) < 3:
        return ".".join(labels)
    top, second = labels[-1], labels[-2]
    shared = len(top) == 2 and (
        second in _SECOND_LEVEL or (top == "cn" and second in _CN_PROVINCES)
    )
    return ".".join(labels[-3 if shared else -2 :])


def same_organisation(one: str, other: str) -> bool:
    """Relaxed alignment (RFC 7489, 3.1): both under one registered domain."""
    return bool(one and other) and organisation_of(one) == organisation_of(other)
