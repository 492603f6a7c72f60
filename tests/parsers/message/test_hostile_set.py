"""Every mail of the hostile set is read as a careful clerk would read it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from model.message import Message
from parsers.message import read_message
from tests.builders.hostile import CASES, HostileMail
from tests.builders.hostile.case import digest
from tests.builders.mails import mail, multipart, part

BY_NAME = {case.name: case for case in CASES}
CASES_WANTED = 170
_REPLACEMENT = "\ufffd"


def _stands_in(wanted: Iterable[object], given: Iterable[object]) -> bool:
    """Whether all of `wanted` stand in `given`, in their order."""
    rest = iter(given)
    return all(one in rest for one in wanted)


def _senders(case: HostileMail, message: Message) -> list[tuple[str | None, str]]:
    """As read; a name that no case judges is left out."""
    judged = [name for name, _ in case.sender] + [""] * len(message.sender)
    return [
        (None if name is None else one.name, one.address)
        for name, one in zip(judged, message.sender, strict=False)
    ]


def _texts(message: Message) -> Iterable[str]:
    yield from (message.text, message.subject, message.message_id, *message.references)
    for name, value in message.headers:
        yield from (name, value)
    for file in message.attachments:
        yield from (file.name, file.media_type, file.content_id)
    for address in (*message.sender, *message.reply_to, *message.to, *message.cc):
        yield from (address.name, address.address)
    for finding in message.findings:
        yield from (finding.about, finding.text, finding.advice)


def test_the_set_is_large_and_no_case_stands_twice() -> None:
    assert len(BY_NAME) == len(CASES) >= CASES_WANTED
    assert all(case.why for case in CASES)


@pytest.mark.parametrize("name", BY_NAME)
def test_read_right(name: str, tmp_path: Path) -> None:
    case = BY_NAME[name]
    raw = case.raw
    path = tmp_path / "m.eml"
    path.write_bytes(raw)
    message = read_message(path, tmp_path / "parts")

    assert message.subject == case.subject
    assert _senders(case, message) == list(case.sender)
    given = [(file.name, hashlib.sha256(file.path.read_bytes()).hexdigest()[:12])
             for file in message.attachments]  # fmt: skip
    wanted = [(file, sha256[:12]) for file, sha256 in case.files]
    assert given == wanted if case.whole else _stands_in(wanted, given), (given, wanted)
    if case.text is not None:
        assert case.text in message.text
    codes = {finding.code for finding in message.findings}
    assert case.codes <= codes
    assert not (case.clean and codes)
    if case.sent is not None:
        assert message.sent_at == case.sent

    assert path.read_bytes() == raw
    for file in message.attachments:
        data = file.path.read_bytes()
        assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    for text in _texts(message):
        text.encode()
        assert "\0" not in text
    assert not any(re.search(r"[\r\n]", value) for _, value in message.headers)
    shown = [message.subject, message.text, *(file.name for file in message.attachments)]
    if any(_REPLACEMENT in text for text in shown):
        assert codes, "what could not be decoded is told"


SMALL = [case for case in CASES if not case.name.startswith("huge:")]


def _read(raw: bytes, folder: Path) -> Message:
    folder.mkdir()
    path = folder / "m.eml"
    path.write_bytes(raw)
    return read_message(path, folder / "parts")


@pytest.mark.parametrize("name", [case.name for case in SMALL if b"\r" not in case.raw])
def test_the_same_with_crlf(name: str, tmp_path: Path) -> None:
    raw = BY_NAME[name].raw
    lf, crlf = (
        _read(raw, tmp_path / "lf"),
        _read(raw.replace(b"\n", b"\r\n"), tmp_path / "crlf"),
    )
    assert (crlf.subject, crlf.sender, crlf.text) == (lf.subject, lf.sender, lf.text)
    assert [file.name for file in crlf.attachments] == [file.name for file in lf.attachments]
    assert {one.code for one in crlf.findings} == {one.code for one in lf.findings}


@pytest.mark.parametrize("encoding", ["base64", "binary"])
def test_forwarded_as_attachments_they_keep_every_byte(encoding: str, tmp_path: Path) -> None:
    # A lone CR at the end would become a part of the delimiter's line end.
    cases = [case for case in SMALL if not case.raw.endswith(b"\r")]
    inner = [
        part(
            case.raw,
            media_type=b"message/rfc822",
            encoding=encoding,
            disposition=b"attachment; filename=%d.eml" % number,
        )
        for number, case in enumerate(cases)
    ]
    message = _read(mail(multipart(*inner, boundary=b"=_forwarded")), tmp_path / "outer")
    given = [(file.name, file.sha256) for file in message.attachments]
    assert given == [(f"{number}.eml", digest(case.raw)) for number, case in enumerate(cases)]
