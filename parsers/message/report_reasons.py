"""Why a letter could not be delivered: the servers' own words, else the enhanced status code.

Words go first, because the codes are often general (5.0.0, 5.7.1) or simply wrong. The words are
those of NetEase (Coremail), Tencent, Sina, Aliyun, Postfix, Exim, qmail, Exchange and Outlook.

Source: RFC 3463 3, the IANA registry of enhanced status codes, the providers' help pages.
Residual risk: a server may say what it likes; the reason is advice to a person, no more.
"""

from __future__ import annotations

import re

WORDS_CHARACTERS = 2_000
"""Of a text, how much is looked at."""

_WORDS: tuple[tuple[str, str], ...] = (
    # About us as the sender; before all else, as these sentences speak of domains and addresses.
    (
        "policy",
        r"\b(?:spf|dkim|dmarc)\b|sender (?:address )?(?:is )?(?:rejected|denied|invalid)|"
        r"(?:invalid|fake|illegal) sender|authentication (?:level|fail|required|checks)|"
        r"relay(?:ing)? (?:access )?(?:is )?(?:denied|not)|unable to relay|null sender",
    ),
    (
        "blocked",
        r"black ?list|block ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|blocked using|"
        r"banned (?:send|ip)|suspected (?:spam ip|bounce attacks)|"
        r"(?:frequency|rate|connection) limit|"
        r"\bip\b.{0,30}(?:reject|hangup|forbidden|block|not allowed|denied)|invalid ip|"
        r"connection denied|(?:sending|daily) quota|too many (?:messages|connections|recipients)|"
        r"reputation|by behaviou?r|\bHL:(?:IPB|REP|IHU|ITC|ICC|MEP)|\bMI:(?:DMC|CEL|STC)|"
        r"黑名单|发信(?:量|频率|数).{0,6}(?:超|限)|频率(?:超|过|受)",
    ),
    (
        "mailbox_full",
        r"mail ?box (?:is |size )?(?:full|exceed|over)|(?:mailbox|user|account)\b.{0,30}\bis full|"
        r"over ?quota|quota\b.{0,30}(?:exceed|full|hard limit)|exceed\w*\b.{0,20}\bquota|"
        r"space (?:is )?not enough|storage (?:full|allocation|limit)|insufficient .{0,10}storage|"
        r"(?:over|exceeds) the allowed quota|out of storage|空间(?:不足|已满)|"
        r"(?:容量|信箱|邮箱|收件箱).{0,4}满|容量不足|超(?:过|出).{0,6}(?:配额|容量)",
    ),
    (
        "too_large",
        r"(?:message|mail|data) ?size|size (?:exceed|limit)|"
        r"(?:message|mail)\b.{0,20}\btoo (?:large|big)|larger than|"
        r"(?:maximum|fixed) (?:message )?size|databytes limit|length of (?:data|attach)|"
        r"邮件(?:过大|太大|大小)|超过.{0,8}大小",
    ),
    (
        "no_domain",
        r"(?:host|domain)\b.{0,40}(?:not found|not exist|n't exist|unknown|can ?not be resolved)|"
        r"(?:unknown|bad|no such|invalid) (?:destination )?(?:host|domain)|name service error|"
        r"name or service not known|dns query error|\bno mx\b|null ?mx|nxdomain|"
        r"unrouteable (?:mail )?domain|find (?:any host named|a mail exchanger)|"
        r"mx records? point|域名.{0,12}(?:不存在|错误|无法|有误)|"
        r"(?:找不到|无法(?:解析|找到)).{0,10}(?:域名|主机|服务器地址)",
    ),
    (
        "no_mailbox",
        r"(?:user|recipient|mail ?box|account|addressee|alias|address)\b.{0,80}?"
        r"(?:unknown|not (?:found|exist|known|valid|listed)|n[o']t exist|disabled|inactive|"
        r"deactivated|suspended|invalid|unavailable|no longer)|"
        r"(?:unknown|no such|invalid|illegal|bad|unavailable|non-?existent|inactive|disabled|"
        r"unrouteable|undeliverable)[ \w-]{0,30}\b(?:user|recipient|rcpt|mail ?box|account|address|"
        r"alias)|unknown \(?or illegal|no (?:mailbox here|exist)|recip(?:ient)?notfound|"
        r"user (?:suspended|hangup|rejected)|have an? [\w. ]{0,40}account|RC:(?:LD|NE)|"
        r"is not user of|not (?:a valid|local) (?:mailbox|user)|"
        r"(?:用户|账号|帐号|账户|邮箱|收件人|地址).{0,90}?"
        r"(?:不存在|未找到|停用|禁用|注销|冻结)|未开通.{0,6}邮箱|外星人的邮件地址|"
        r"找不到.{0,10}(?:收件人|用户|地址|邮箱)",
    ),
    (
        "spam",
        r"spam|DT:SPM|junk ?mail|bulk mail|unsolicited|content (?:is )?(?:reject|denied)|virus|"
        r"phish|垃圾邮件|反垃圾|垃圾信|内容.{0,10}(?:违规|拒)|病毒",
    ),
    (
        "timeout",
        r"tim(?:ed|e)[ -]?out|too long|retry time|(?:time|period|attempts|retries)\b.{0,20}"
        r"(?:expired|exceeded|exhausted)|connection\b.{0,30}(?:refused|reset|lost)|lost connection|"
        r"no route to host|unreachable|(?:unable|not able|n't able) to (?:connect|establish)|"
        r"can ?not connect|connect to |(?:could|can)(?: not|n't) (?:connect|be contacted)|greylist|"
        r"graylist|try again later|system is busy|超时|无法(?:与.{0,20})?(?:连接|联络|联系)|"
        r"连接.{0,6}失败|多次(?:尝试|投递)",
    ),
    # Said of anything: after the code.
    (
        "policy",
        r"access den|not (?:allowed|permitted|authori[sz]ed)|prohibited|polic(?:y|ies)|rejected|"
        r"refused|denied|not welcome|拒收|拒绝|规则|过滤器",
    ),
)
_PATTERNS = tuple((reason, re.compile(words, re.IGNORECASE)) for reason, words in _WORDS)
_TELLING, _GENERAL = _PATTERNS[:-1], _PATTERNS[-1:]

_BY_STATUS: tuple[tuple[str, str], ...] = (
    (r"7\.(?:6\d\d|511|708|750)", "blocked"),
    (r"1\.(?:2|4)|4\.4", "no_domain"),
    (r"1\.[789]", "policy"),
    (r"1\.\d+|2\.1", "no_mailbox"),
    (r"2\.2", "mailbox_full"),
    (r"2\.3|3\.4", "too_large"),
    (r"4\.\d+", "timeout"),
    (r"7\.\d+", "policy"),
)
"""Subject and detail of RFC 3463, the first that fits. 5.7.5xx to 5.7.7xx are Outlook's own."""


def reason_of(status: str, diagnostic: str, text: str = "") -> str:
    """A key of model/delivery_reasons.toml. text: what the report tells its reader, which goes
    last: providers put comforting guesses there."""
    return (
        _by_words(diagnostic, _TELLING)
        or _by_status(status)
        or _by_words(text, _TELLING)
        or _by_words(f"{diagnostic}\n{text}", _GENERAL)
        or "unknown"
    )


def _by_words(text: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    text = text[:WORDS_CHARACTERS]
    return next((reason for reason, pattern in patterns if pattern.search(text)), "")


def _by_status(status: str) -> str:
    detail = status.partition(".")[2]
    return next((reason for form, reason in _BY_STATUS if re.fullmatch(form, detail)), "")
