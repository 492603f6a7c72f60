"""Reports that are written for people: what can be told from their text.

Known forms: qmail (QSBMF), Exim, Postfix, Coremail and NetEase, QQ, Sina, Exchange, Outlook.

Residual risk: the text may be anything, so what is found here ties a report to a letter only
together with what the ledger knows. All patterns are bounded, and only the beginning is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.message.headers import decode_header
from parsers.message.report_fields import Fields, head_in

TEXT_CHARACTERS = 100_000
HEAD_CHARACTERS = 6_000
"""Where the report itself stands, before it quotes."""
DIAGNOSTIC_CHARACTERS = 500
ADDRESSES = 10

ADDRESS = re.compile(
    r"(?<![A-Za-z0-9.!#$%&'*+/=?^_`{|}~-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z0-9-]{2,62}(?![A-Za-z0-9])"
)
_NAMED = re.compile(
    r"(?:无法(?:发送|投递|送达|传递)(?:到|给|至)?|收\s{0,3}件\s{0,3}人(?:地址|邮箱)?|"
    r"(?:final|original|failed|intended|following)[ -](?:recipient|address)(?:e?s)?|^(?=<))"
    r"[ \t\r\n:：（(]{0,10}<?"
    rf"({ADDRESS.pattern})",
    re.IGNORECASE | re.MULTILINE,
)
_QMAIL = re.compile(r"^\s{0,200}Hi\. This is the\b.{0,200}(?:program|deliver)", re.IGNORECASE)
_DELAYED = re.compile(
    r"\bdelayed\b|not yet been delivered|still (?:being )?(?:trying|retried)|will be retried|"
    r"will (?:continue|keep|try)\b.{0,40}(?:try|deliver|again)|warning message only|"
    r"warning: (?:message|could)|尚未送达|仍在(?:尝试|投递)|(?:投递|传递)延迟|延迟(?:投递|送达)|"
    r"已延迟",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|could not be delivered|unable to deliver|wasn't able to deliver|"
    r"delivery.{0,30}fail|"
    r"returned to sender|permanent (?:fatal )?error|did not reach the following|"
    r"(?:was|were) not delivered|failed permanently|following address.{0,5} failed|"
    r"退信|被退回|退回来了|(?:投递|发送|传输)失败|无法(?:送达|投递|发送到|传递)|未能送达",
    re.IGNORECASE,
)
_MESSAGE_ID_LINE = re.compile(r"^[ \t>]{0,10}Message-ID:[ \t]{0,20}\r?\n?[ \t]{0,20}<", re.I | re.M)
_SUBJECT_LINE = re.compile(
    r"(?:(?:^|\s)主[ \t\u3000]{0,6}题[ \t:：]{1,20}|^[ \t]{0,20}Subject:[ \t]{1,20}|"
    r"\bsubject of the message is:[ \t]{0,20})(\S.{0,300}(?:\n[ \t]{1,20}=\?.{0,300}){0,5})",
    re.MULTILINE | re.IGNORECASE,
)
_SMTP_LINE = re.compile(
    r"^.{0,400}?(?<![\d.])[45]\d\d[ -](?:#?[245]\.\d{1,3}\.\d{1,3}\b|[A-Za-z<#]).{0,400}",
    re.MULTILINE,
)
_AFTER_ADDRESS = re.compile(
    r"^<[^<>\s]{3,320}>:[ \t]{0,10}\n?(\S.{0,400}(?:\n\S.{0,300}){0,4})", re.MULTILINE
)
_STATED = re.compile(
    r"(?:英文说明|退信原因|出错原因|失败原因|错误信息|原因说明)[ \t:：]{0,10}\s{0,40}"
    r"(\S.{0,400}(?:\n[^\n]{1,300}){0,2})"
)
_ENGLISH = re.compile(r"英文说明[ \t:：]{0,10}(\S.{0,400})")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_NEXT_HEADING = re.compile(r"\n\s*\n|\s(?:建议)?解决(?:方案|办法)")
_SPACE = re.compile(r"\s+")


def is_qmails(text: str) -> bool:
    """Whether it begins as qmail and its kin begin (QSBMF)."""
    return _QMAIL.match(text[:HEAD_CHARACTERS]) is not None


def tells_of_a_return(text: str) -> bool:
    return _RETURNED.search(text[:HEAD_CHARACTERS]) is not None


def tells_of_a_delay(text: str) -> bool:
    return _DELAYED.search(text[:HEAD_CHARACTERS]) is not None


def quoted_head(text: str) -> Fields:
    """The headers of the mail that a report quotes in its text; no fields where it quotes none."""
    start = _quote_at(text)
    if start is not None:
        return head_in(text[start:TEXT_CHARACTERS].encode("utf-8", "replace"))
    subject = _SUBJECT_LINE.search(text[:HEAD_CHARACTERS])
    if subject is None:
        return Fields(())
    return Fields((("subject", decode_header(subject[1].encode("utf-8", "replace")).text),))


def own_words(text: str) -> str:
    """What a report says itself, without the mail that it quotes."""
    start = _quote_at(text)
    return text[: HEAD_CHARACTERS if start is None else min(start, HEAD_CHARACTERS)]


def _quote_at(text: str) -> int | None:
    """Where the headers of a quoted mail begin."""
    line = _MESSAGE_ID_LINE.search(text[:TEXT_CHARACTERS])
    return None if line is None else max(text.rfind("\n\n", 0, line.start()) + 2, 0)


def recipients_in(text: str) -> tuple[str, ...]:
    """Addresses named as those that were not reached; where none is, all in the report's own
    text, for it to be shown which of them had a letter."""
    head = own_words(text)
    named = list(_take(match[1] for match in _NAMED.finditer(head)))
    return tuple(named or _take(match[0] for match in ADDRESS.finditer(head)))


def addresses_in(value: str) -> tuple[str, ...]:
    """The addresses of a field's value, whatever stands around them."""
    return tuple(_take(match[0] for match in ADDRESS.finditer(value[:HEAD_CHARACTERS])))


def diagnostic_in(text: str) -> str:
    """The server's own words in a report's text, on one line, "" where none are found."""
    head = own_words(text)
    if match := _ENGLISH.search(head):
        return one_line(match[1])
    if match := _SMTP_LINE.search(head):  # an answer goes on over the lines after it
        rest = head[match.start() : match.end() + DIAGNOSTIC_CHARACTERS]
        return one_line(_NEXT_HEADING.split(rest, 1)[0])
    match = _AFTER_ADDRESS.search(head) or _STATED.search(head)
    return one_line(_NEXT_HEADING.split(match[1], 1)[0]) if match else ""


def one_line(text: str) -> str:
    return _SPACE.sub(" ", text[: 4 * DIAGNOSTIC_CHARACTERS]).strip()[:DIAGNOSTIC_CHARACTERS]


def status_in(text: str) -> str:
    """The first enhanced status code in a text, "" where there is none."""
    match = _STATUS.search(text)
    return match[0] if match else ""


def _take(found: Iterator[str]) -> Iterator[str]:
    """At most so many, each once."""
    seen: set[str] = set()
    for one in found:
        if one.lower() not in seen:
            seen.add(one.lower())
            yield one
        if len(seen) == ADDRESSES:
            return
