"""Is a receipt that somebody shows one of ours? What its signature says, and in which words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from receipts import minisign
from receipts.code import ReceiptCode, read_code
from receipts.lines import one_line
from receipts.signing import PublicKeys


class ProofState(StrEnum):
    VALID = "valid"
    NOT_VALID = "not_valid"
    UNKNOWN_KEY = "unknown_key"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a receipt. reason: a key of `proofs.toml`. code: what was shown says of
    itself; only where the state is valid is it also true. facts: what the archive holds of it,
    empty where it holds nothing."""

    state: ProofState
    reason: str
    code: ReceiptCode | None = None
    facts: Mapping[str, object] | None = None

    @property
    def text(self) -> str:
        """What was found, in Chinese."""
        return proof_words()["reasons"][self.reason]

    @property
    def verdict(self) -> str:
        """The state, in Chinese."""
        return proof_words()["states"][self.state.value]

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Which receipt it is, as (label, text) that is safe to be shown: by the archive, or else
        by what the code says of itself."""
        labels = proof_words()["facts"]
        if self.facts is not None:
            return tuple(
                (label, one_line(str(self.facts.get(name) or "—")))
                for name, label in labels.items()
            )
        if self.code is None:
            return ()
        said = {"receipt_no": self.code.receipt_no, "application_no": self.code.application_no}
        return tuple((labels[name], one_line(text) or "—") for name, text in said.items())


def prove_code(text: str, keys: PublicKeys) -> Proof:
    """By the text of a QR code alone."""
    try:
        signed = read_code(text)
    except ValueError:
        return Proof(ProofState.NOT_VALID, "not_a_code")
    key = keys.get(signed.code.key_id)
    if key is None:
        return Proof(ProofState.UNKNOWN_KEY, "unknown_key", signed.code)
    if not signed.is_good(key):
        return Proof(ProofState.NOT_VALID, "altered_code", signed.code)
    return Proof(ProofState.VALID, "valid", signed.code)


def prove_signature(pdf: bytes, signature: bytes, keys: PublicKeys) -> Proof:
    """By a PDF and the file of its signature, whose comment is the text of the QR code."""
    try:
        read = minisign.read_signature(signature)
    except ValueError:
        return Proof(ProofState.NOT_VALID, "not_a_signature")
    key = keys.get(read.key_id)
    if key is None:
        return Proof(ProofState.UNKNOWN_KEY, "unknown_key")
    if not minisign.is_good(read, pdf, key):
        return Proof(ProofState.NOT_VALID, "altered_file")
    return prove_code(read.comment, keys)


@cache
def proof_words() -> Mapping[str, Mapping[str, str]]:
    """reasons, states and facts in Chinese, each by its key."""
    return tomllib.loads(Path(__file__).with_name("proofs.toml").read_text("utf-8"))
