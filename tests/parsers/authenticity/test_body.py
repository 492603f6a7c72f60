"""The streamed canonical forms against dkimpy's, which hold the body whole."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from parsers.authenticity import body as streamed
from parsers.authenticity.body import BodyQuestion, Canonical, body_digests

BLOCK = 64
FORMS = {False: Simple, True: Relaxed}
PIECES = st.sampled_from([b"a", b"b", b" ", b"\t", b"\r\n", b"\n", b"\r", b"=E7", b"\x00", b"\xff"])


def whole(body: bytes, *, relaxed: bool) -> bytes:
    canonical: bytes = FORMS[relaxed].canonicalize_body(b"\r\n".join(re.split(b"\r?\n", body)))
    return canonical


@given(body=st.lists(PIECES, max_size=40).map(b"".join), cuts=st.lists(st.integers(1, 5)))
def test_equal_to_the_whole_form(body: bytes, cuts: list[int]) -> None:
    for relaxed in FORMS:
        stream = Canonical(relaxed=relaxed)
        out, at = b"", 0
        for size in [*cuts, len(body)]:
            out += b"".join(stream.feed(body[at : at + size]))
            at += size
        out += b"".join(stream.close())
        assert out == whole(body, relaxed=relaxed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x" * (BLOCK - 1) + b"\r\nend",
        b"x" * (BLOCK - 1) + b" \r\n" * 3,
        b" " * (BLOCK + 1) + b"x\r\n",
        b"\r\n" * (BLOCK + 5) + b"x",
        b"x" + b"\r\n" * (BLOCK + 5),
        b"x\r" * BLOCK,
    ],
    ids=["empty", "cut line end", "cut space", "spaces", "lines in front", "lines behind", "CRs"],
)
def test_over_the_edge_of_blocks(
    body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "BLOCK_BYTES", BLOCK)
    path = tmp_path / "body"
    path.write_bytes(b"head" + body)
    lengths = (None, 0, 3, len(body) * 3)
    questions = [BodyQuestion(relaxed, "sha256", length) for relaxed in FORMS for length in lengths]
    for question, found in zip(questions, body_digests(path, 4, questions), strict=True):
        expected = whole(body, relaxed=question.relaxed)
        assert found.digest == hashlib.sha256(expected[: question.length]).digest()
        beyond = len(expected) - (len(expected) if question.length is None else question.length)
        assert found.beyond == max(beyond, 0)
