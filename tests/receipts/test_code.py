"""The signed text of the QR code, and what is proved by it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from receipts.code import read_code, write_code
from receipts.minisign import sign
from receipts.proof import Proof, ProofState, proof_words, prove_code, prove_signature
from receipts.signing import SigningKey

KEY, OTHER = SigningKey.throwaway(), SigningKey.throwaway()
KEYS = {KEY.id: KEY.private.public_key()}
AT = datetime(2021, 5, 17, 2, 0, 0, 999, tzinfo=UTC)
FACTS = b'{"receipt_no":"HZ2021-00042"}'


def _code(
    receipt_no: str = "HZ2021-00042", number: str = "ZB20210137", key: SigningKey = KEY
) -> str:
    return write_code("national-2021", receipt_no, number, AT, FACTS, key)


def test_it_reads_back_and_is_good() -> None:
    text = _code()
    assert text.isascii()
    assert len(text) < 230  # still a QR code that telephones read off paper
    code = read_code(text).code
    assert (code.programme, code.receipt_no) == ("national-2021", "HZ2021-00042")
    assert code.application_no == "ZB20210137"
    assert code.made_at == AT.replace(microsecond=0)
    assert code.digest == hashlib.sha256(FACTS).digest()
    assert prove_code(text, KEYS) == Proof(ProofState.VALID, "valid", code)


@pytest.mark.parametrize(
    "number", ["", "2022-173ZD-001", "鲁质〔2021〕1号", "a|b|c", "%41", "~ +&=#?"]
)
def test_numbers_of_any_form(number: str) -> None:
    text = _code(receipt_no=f"回{number}", number=number)
    assert text.isascii()
    assert read_code(text).code.application_no == number
    assert read_code(text).code.receipt_no == f"回{number}"
    assert prove_code(text, KEYS).state is ProofState.VALID


@pytest.mark.parametrize(
    "shown",
    ["  {}\n", "https://v.example/x?code={url}", "HTTP://v.example/?a=b&code={url}", "{broken}"],
    ids=["spaces", "address", "capitals", "lines"],
)
def test_as_it_is_pasted(shown: str) -> None:
    text = _code()
    broken = f"{text[:70]}\r\n{text[70:150]}\n {text[150:]}"
    pasted = shown.format(text, url=text.replace("|", "%7C"), broken=broken)
    assert prove_code(pasted, KEYS).state is ProofState.VALID


@pytest.mark.parametrize("place", range(0, 205, 3))
def test_one_letter_changed_is_refused(place: int) -> None:
    text = _code()
    other = "B" if text[place] == "A" else "A"
    proof = prove_code(text[:place] + other + text[place + 1 :], KEYS)
    assert proof.state is not ProofState.VALID


@pytest.mark.parametrize(
    "text",
    ["", "hello", "HZ1", "HZ1|||||||", "HZ2" + _code()[3:], _code() + "|", "|" + _code(),
     _code() + "=", _code().replace("T020000Z", "T990000Z"), "https://v.example/", "x" * 100_000,
     "https://[", _code()[:-1] + "中", _code().replace("HZ2021", "%ff")],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_code(text: str) -> None:
    assert prove_code(text, KEYS).state is ProofState.NOT_VALID


def test_a_key_that_is_not_ours() -> None:
    proof = prove_code(_code(key=OTHER), KEYS)
    assert (proof.state, proof.reason) == (ProofState.UNKNOWN_KEY, "unknown_key")
    claimed = _code(key=OTHER).replace(OTHER.id, KEY.id)
    assert prove_code(claimed, KEYS).reason == "altered_code"


def test_a_signature_carries_the_code() -> None:
    pdf = b"%PDF"
    good = sign(pdf, KEY.private, _code())
    assert prove_signature(pdf, good, KEYS).state is ProofState.VALID
    assert prove_signature(pdf + b" ", good, KEYS).reason == "altered_file"
    assert prove_signature(pdf, sign(pdf, KEY.private, "hello"), KEYS).reason == "not_a_code"
    assert prove_signature(pdf, sign(pdf, OTHER.private, _code()), KEYS).reason == "unknown_key"
    assert prove_signature(pdf, b"hello", KEYS).reason == "not_a_signature"


def test_what_a_stranger_wrote_is_shown_on_one_line() -> None:
    proof = prove_code(_code(number="Z\u202e\r\n回执"), {})
    assert ("申报编号", "Z\ufffd\ufffd\ufffd回执") in proof.lines


def test_every_reason_has_its_words() -> None:
    words = proof_words()
    assert set(words["states"]) == {one.value for one in ProofState}
    assert all(one.endswith("。") for one in words["reasons"].values())
