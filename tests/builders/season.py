"""A season of submissions, made quickly: many small mails of every kind, each with what is to
come of it. The same arguments give the same bytes."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache

from console.demo.mails import compose
from console.demo.papers import pdf_text
from console.demo.rar import rar5
from tests.builders.papers import paragraph, raw_docx

SHANGHAI = timezone(timedelta(hours=8))
PROGRAMME = "national-2021"
MAILBOX = "shenbao@example.test"
_OPENING = datetime(2021, 5, 17, 9, 0, tzinfo=SHANGHAI)
_AFTER_CLOSING = datetime(2021, 6, 20, 9, 0, tzinfo=SHANGHAI)
_APART = 3
"""Other applicants' mails between the two mails of one applicant."""

Papers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class SeasonMail:
    """One mail. kind: what is special about it. application_no: "" where it cannot be known.
    outcome, receipt: what is to come of it; receipt "none" is owed no letter."""

    kind: str
    data: bytes
    received_at: datetime
    application_no: str
    outcome: str
    receipt: str


def season(count: int) -> list[SeasonMail]:
    """The first `count` mails of an endless season, in order of arrival."""
    return list(itertools.islice(_arrivals(), count))


def good_mail(number: int, *, big: bytes = b"", hour: int = 0) -> SeasonMail:
    """A complete submission of applicant `number`. big: bytes of one more file, to make it slow."""
    more = [("证明材料/影像.bin", big)] if big else []
    return _Applicant(number).mail("good", papers(more=more), when=timedelta(hours=hour))


def part_mail(number: int, *names: str, outcome: str, hour: int = 0) -> SeasonMail:
    """A mail of applicant `number` that brings only these of its papers."""
    some = [one for one in papers() if one[0] in names]
    return _Applicant(number).mail("part", some, outcome, when=timedelta(hours=hour))


def papers(*, pledge: bool = True, words: str = "", more: Papers | None = None) -> Papers:
    """The materials of one package. words: makes the application document another one."""
    found = [("推荐表.pdf", _pdf("质量标杆推荐表")), ("申报材料.docx", _document(words))]
    if pledge:
        found.append(("承诺书.pdf", _pdf("承诺书")))
    return [*found, *(more or [])]


def _arrivals() -> Iterator[SeasonMail]:
    """Applicants one after another; what follows upon a mail comes some mails later."""
    later: deque[tuple[int, SeasonMail]] = deque()
    place = 0
    for number, kind in enumerate(itertools.cycle(_KINDS), 1):
        first, *rest = kind(_Applicant(number))
        yield first
        later.extend((place + _APART, one) for one in rest)
        place += 1
        while later and later[0][0] <= place:
            yield later.popleft()[1]
            place += 1


@dataclass(frozen=True, slots=True)
class _Applicant:
    number: int

    @property
    def application_no(self) -> str:
        return f"ZB2021{self.number:04d}"

    @property
    def name(self) -> str:
        digits = "零一二三四五六七八九"
        return f"山东第{''.join(digits[int(one)] for one in str(self.number))}机械有限公司"

    @property
    def title(self) -> str:
        return f"{self.application_no}+{self.name}"

    def mail(
        self,
        kind: str,
        content: Papers | None,
        outcome: str = "complete",
        receipt: str = "",
        *,
        subject: str = "",
        package: str = "",
        sender: str = "",
        text: str = "",
        password: str | None = None,
        when: timedelta = timedelta(),
        start: datetime = _OPENING,
        headers: dict[str, str] | None = None,
        known: bool = True,
    ) -> SeasonMail:
        received_at = start + timedelta(minutes=self.number) + when
        attachments = []
        if content is not None:
            locked = password is not None
            data = rar5(
                content, password=password, encrypt_headers=locked, seed=self.title.encode()
            )
            attachments = [(package or f"{self.title}.rar", data)]
        data = compose(
            subject=subject or self.title,
            sender=sender or f"zb{self.number}@example.com",
            sender_name=self.name,
            to=MAILBOX,
            date=received_at - timedelta(minutes=2),
            attachments=attachments,
            text=text or f"您好，附件为{self.name}的申报材料，请查收。\n",
            headers=headers,
        )
        number = self.application_no if known else ""
        return SeasonMail(kind, data, received_at, number, outcome, receipt or outcome)


