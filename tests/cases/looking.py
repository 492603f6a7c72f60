"""What was filed and sent, against what the table wants: every difference, in words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

from model.finding import Effect
from model.programme import Programme
from model.record import AnswerState, FiledFinding
from model.verdict import ItemState
from tests.builders.season import MAILBOX
from tests.cases.applicant import Applicant
from tests.cases.case import Want
from tests.cases.mails import Mail
from tests.cases.office import Filed

DISCLAIMER = "本回执仅证明收到所列电子材料,不代表受理或通过评审;印章及内容以人工核验为准。"
ASKING = (Effect.CORRECT, Effect.RETURN, Effect.PEND)
THERE = (ItemState.PRESENT, ItemState.ABSENT_OPTIONAL)
_TAKEN_IN = re.compile(r"(?<!不代表)(?<!不予以)(?<!不予)受理")
"""A robot confirms 收到 and 登记, never 受理."""


def differences(
    filed: Filed, want: Want, mail: Mail, who: Applicant, rules: Programme
) -> list[str]:
    """Empty where everything is as the table wants it."""
    return [
        *_verdict(filed, want, who),
        *_findings(filed, want),
        *_answer(filed, want),
        *(_letter(filed, want, mail, who, rules) if filed.letter else ()),
    ]


def _verdict(filed: Filed, want: Want, who: Applicant) -> Iterator[str]:
    record = filed.record
    if record.outcome.value != want.outcome:
        yield f"outcome is {record.outcome.value}, not {want.outcome}"
    for what, found, wanted in (
        ("number", record.application_no, who.fill(want.number)),
        ("name", record.full_name, who.fill(want.name)),
    ):
        if found != wanted:
            yield f"{what} is {found!r}, not {wanted!r}"
    if want.person is not None and record.needs_person != want.person:
        yield f"needs_person is {record.needs_person}"
    if want.outcome == "ignored":
        return
    lacks = {item.label: item.state.value for item in record.checklist if item.state not in THERE}
    if lacks != dict(want.lacks) and (record.files or want.lacks):
        yield f"the checklist lacks {lacks}, not {dict(want.lacks)}"


def _findings(filed: Filed, want: Want) -> Iterator[str]:
    """All findings that are told or ask for anything, and those notes that the table names."""
    codes = {one.code for one in filed.record.findings}
    loud = {one.code for one in filed.record.findings if one.effect != Effect.NOTE}
    for code in sorted(set(want.findings) - codes):
        yield f"{code} was not found"
    for code in sorted(loud - set(want.findings)):
        yield f"{code} was found"
    for code in sorted(set(want.never) & codes):
        yield f"{code} was found, and never should"


def _answer(filed: Filed, want: Want) -> Iterator[str]:
    answer = filed.record.answer
    kind = "" if answer.kind == "none" else answer.kind.value
    if kind != want.letter:
        yield f"the letter is {kind!r}, not {want.letter!r}"
    if answer.reason != want.why_none:
        yield f"the reason for no letter is {answer.reason!r}, not {want.why_none!r}"
    if (filed.letter is None) != (answer.state is AnswerState.NONE):
        yield f"a letter in state {answer.state} and its bytes do not agree"
    if filed.letter and hashlib.sha256(filed.letter).hexdigest() != answer.sha256:
        yield "the letter's bytes are not those of the record"


def _letter(
    filed: Filed, want: Want, mail: Mail, who: Applicant, rules: Programme
) -> Iterator[str]:
    assert filed.letter is not None
    letter = parsed(filed.letter)
    text, page = text_of(letter), words_of_page(letter)
    yield from _envelope(filed, letter, mail, who)
    for where, body in (("text", text), ("HTML", page)):
        for what, words in _owed_words(filed, mail, who, rules):
            if folded(words) not in folded(body):
                yield f"the {where} lacks {what}: {words!r}"
        yield from (f"the {where} says {one!r}" for one in _forbidden(filed, body))
    for words in want.says:
        if folded(who.fill(words)) not in folded(text):
            yield f"the letter does not say {who.fill(words)!r}"
    for words in want.silent_on:
        if folded(who.fill(words)) in folded(text) or folded(who.fill(words)) in folded(page):
            yield f"the letter says {who.fill(words)!r}"
    known = filed.record.application_no and filed.record.full_name
    if known and want.letter in ("correction", "returned") and rules.naming:
        subject = who.fill(want.subject)
        if subject not in text.splitlines():
            yield f"the letter has no line with the right subject {subject!r}"


def _envelope(filed: Filed, letter: EmailMessage, mail: Mail, who: Applicant) -> Iterator[str]:
    answer, facts = filed.record.answer, filed.record.message
    to = facts.forwarded.by if facts.forwarded else mail.sender_of(who)
    if letter["to"] != to:
        yield f"the letter goes to {letter['to']}, not to {to}"
    if MAILBOX not in letter["from"]:
        yield f"the letter comes from {letter['from']}"
    if not facts.forwarded and facts.message_id and letter["in-reply-to"] != facts.message_id:
        yield f"the letter answers {letter['in-reply-to']}, not {facts.message_id}"
    if letter["auto-submitted"] != "auto-replied":
        yield f"Auto-Submitted is {letter['auto-submitted']}"
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    pdf = files.get(f"回执-{answer.receipt_no}.pdf", b"")
    if not pdf.startswith(b"%PDF-") or hashlib.sha256(pdf).hexdigest() != answer.pdf_sha256:
        yield "the letter does not carry its PDF 回执"
    if f"回执-{answer.receipt_no}.pdf.sig" not in files:
        yield "the letter does not carry the signature of its PDF 回执"
    if answer.receipt_no not in letter["subject"]:
        yield f"the letter's subject has no receipt number: {letter['subject']}"


def _owed_words(
    filed: Filed, mail: Mail, who: Applicant, rules: Programme
) -> Iterator[tuple[str, str]]:
    """The block that every letter has, and every defect: all of them are told in one letter."""
    record = filed.record
    for label in ("回执编号", "申报编号", "申报单位", "收到时间"):
        yield "a line of the common block", label
    yield "its number", record.answer.receipt_no
    yield "the arrival", in_words(mail)
    if record.application_no:
        yield "the application number", record.application_no
    if record.full_name:
        yield "the full name", record.full_name
    if record.packages and mail.raw is None:
        yield "a line of the common block", "压缩包"
        sent = dict(mail.files_of(who))
        for one in record.packages:
            if one.name in sent:
                yield "a package's name", one.name
                yield "a package's SHA-256", hashlib.sha256(sent[one.name]).hexdigest()
    if any(item.files for item in record.checklist):
        yield "a line of the common block", "材料清单"
        yield from (("a material", item.label) for item in record.checklist)
    for words in (rules.receipt.clerk, rules.receipt.phone, rules.receipt.issuer):
        if words:
            yield "whom to ask", words
    yield "the disclaimer", DISCLAIMER
    refused = any(_effect(one) is Effect.REFUSE for one in record.findings)
    for one in record.findings:
        if _effect(one) is Effect.REFUSE or (_effect(one) in ASKING and not refused):
            yield f"the defect {one.code}", one.text


def _forbidden(filed: Filed, body: str) -> Iterator[str]:
    yield from _TAKEN_IN.findall(folded(body))
    for one in filed.record.findings:
        inner = _effect(one) is Effect.NOTE and one.code.partition(".")[0] not in ("decision",)
        if inner and folded(one.text) in folded(body):
            yield one.text


def _effect(finding: FiledFinding) -> Effect:
    return Effect(finding.effect)


def in_words(mail: Mail) -> str:
    at = mail.received_at
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}"


def parsed(letter: bytes) -> EmailMessage:
    made = message_from_bytes(letter, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def words_of_page(letter: EmailMessage) -> str:
    """What a person reads of the HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    reader = _Words()
    reader.feed(part.get_content())
    return "".join(reader.found)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def folded(text: str) -> str:
    """Without white space, and with one width of punctuation."""
    return "".join(text.split()).replace(",", "，").replace(";", "；")
