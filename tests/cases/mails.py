"""What a mail of the table consists of, written as a clerk would tell it: subject, files, time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.demo.mails import Style, compose
from console.demo.rar import rar5
from tests.builders.archive_set.engine import alone
from tests.builders.archives import ZipEntry, rar4, rar5_volumes, zip_raw
from tests.builders.case_papers import Maker, paper
from tests.builders.season import MAILBOX
from tests.cases.applicant import Applicant

SHANGHAI = ZoneInfo("Asia/Shanghai")
RIGHT = "{编号}+{单位}"
IN_TIME = "2021-05-17 09:30:00"

Paper = str | tuple[str, Maker]
"""A file by its name, or with what is in it where the name does not tell."""
FULL: tuple[Paper, ...] = ("推荐表.pdf", "承诺书.pdf", "申报材料.docx")
"""What the national notice requires."""


def without(*words: str) -> tuple[Paper, ...]:
    """The full set but for the papers with these words in their names."""
    return tuple(one for one in FULL if not any(word in _named(one)[0] for word in words))


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment: its name, and how its bytes are made for an applicant."""

    name: str
    make: Maker


@dataclass(frozen=True, slots=True)
class Mail:
    """at: when our server received it, 北京时间. sender: by default the applicant's own address.
    raw: the whole mail, where no mail program would have written it so."""

    subject: str = RIGHT
    attached: tuple[Attached, ...] = ()
    at: str = IN_TIME
    sender: str = ""
    text: str = "您好，附件为{单位}的申报材料，请查收。"
    html: str | None = None
    style: Style = "foxmail"
    headers: Mapping[str, str] = field(default_factory=dict)
    folder: str = "INBOX"
    dated: str = ""
    raw: Callable[[Mail, Applicant], bytes] | None = None

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(self.at).replace(tzinfo=SHANGHAI)

    def sender_of(self, who: Applicant) -> str:
        return self.sender or who.address

    def files_of(self, who: Applicant) -> list[tuple[str, bytes]]:
        return [(who.fill(one.name), one.make(who)) for one in self.attached]

    def data(self, who: Applicant) -> bytes:
        """The mail's bytes, the same ones each time."""
        if self.raw is not None:
            return self.raw(self, who)
        sent = self.received_at - timedelta(minutes=2)
        if self.dated:
            sent = datetime.fromisoformat(self.dated).replace(tzinfo=SHANGHAI)
        return compose(
            subject=who.fill(self.subject),
            sender=self.sender_of(who),
            sender_name="王工",
            to=MAILBOX,
            date=sent,
            attachments=self.files_of(who),
            text=who.fill(self.text) + "\n",
            html=self.html and who.fill(self.html),
            style=self.style,
            headers={name: who.fill(value) for name, value in self.headers.items()},
        )


def mail(subject: str = RIGHT, *attached: Attached | tuple[Attached, ...], **more: object) -> Mail:
    """A mail with these attachments; by default everything that the national notice requires,
    packed and named as it asks."""
    given: list[Attached] = []
    for one in attached or (rar(*FULL),):
        given.extend((one,) if isinstance(one, Attached) else one)
    return Mail(subject, tuple(given), **more)  # type: ignore[arg-type]


def bare(subject: str = RIGHT, **more: object) -> Mail:
    """A mail without any attachment."""
    return Mail(subject, **more)  # type: ignore[arg-type]


def rar(
    *papers: Paper, name: str = f"{RIGHT}.rar", password: str | None = None, hidden: bool = False
) -> Attached:
    """hidden: the list of names is encrypted as well."""

    def make(who: Applicant) -> bytes:
        made = members(papers, who)
        return rar5(made, password=password, encrypt_headers=hidden, seed=who.key.encode())

    return Attached(name, make)


def old_rar(*papers: Paper, name: str = f"{RIGHT}.rar") -> Attached:
    """RAR 4 with names in GBK, as WinRAR wrote them for long."""
    return Attached(
        name, lambda who: rar4([(path.encode("gbk"), data) for path, data in members(papers, who)])
    )


def zipped(*papers: Paper, name: str = f"{RIGHT}.zip", charset: str = "utf-8") -> Attached:
    """charset: of the members' names; only UTF-8 is declared."""
    flags = 0x800 if charset == "utf-8" else 0
    return Attached(
        name,
        lambda who: zip_raw(
            [
                ZipEntry(path.encode(charset), data, flags=flags)
                for path, data in members(papers, who)
            ]
        ),
    )


def seven(*papers: Paper, name: str = f"{RIGHT}.7z") -> Attached:
    return Attached(name, lambda who: alone(members(papers, who), name="a.7z")())


def loose(*papers: Paper) -> tuple[Attached, ...]:
    """Files attached one by one."""
    return tuple(Attached(*_named(one)) for one in papers)


def volumes(*papers: Paper, count: int = 2) -> tuple[Attached, ...]:
    """One ZIP as a single member over so many volumes of a RAR."""

    def part(number: int) -> Maker:
        def make(who: Applicant) -> bytes:
            whole = zipped(*papers).make(who)
            return rar5_volumes("申报材料.zip", whole, -(-len(whole) // count))[number]

        return make

    return tuple(Attached(f"{RIGHT}.part{n + 1}.rar", part(n)) for n in range(count))


def cut(whole: Attached, share: float) -> Attached:
    """Only the beginning of the file arrived."""

    def make(who: Applicant) -> bytes:
        data = whole.make(who)
        return data[: int(len(data) * share)]

    return Attached(whole.name, make)


def renamed(whole: Attached, name: str) -> Attached:
    return Attached(name, whole.make)


def members(papers: Sequence[Paper], who: Applicant) -> list[tuple[str, bytes]]:
    named = [_named(one) for one in papers]
    return [(who.fill(path), make(who)) for path, make in named]


def _named(one: Paper) -> tuple[str, Maker]:
    return (one, paper(one)) if isinstance(one, str) else one