def _good(one: _Applicant) -> list[SeasonMail]:
    return [one.mail("good", papers())]


def _other_separator(one: _Applicant) -> list[SeasonMail]:
    title = one.title.replace("+", "-")
    return [one.mail("other separator", papers(), subject=title, package=f"{title}.rar")]


def _no_number(one: _Applicant) -> list[SeasonMail]:
    subject = f"{one.name}质量标杆申报材料"
    return [
        one.mail(
            "no number", papers(), "returned", subject=subject, package="申报材料.rar", known=False
        )
    ]


def _encrypted(one: _Applicant) -> list[SeasonMail]:
    return [one.mail("encrypted", papers(), "returned", password="2021")]


def _correction(one: _Applicant) -> list[SeasonMail]:
    return [
        one.mail("missing material", papers(pledge=False), "correction"),
        one.mail(
            "second revision", papers(), "complete", "superseding", when=timedelta(hours=2)
        ),
    ]  # fmt: skip


def _duplicate(one: _Applicant) -> list[SeasonMail]:
    return [
        one.mail("good", papers()),
        one.mail("duplicate", papers(), "duplicate", text="再次发送。\n", when=timedelta(hours=2)),
    ]


def _late(one: _Applicant) -> list[SeasonMail]:
    return [one.mail("late", papers(), "late_pending", start=_AFTER_CLOSING)]


def _automatic(one: _Applicant) -> list[SeasonMail]:
    return [
        one.mail(
            "automatic reply", None, "ignored", "none", subject="自动回复: 材料接收回执",
            text="您的邮件已收到。", headers={"Auto-Submitted": "auto-replied"}, known=False,
        )
    ]  # fmt: skip


def _link_only(one: _Applicant) -> list[SeasonMail]:
    text = (
        f"您好，材料较大，请下载：\n{one.title}.rar (312.5M, 2021年6月25日 10:00 到期)\n"
        "http://mail.163.com/large-attachment-download/index.html"
        f"?p=X-NETEASE-HUGE-ATTACHMENT&file=abc{one.number}\n"
    )
    return [one.mail("link only", None, "returned", text=text)]


def _delivered_twice(one: _Applicant) -> list[SeasonMail]:
    letter = one.mail("delivered twice", papers())
    ways = [
        b"Received: from mx%d.example.net (192.0.2.%d) by mail.example.test; "
        b"Mon, 17 May 2021 09:0%d:00 +0800\r\n" % (way, way, way)
        for way in (1, 2)
    ]
    return [
        SeasonMail(
            letter.kind, ways[0] + letter.data, letter.received_at, one.application_no,
            "complete", "complete",
        ),
        SeasonMail(
            "second copy", ways[1] + letter.data, letter.received_at + timedelta(seconds=30),
            one.application_no, "duplicate", "none",
        ),
    ]  # fmt: skip


def _robot(one: _Applicant) -> list[SeasonMail]:
    sender = f"noreply@s{one.number}.example.com"
    return [one.mail("robot sender", papers(), "complete", "none", sender=sender)]


_KINDS: tuple[Callable[[_Applicant], list[SeasonMail]], ...] = (
    _good, _other_separator, _no_number, _encrypted, _correction, _duplicate, _late, _automatic,
    _link_only, _delivered_twice, _robot, _good,
)  # fmt: skip


@cache
def _pdf(title: str) -> bytes:
    return pdf_text([[title, "所提交的材料真实、准确、完整。"]])


@cache
def _document(words: str) -> bytes:
    return raw_docx(paragraph("质量标杆申报材料") + paragraph(words or "企业推行全面质量管理。"))
