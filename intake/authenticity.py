"""Evidence of who sent a mail: headers read in a child, keys looked up here, signatures verified
in a child again. It becomes notes for the clerk and never changes what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from intake.settings import DnsSettings, Settings
from mail.dns import NameService
from model.authenticity import Authenticity, Boundary, DkimOutcome, DkimSignature, KeyAnswer
from model.errors import ReaderFailed
from model.finding import Finding
from model.message import Address, Message, RawMessage
from parsers.authenticity.domains import domain_of, same_organisation
from parsers.isolation import Readers

REASONS = {
    "malformed": "签名格式有误",
    "header_malformed": "邮件头格式有误",
    "from_unsigned": "签名未涵盖发件人",
    "algorithm": "签名算法不受支持",
    "domain": "签名域名有误",
    "no_record": "域名中没有所指的公钥",
    "revoked": "公钥已撤销",
    "key_unusable": "公钥格式有误",
    "body_changed": "正文与签名不符",
    "header_changed": "邮件头与签名不符",
    "expired": "收到邮件时签名已过期",
    "in_the_future": "签名时间晚于收到时间",
    "key_too_short": "密钥短于1024位",
    "sha1": "使用已停用的SHA-1算法",
    "key_mismatch": "公钥不允许用于此签名",
    "no_answer": "域名服务器无应答",
    "off": "系统设置为不验证",
    "header_too_large": "邮件头过大",
    "timeout": "处理超时",
    "memory": "内存超限",
    "crash": "读取程序异常退出",
}
ALIGNMENT = {True: "与发件人域名一致", False: "与发件人域名不一致"}
CODES = {
    DkimOutcome.PASS: "authenticity.dkim_passed",
    DkimOutcome.FAIL: "authenticity.dkim_failed",
    DkimOutcome.BROKEN: "authenticity.dkim_broken",
    DkimOutcome.NO_KEY: "authenticity.dkim_no_key",
    DkimOutcome.NOT_CHECKED: "authenticity.dkim_not_checked",
}


_STRANGERS = Boundary(hops=0)


@dataclass(frozen=True, slots=True)
class AuthenticityRules:
    """How evidence is gathered. dns: None where nothing is looked up. boundaries: by the name of
    the mailbox; mail that came by no mailbox has no header that is trusted.
    known: what was found when the mail arrived; then it stands, for keys do not last.
    """

    dns: DnsSettings | None = None
    boundaries: Mapping[str, Boundary] = field(default_factory=dict)
    known: Authenticity | None = None


def rules_of(settings: Settings) -> AuthenticityRules:
    return AuthenticityRules(
        dns=settings.dns if settings.dns.dkim else None,
        boundaries={name: one.boundary() for name, one in settings.mailboxes.items()},
    )


def gather(
    raw: RawMessage, message: Message, readers: Readers, rules: AuthenticityRules
) -> Authenticity:
    """All evidence of one mail. A reader that fails is part of what is found."""
    if rules.known is not None:
        return rules.known
    senders = _domains(message.sender)
    replies = _domains(message.reply_to)
    known = Authenticity(
        from_domain=senders[0] if senders else "", reply_to_domain=replies[0] if replies else ""
    )
    # What lay inside another mail came past none of our servers by itself.
    boundary = _STRANGERS if raw.forwarded else rules.boundaries.get(raw.mailbox, Boundary())
    try:
        heads = readers.read_evidence(raw.path, boundary, raw.received_at)
    except ReaderFailed as failure:
        return Authenticity(known.from_domain, known.reply_to_domain, unread=failure.reason)
    signatures: tuple[DkimSignature, ...] = ()
    if heads.signatures:
        keys = _keys(heads.key_names, rules.dns)
        unasked = "no_answer" if rules.dns else "off"
        try:
            signatures = readers.verify_signatures(
                raw.path, keys, senders, raw.received_at, unasked
            )
        except ReaderFailed as failure:
            signatures = (DkimSignature("", "", "", DkimOutcome.NOT_CHECKED, failure.reason),)
    return Authenticity(
        from_domain=known.from_domain,
        reply_to_domain=known.reply_to_domain,
        signatures=signatures,
        further_signatures=heads.further_signatures,
        results=heads.results,
        hop=heads.hop,
        spf=heads.spf,
        seals=heads.seals,
        provider_headers=heads.provider_headers,
    )


def notes_on(found: Authenticity, message: Message) -> Iterator[Finding]:
    """What a clerk may want to know of it."""
    if found.unread:
        yield Finding("authenticity.unread", params={"reason": REASONS[found.unread]})
    for one in found.signatures:
        params = {"reason": REASONS.get(one.reason, ""), "alignment": ALIGNMENT[one.aligned]}
        yield Finding(CODES[one.outcome], one.domain or "未写明域名", params)
        if one.outcome is DkimOutcome.PASS and one.unsigned_bytes:
            count = {"count": str(one.unsigned_bytes)}
            yield Finding("authenticity.dkim_body_unsigned", one.domain, count)
    sender, reply = _first(message.sender), _first(message.reply_to)
    if sender and reply and not same_organisation(domain_of(sender), domain_of(reply)):
        yield Finding("authenticity.reply_to_differs", reply, {"sender": sender})


def _keys(names: tuple[str, ...], dns: DnsSettings | None) -> dict[str, KeyAnswer]:
    return _service(dns).keys(names) if dns and names else {}


@cache
def _service(dns: DnsSettings) -> NameService:
    """One for each way of asking: its answers serve all mails of a run."""
    return NameService(dns.servers, dns.timeout_seconds)


def _domains(addresses: tuple[Address, ...]) -> list[str]:
    return [domain for one in addresses if (domain := domain_of(one.address))]


def _first(addresses: tuple[Address, ...]) -> str:
    return addresses[0].address if addresses else ""
