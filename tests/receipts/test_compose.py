"""The letter as a mail: exact bytes, headers of our own only, readable by others."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import re
from datetime import timedelta
from email.message import EmailMessage

import mailparser
import pytest

from model.verdict import ReceiptKind
from receipts.compose import HEADERS, MESSAGE_ID, REFERENCES, Attached, compose
from receipts.letter import Letter
from tests.builders.letters import ANSWERS, MADE, each_kind

SENDER, RECIPIENT = "shenbao@example.test", "qy@example.com"
OWN_ID = "<receipt.0123456789abcdef0123456789abcdef@example.test>"
FROM = "质量标杆申报材料接收邮箱（山东省质量标杆推荐工作办公室）"
LETTER = Letter(
    ReceiptKind.COMPLETE,
    "【材料接收回执】材料齐全 ZB20210137（HZ2021-00042）",
    "您好！\n.\nFrom 此行以From开头\n" + "长" * 3000 + "\n",
    "<p>您好！</p>",
)


def _compose(
    letter: Letter = LETTER,
    *,
    name: str = FROM,
    sender: str = SENDER,
    recipient: str = RECIPIENT,
    message_id: str = OWN_ID,
    answers: str = "<1@mail.example.com>",
    thread: tuple[str, ...] = (),
    attached: tuple[Attached, ...] = (),
) -> bytes:
    return compose(
        letter,
        sender=sender,
        sender_name=name,
        recipient=recipient,
        message_id=message_id,
        made_at=MADE,
        answers=answers,
        thread=thread,
        attached=attached,
    )


def _read(data: bytes) -> EmailMessage:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def _head(data: bytes) -> str:
    return data.partition(b"\r\n\r\n")[0].decode("ascii")


def _display_name(data: bytes) -> str:
    """Of From. The new parser of 3.11 puts blanks between encoded words, against RFC 2047 6.2."""
    raw = str(email.message_from_bytes(data)["From"]).replace("\r\n", "")
    name, _ = email.utils.parseaddr(raw)
    return str(email.header.make_header(email.header.decode_header(name)))


def _names(data: bytes) -> list[str]:
    lines = _head(data).split("\r\n")
    return [one.split(":")[0].lower() for one in lines if not one.startswith((" ", "\t"))]


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_kind_comes_back_as_it_was_written(kind: ReceiptKind) -> None:
    letter = each_kind()[kind].letter
    data = _compose(letter)
    mail = _read(data)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().replace("\r\n", "\n").rstrip() == letter.html.rstrip()
    assert mail["Subject"] == letter.subject
    other = mailparser.parse_from_bytes(data)
    assert other.subject == letter.subject
    assert other.from_ == [(FROM, SENDER)]
    assert other.text_plain[0].replace("\r\n", "\n").strip() == letter.text.strip()
    assert other.text_html[0].replace("\r\n", "\n").strip() == letter.html.strip()


def test_headers() -> None:
    data = _compose()
    mail = _read(data)
    assert _display_name(data) == FROM
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["To"].addresses[0].addr_spec == RECIPIENT
    assert mail["Date"].datetime == MADE
    assert mail["Date"].datetime.utcoffset() == timedelta(hours=8)
    assert mail["Message-ID"] == OWN_ID
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["In-Reply-To"] == mail["References"] == "<1@mail.example.com>"
    names = _names(data)
    assert len(set(names)) == len(names)
    assert set(names) <= HEADERS


def test_lines_on_the_wire() -> None:
    data = _compose(thread=tuple(f"<{'x' * 850}.{n}@mail.example.com>" for n in range(30)))
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    assert data.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(data) < 0x80
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert not [line for line in data.split(b"\r\n") if line.startswith((b".", b"From "))]


def test_the_same_letter_is_the_same_bytes() -> None:
    assert _compose() == _compose()
    assert _compose() != _compose(message_id="<receipt.1@example.test>")


LONG = "<PSAPR04MB5150A1234567890ABCDEF1234567890@PSAPR04MB5150.apcprd04.prod.outlook.com>"


@pytest.mark.parametrize("answers", ["<a@b.cn>", LONG, f"<{'q' * 880}@x.cn>", "<a[1]@[10.0.0.1]>"])
def test_the_mail_that_is_answered_is_named_letter_for_letter(answers: str) -> None:
    head = _head(_compose(answers=answers))
    assert f"\r\nIn-Reply-To: {answers}\r\n" in head + "\r\n"
    assert head.endswith(answers)
    assert "=?" not in head.split("In-Reply-To")[1]


def test_a_long_thread_keeps_its_root_and_its_end() -> None:
    thread = tuple(f"<{n}.{'x' * 70}@mail.example.com>" for n in range(100))
    mail = email.message_from_bytes(_compose(answers=LONG, thread=(*thread, LONG)))
    kept = str(mail["References"]).split()
    assert len(kept) == REFERENCES
    assert kept[0] == thread[0]
    assert kept[-1] == LONG
    assert kept[1:-1] == list(thread[-(REFERENCES - 2) :])


def test_a_mail_without_message_id_is_answered_without_thread() -> None:
    names = _names(_compose(answers="", thread=("<a@b.cn>",)))
    assert "in-reply-to" not in names
    assert "references" not in names


HOSTILE_IDS = [
    "<a@b.cn>\r\nBcc: x@evil.example",
    "<a@b.cn>\nBcc: x@evil.example",
    "<a\r\n @b.cn>",
    "<=?utf-8?q?a=0d=0aBcc:_x?=@b.cn>",
    "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
    "<a@b.cn> <c@d.cn>",
    "<中文@b.cn>",
    f"<{'a' * 901}@b.cn>",
    "<a\u2028b@c.cn>",
    "a@b.cn",
    "<>",
]


@pytest.mark.parametrize("bad", HOSTILE_IDS)
def test_a_hostile_message_id_is_left_out_and_the_letter_goes(bad: str) -> None:
    """Whoever writes such a mail must not keep it from being filed, either."""
    assert not MESSAGE_ID.fullmatch(bad)
    answered = _compose(answers=bad, thread=("<ok@b.cn>",))
    threaded = _compose(thread=(bad, "<ok@b.cn>", bad))
    assert "in-reply-to" not in _names(answered)
    assert str(_read(threaded)["References"]).split() == ["<ok@b.cn>", "<1@mail.example.com>"]
    for data in (answered, threaded):
        assert b"bcc" not in data.lower()
        assert set(_names(data)) <= HEADERS


@pytest.mark.parametrize(
    "bad",
    ["qy@example.com\nBcc: x@evil.example", "qy@example.com\r\n", "qy@example.com, x@evil.example",
     "王工 <qy@example.com>", "qy", "", "张@example.com", "<qy@example.com>", "a b@c.cn"],
)  # fmt: skip
def test_an_address_of_no_strict_form_is_never_written_to(bad: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        _compose(recipient=bad)
    with pytest.raises(ValueError, match="not an address"):
        _compose(sender=bad)


@pytest.mark.parametrize(
    "bad", ["办公室\r\nBcc: x@evil.example", "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?="]
)
def test_a_name_that_would_inject_headers_stops_the_letter(bad: str) -> None:
    with pytest.raises(ValueError):
        _compose(name=bad)


@pytest.mark.parametrize(
    "bad", ["x\r\nBcc: y@evil.example", "x\nBcc: y", "=?utf-8?q?a=0D=0ABcc:_y@evil.example?="]
)
def test_a_subject_that_would_inject_headers_stops_the_letter(bad: str) -> None:
    letter = Letter(LETTER.kind, bad, LETTER.text, LETTER.html)
    try:
        data = _compose(letter)
    except ValueError:
        return
    assert "bcc" not in _names(data)


@pytest.mark.parametrize("name", ["质量标杆", 'A "B" C', "a, b; c", "=x=", "", "长" * 120])
def test_a_display_name_survives(name: str) -> None:
    data = _compose(name=name)
    assert _display_name(data) == name
    assert _read(data)["From"].addresses[0].addr_spec == SENDER


def test_long_domains_do_not_break_the_headers() -> None:
    domain = "x" * 60 + ".gov.example.test"
    data = _compose(
        sender=f"a@{domain}",
        recipient="b" * 64 + "@" + "c" * 60 + ".example.com",
        message_id=f"<receipt.{'0' * 32}@{domain}>",
    )
    mail = _read(data)
    assert mail["Message-ID"] == f"<receipt.{'0' * 32}@{domain}>"
    assert mail["From"].addresses[0].addr_spec == f"a@{domain}"
    assert "=?" not in _head(data).split("Message-ID")[1]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("回执-HZ2021-00042.pdf", "回执-HZ2021-00042.pdf"),
        ("回执-鲁质〔2021〕" + "长" * 50 + ".pdf", "回执-鲁质〔2021〕" + "长" * 50 + ".pdf"),
        ('回执-a/b\\c"d:e\r\nBcc: x.pdf', "回执-a_b_c_d_e__Bcc_ x.pdf"),
        ("a b;c=d'e%41.pdf", "a b;c=d'e%41.pdf"),
    ],
    ids=["usual", "long", "hostile", "signs"],
)
def test_what_it_carries_keeps_its_name_and_bytes(name: str, shown: str) -> None:
    pdf = bytes(range(256)) * 40 + b"\r\n.\r\nFrom x\n"
    files = (Attached(name, "application/pdf", pdf), Attached("b.sig", "application/x-y", b"1"))
    data = _compose(attached=files)
    assert data == _compose(attached=files)
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert set(_names(data)) <= HEADERS
    mail = _read(data)
    assert mail.get_content_type() == "multipart/mixed"
    assert mail["Content-Language"] == "zh-CN"
    first, second = mail.iter_attachments()
    assert (first.get_filename(), second.get_filename()) == (shown, "b.sig")
    assert first.get_content() == pdf
    assert first.get_content_type() == "application/pdf"
    # As those read it that know encoded words alone.
    raw = email.message_from_bytes(data).get_payload()[1]["Content-Disposition"]
    (word,) = re.findall(r'filename="(=\?[^"]*)"', raw)
    assert str(email.header.make_header(email.header.decode_header(word))) == shown
    other = mailparser.parse_from_bytes(data)
    assert [one["filename"] for one in other.attachments] == [shown, "b.sig"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
