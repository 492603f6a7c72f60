"""Mail that no person wrote as a submission: automatic replies, bounces, receipts, calendars.

What is found here is never answered, so each pattern must stand at the very beginning (behind
tags at most). Behind a reply prefix it is a person's answer to such a mail, and is read on.
The headers (RFC 3834, RFC 3464) are better evidence; they are read where the message is.
"""

from __future__ import annotations

import re

from parsers.subject.regex import Regex

_OPEN = r"[\[(【〔《“\"']?"
_COLON = "[:∶꞉]"

_KINDS: tuple[tuple[str, str], ...] = (
    (
        "subject.automatic_reply",
        r"自动(?:回复|答复|应答|回覆|回執|回执)|自動(?:回復|回覆|答覆)|(?:外出|休假)自动回复|"
        r"automaticreply|auto-?(?:matic)?(?:reply|response|responder)|outofoffice|"
        rf"auto{_COLON}|ooo{_COLON}|不在办公室|外出{_COLON}",
    ),
    (
        "subject.bounce",
        r"(?:系统|邮件)?退信|来自.{0,60}的退信|邮件(?:投递|发送|传送)失败|投递失败|(?:邮件)?无法(?:送达|投递)|"
        r"未送达|未传递的邮件|無法傳遞|undeliver(?:ed|able)|deliverystatusnotification|"
        r"mail(?:delivery)?(?:failed|failure|system)|deliveryfail|failurenotice|returnedmail|"
        r"messageundeliver|deliverydelayed|warning:could",
    ),
    (
        "subject.read_receipt",
        rf"已读回执|阅读回执|已读{_COLON}|未读{_COLON}|已阅{_COLON}|已讀{_COLON}|(?:not)?read{_COLON}|"
        r"readreceipt|returnreceipt",
    ),
    (
        "subject.calendar",
        rf"(?:accepted|declined|tentative|cancell?ed|invitation|updatedinvitation){_COLON}|"
        rf"(?:已接受|已拒绝|已谢绝|暂定|已取消|会议邀请|日程邀请|会议取消){_COLON}",
    ),
)
_PATTERNS = tuple((code, Regex(_OPEN + f"(?:{words})", re.IGNORECASE)) for code, words in _KINDS)
_TAG = Regex(r"\[[^\[\]]{1,30}\]|【[^【】]{1,30}】")


def automatic_kind(text: str) -> str:
    """The finding's code for a folded text that is not a submission, "" for all others."""
    position = 0
    while True:
        for code, pattern in _PATTERNS:
            if pattern.match(text, position):
                return code
        tag = _TAG.match(text, position)
        if tag is None:
            return ""
        position = tag.end()
