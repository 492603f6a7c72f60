"""Any header block is looked at without an exception: what cannot be read is an outcome."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from model.authenticity import Boundary, KeyAnswer, KeyState
from parsers.authenticity import read_evidence, verify_signatures
from tests.builders.signed import DOMAIN, KEY_NAME, ed25519_key, plain_mail, rsa_key, signed

ARRIVED = datetime(2021, 6, 1, tzinfo=UTC)
WHOLE = signed(signed(plain_mail(), rsa_key()), ed25519_key())
SHARDS = [
    b"DKIM-Signature: ", b"Received: from a (b [192.0.2.1]) by c with d; ", b"Received-SPF: pass",
    b"Authentication-Results: mx; dkim=pass header.d=a", b"ARC-Seal: i=1; cv=none; d=a", b"v=1;",
    b"a=rsa-sha256;", b"a=ed25519-sha256;", b"c=relaxed/relaxed;", b"c=;", b"l=0;", b"l=99999999;",
    b"d=" + DOMAIN.encode() + b";", b"s=s2021;", b"h=from:from:to;", b"bh=AAAA;", b"b=AAAA", b"t=",
    b"x=", b"i=@", b"q=dns/txt;", b";", b"=", b"(", b"\\", b'"', b"\r\n", b"\n", b"\r", b"\r\n ",
    b"\t", b" " * 90, b"\x00", b"\xff", b"\xd6\xd0", b"From: a@b.cn\r\n", b"\r\n\r\n", b"From ",
    b"9" * 30, b"_", b"\xc2\xb2", b":", b"..", b"xn--",
]  # fmt: skip
RECORDS = st.one_of(
    st.sampled_from([rsa_key().record.decode(), ed25519_key().record.decode(), "", "p=", "k=rsa"]),
    st.lists(st.sampled_from(["v=DKIM1;", "k=rsa;", "k=ed25519;", "p=", "MEgCQQ", "AAAA", "s=", "*",
                              "h=", "t=s", ";", "=", "\x00", "\xff"])).map("".join),
)  # fmt: skip


def _look(mail: bytes, record: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.eml"
        path.write_bytes(mail)
        found = read_evidence(path, Boundary(("mx",), results_below=True), ARRIVED)
        answer = KeyAnswer(KeyState.FOUND, record)
        keys = dict.fromkeys((*found.key_names, KEY_NAME), answer)
        for one in verify_signatures(path, keys, [DOMAIN], ARRIVED):
            assert one.outcome
            one.domain.encode()


@given(st.lists(st.sampled_from(SHARDS), max_size=40).map(b"".join), RECORDS)
def test_shards(mail: bytes, record: str) -> None:
    _look(mail, record)


@given(st.integers(0, len(WHOLE)), st.sampled_from(SHARDS), st.integers(0, 40), RECORDS)
def test_a_good_mail_with_something_put_in(at: int, shard: bytes, less: int, record: str) -> None:
    _look(WHOLE[:at] + shard + WHOLE[at + less :], record)
