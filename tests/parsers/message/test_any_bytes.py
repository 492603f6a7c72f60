"""Any file is read without an exception, in little memory; random content comes out as it was."""

from __future__ import annotations

import base64
import pickle
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.demo.mails import compose
from model.message import Message
from parsers.message import MessageLimits, read_message
from tests.builders.mails import ENCODINGS, mail, multipart, part, uuencoded, word

SOURCES = [
    compose(
        subject="ZB20210137+山东省某某有限公司",
        sender="zhang@163.com",
        sender_name="张三",
        to="zlbg@example.cn",
        date=datetime(2021, 5, 6, tzinfo=UTC),
        attachments=[("申报材料.rar", bytes(range(256)))],
        text="见附件 https://pan.baidu.com/s/1abc",
        style=style,
    )
    for style in ("foxmail", "outlook", "netease")
] + [mail(multipart(part(uuencoded(b"x" * 99), media_type=b"text/plain", encoding="")))]

SHARDS = [
    b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\x1a", b"\xff\xfe", b"\xd5\xc5", b"\xe5\xbc", b'"',
    b";",
    b"=?", b"?=", b"=?gb2312?B?", b"=?utf-7?Q?+", b"=?undefined?B?YQ?=", b"--", b"\n--", b"\n--\n",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"\n--x--\n", b"boundary=",
    b"charset=hz",
    b"charset=utf-16\n", b"charset=idna", b"filename*0*=", b"filename*=''%", b"message/rfc822",
    b"begin 644 a\n", b"\nend\n", b"M" + b"A" * 60, b"From: ", b"Date: ", b"<", b">", b"(", b",",
    b"@",
    b"quoted-printable", b"text/html\n\n<a href='http://pan.baidu.com/s/1'>", b"=\n", b" " * 200,
    b"Received: ;", word("张", "gbk"), b"<![CDATA[", b"<!--", b"<?xml version='1.0' encoding='x'?>",
]  # fmt: skip


def _check(raw: bytes) -> Message:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.eml"
        path.write_bytes(raw)
        message = read_message(path, Path(folder) / "parts", MessageLimits(text_bytes=4000))
        assert all(file.path.stat().st_size == file.size for file in message.attachments)
        texts = [message.text, message.subject, *(value for _, value in message.headers)]
        texts += [file.name for file in message.attachments]
        texts += [finding.text + finding.advice + finding.about for finding in message.findings]
        for text in texts:
            text.encode()
            assert "\0" not in text
        assert not any("\n" in value or "\r" in value for _, value in message.headers)
        return message


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes(raw: bytes) -> None:
    _check(raw)


@given(
    st.sampled_from(SOURCES),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 60),
            st.one_of(st.just(b""), st.sampled_from(SHARDS), st.binary(max_size=9)),
        ),
        min_size=1,
        max_size=8,
    ),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_mails(source: bytes, cuts: list[tuple[float, int, bytes]]) -> None:
    raw = source
    for place, size, shard in cuts:
        at = int(place * len(raw))
        raw = raw[:at] + shard + raw[at + size :]
    _check(raw)


@given(st.binary(max_size=3000), st.sampled_from(sorted(ENCODINGS)))
@settings(max_examples=120, deadline=None)
def test_random_content_comes_out_as_it_was(data: bytes, encoding: str) -> None:
    if encoding == "binary":
        data = data.replace(b"\n--", b"\n-=")
    raw = mail(
        multipart(
            part(data, disposition=b"attachment; filename=a", encoding=encoding), part(b"end")
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.eml"
        path.write_bytes(raw)
        message = read_message(path, Path(folder) / "parts")
        assert message.attachments[0].path.read_bytes() == data
        assert message.attachments[1].path.read_bytes() == b"end"


@given(st.text(st.characters(codec="gb18030", exclude_categories=["C", "Z"]), min_size=1))
@settings(max_examples=100, deadline=None)
def test_any_name_comes_out_as_it_was(name: str) -> None:
    for style in ("foxmail", "outlook", "netease"):
        charset = {"foxmail": "gb18030", "outlook": "utf-8", "netease": "gbk"}[style]
        if name.encode(charset, "replace").decode(charset) != name:
            continue
        raw = compose(
            subject=f"申{name}",
            sender="a@b.cn",
            sender_name="",
            to="c@d.cn",
            date=datetime(2021, 5, 6, tzinfo=UTC),
            attachments=[(f"申{name}.rar", b"x")],
            style=style,
        )
        message = _check(raw)
        assert message.subject == f"申{name}"
        assert message.attachments[0].name == f"申{name}.rar"


_CHILD = """
import re, sys
from pathlib import Path
from parsers.message import read_message
message = read_message(Path(sys.argv[1]), Path(sys.argv[2]))
# Not getrusage: its peak is inherited from the process that forked this one.
kib = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(kib // 1024, message.attachments[0].size)
"""


def test_memory_does_not_grow_with_the_mail(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    head, tail = mail(multipart(part(b"MARK", disposition=b"attachment; filename=a"))).split(
        base64.encodebytes(b"MARK")
    )
    block = base64.encodebytes(bytes(range(57)) * 1000)
    with path.open("wb") as file:
        file.write(head)
        for _ in range(1400):
            file.write(block)
        file.write(tail)
    assert path.stat().st_size > 100 << 20
    out = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), str(tmp_path / "parts")],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert int(out[1]) == 1400 * 57_000
    assert int(out[0]) < 60, f"{out[0]} MiB"


def test_it_can_be_run_in_a_child_process(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(SOURCES[0])
    function = pickle.loads(pickle.dumps(read_message))
    message = function(path, tmp_path / "parts")
    assert pickle.loads(pickle.dumps(message)) == message
