"""Submissions and programmes as values, for rules and letters: no mail, no archive, no reader."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from model.container import Container, Member, MemberOutcome
from model.document import Block, BlockKind, Document
from model.finding import Finding
from model.message import Address, Attachment, CloudLink, Message, RawMessage
from model.programme import Programme
from model.reading import NameReading
from model.submission import Package, Submission, SubmittedFile
from parsers.subject import read_package_name, read_subject
from programmes import find_programme

SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBER = "ZB20210137"
NAME = "山东泰山机械制造有限公司"
RIGHT = f"{NUMBER}+{NAME}"
PACKAGE = f"{RIGHT}.rar"
IN_TIME = datetime(2021, 5, 17, 9, 30, tzinfo=SHANGHAI)

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jpg": "image/jpeg",
    "png": "image/png",
    "ofd": "application/ofd",
    "mp4": "video/mp4",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "db": "application/octet-stream",
}
"""What the detector says of a good file with this ending."""


def programme(base: str = "national-2021", **changes: Any) -> Programme:
    """A shipped programme with some of its parts changed, checked as a file would be."""
    data = find_programme(base).model_dump()
    for key, value in changes.items():
        data[key] = {**data[key], **value} if isinstance(data.get(key), dict) else value
    return Programme.model_validate(data)


def file(
    path: str,
    text: str = "",
    *,
    found: tuple[Finding, ...] = (),
    media_type: str = "",
    container: str | None = None,
    content: str = "",
    size: int = 1000,
) -> SubmittedFile:
    """One file; what stands before the first "/" is the package it came out of."""
    kind = media_type or TYPES.get(path.rsplit(".", 1)[-1].lower(), "application/octet-stream")
    blocks = (Block(BlockKind.PARAGRAPH, text),) if text else ()
    return SubmittedFile(
        path=path,
        size=size,
        sha256=hashlib.sha256((content or path).encode()).hexdigest(),
        media_type=kind,
        stored=Path("/nowhere"),
        container=path.split("/")[0] if container is None and "/" in path else container or "",
        document=Document(kind, blocks=blocks, findings=found),
    )


def closed(path: str, code: str, media_type: str = "") -> SubmittedFile:
    """A file that its reader could not open."""
    return file(path, found=(Finding(code, path),), media_type=media_type)


def full_set(package: str = PACKAGE) -> list[SubmittedFile]:
    """The four materials of the national programme, as they should be."""
    return [
        file(f"{package}/推荐表.pdf"),
        file(f"{package}/承诺书.pdf"),
        file(f"{package}/申报材料.docx", "质量标杆申报材料 一、企业概况"),
        file(f"{package}/证明材料/专利证书.docx", "专利证书"),
    ]


def without(*words: str) -> list[SubmittedFile]:
    """The full set but for the files whose names hold one of the words."""
    return [one for one in full_set() if not any(word in one.name for word in words)]


def message(
    subject: str = RIGHT,
    *,
    sender: str | tuple[str, ...] = "qy@example.com",
    sender_name: str = "王工",
    headers: tuple[tuple[str, str], ...] = (),
    media_type: str = "multipart/mixed",
    links: tuple[CloudLink, ...] = (),
    message_id: str = "<1@mail.example.com>",
    references: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Message:
    senders = (sender,) if isinstance(sender, str) else sender
    return Message(
        subject=subject,
        sender=tuple(Address(sender_name, one) for one in senders),
        reply_to=(),
        to=(Address("", "shenbao@example.test"),),
        cc=(),
        sent_at=None,
        message_id=message_id,
        in_reply_to="",
        references=references,
        headers=headers,
        text="您好，附件为申报材料，请查收。",
        media_type=media_type,
        attachments=attachments,
        links=links,
        findings=(),
    )


def packed(
    name: str,
    rules: Programme,
    *,
    kind: str = "rar5",
    opened: bool = True,
) -> Package:
    naming = rules.naming
    reads = naming is not None and "package" in naming.applies_to
    return Package(
        name=name,
        size=96_256,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        format=kind,
        reading=read_package_name(name, naming) if reads and naming else None,
        opened=opened,
        encrypted=False,
        complete=opened,
    )


def submission(
    rules: Programme | None = None,
    *,
    subject: str = RIGHT,
    packages: tuple[str, ...] | tuple[Package, ...] = (PACKAGE,),
    files: list[SubmittedFile] | None = None,
    received: datetime = IN_TIME,
    found: tuple[Finding, ...] = (),
    containers: tuple[Container, ...] = (),
    mail: Message | None = None,
) -> Submission:
    """A submission to a programme (the national one), all right unless told otherwise."""
    rules = rules or programme()
    reading: NameReading | None = None
    if rules.naming is not None and "subject" in rules.naming.applies_to:
        reading = read_subject(subject, rules.naming)
    return Submission(
        raw=RawMessage("ab" * 32, 200_000, Path("/nowhere"), received),
        message=mail or message(subject),
        subject=reading,
        packages=tuple(one if isinstance(one, Package) else packed(one, rules) for one in packages),
        containers=containers,
        files=tuple(full_set() if files is None else files),
        aside=(),
        findings=found,
    )


def container(path: str, *members: tuple[str, MemberOutcome]) -> Container:
    """A listing; each member by its path within the package and what became of it."""
    return Container(
        path=path,
        format="rar5",
        size=1,
        members=tuple(
            Member(f"{path}/{name}", path, "", "utf-8", 10, 10, outcome)
            for name, outcome in members
        ),
        complete=all(outcome is MemberOutcome.STORED for _, outcome in members),
    )
