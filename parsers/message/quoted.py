"""Mails that a program has quoted in the text when it forwarded them (Foxmail, Outlook, web mail).

A quoted mail begins with a few lines of its headers, in Chinese or English, one of which names
its sender and one its subject; it ends where the next one begins. The form is nobody's standard.

Residual risk: anybody can write such lines. What they say is shown to a person, and decides only
which name stands on a mail that is answered to whoever forwarded it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.message import Address

_MARK = r"[ \t>|*]{0,20}"
_FIRST = re.compile(
    rf"^{_MARK}(?:发件人|寄件者|发信人|From)\*?\s*[:：]\*?[ \t]*(\S[^\n]{{0,500}})$", re.MULTILINE
)
_SUBJECT = re.compile(
    rf"^{_MARK}(?:主\s?题|标\s?题|Subject)\*?\s*[:：]\*?[ \t]*(\S[^\n]{{0,500}})$", re.MULTILINE
)
_HEADER_CHARACTERS = 2_000
"""Within so many characters after its sender a quoted mail names its subject."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MOST = 200


@dataclass(frozen=True, slots=True)
class QuotedMail:
    """sender: with an empty address where none is shown. text: all of it, its headers too."""

    sender: Address
    subject: str
    text: str


def quoted_mails(text: str) -> tuple[QuotedMail, ...]:
    """The mails quoted in a body's text, in order; at most 200."""
    starts = []
    for first in _FIRST.finditer(text):
        subject = _SUBJECT.search(text, first.end(), first.end() + _HEADER_CHARACTERS)
        following = _FIRST.search(text, first.end())
        if subject and not (following and following.start() < subject.start()):
            starts.append((first, subject))
    found = []
    for number, (first, subject) in enumerate(starts[:_MOST]):
        end = starts[number + 1][0].start() if number + 1 < len(starts) else len(text)
        found.append(
            QuotedMail(
                sender=_sender(first[1]),
                subject=subject[1].strip(" \t\r*"),
                text=text[first.start() : end].strip(),
            )
        )
    return tuple(found)


def _sender(shown: str) -> Address:
    """`张三 <a@b>`, `"张三" [mailto:a@b]`, `张三(a@b)`, or an address alone."""
    address = _ADDRESS.search(shown)
    if address is None:
        return Address(shown.strip(" \t\r*\"'"), "")
    name = shown[: address.start()].split("[")[0].strip(" \t*\"'<(（")
    return Address(name, address[0])
