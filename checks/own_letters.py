"""Is it a letter that this software wrote, ours or another place's, or a reply to one that brings
nothing? Neither is ever answered, so that two machines do not write to each other for ever.

Where the headers that say so (RFC 3834) were taken off on the way, any of these still tells:
the form of the Message-ID, the tag that every letter's subject begins with, the words that every
letter ends with. What a person writes below or above a quoted letter, without anything attached,
is for a person to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.case import Case
from model.delivery import OUR_MESSAGE_ID
from model.finding import Finding
from model.letter_marks import OUR_FILE, TAGS
from model.message import Message

TITLE = "材料接收回执"
ENDING = "本邮件由系统自动发送"
TEXT_CHARACTERS = 100_000
LOGO_BYTES = 64 << 10
"""A smaller picture that stands in the text belongs to a signature."""

_TAGS = re.compile(
    rf"\s{{0,20}}(?:(?!{'|'.join(TAGS)})"
    r"(?:\[[^\[\]]{1,30}\]|【[^【】]{1,30}】)\s{0,20}){0,5}"
)


def check(case: Case) -> Iterator[Finding]:
    if _brings_something(case):
        return
    message = case.submission.message
    if is_a_letter(message):
        yield Finding("mail.own_letter")
    elif answers_a_letter(message):
        yield Finding("mail.reply_only")
        yield Finding("mail.reply_to_read")


def is_a_letter(message: Message) -> bool:
    """By its Message-ID; where that was changed, by subject and text together."""
    if OUR_MESSAGE_ID.fullmatch(message.message_id):
        return True
    tags = _TAGS.match(message.subject)
    tagged = message.subject.startswith(TAGS, tags.end() if tags else 0)
    text = message.text[:TEXT_CHARACTERS]
    return tagged and (text.lstrip().startswith(TITLE) or ENDING in text)


def answers_a_letter(message: Message) -> bool:
    """Whether it names a letter, carries one's subject, or quotes one."""
    named = (message.in_reply_to, *message.references)
    return (
        any(OUR_MESSAGE_ID.fullmatch(one) for one in named)
        or any(tag in message.subject for tag in TAGS)
        or ENDING in message.text[:TEXT_CHARACTERS]
    )


def _brings_something(case: Case) -> bool:
    submission = case.submission
    if submission.packages or submission.forwarded or submission.message.links:
        return True
    logos = {
        one.sha256
        for one in submission.message.attachments
        if one.disposition == "inline" and one.content_id and one.size < LOGO_BYTES
    }
    return any(
        not (one.media_type.startswith("image/") and one.sha256 in logos)
        and not OUR_FILE.fullmatch(one.name)
        for one in submission.files
    )
