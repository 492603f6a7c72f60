"""The page on which a receipt is checked: by its files, or by the text of its QR code."""

from __future__ import annotations

from typing import Any

from intake.proving import MOST_BYTES, code_proof, pdf_proof
from intake.workplace import Workplace
from receipts.code import LONGEST
from receipts.minisign import LONGEST as LONGEST_SIGNATURE
from receipts.proof import Proof

MOST_FORM_BYTES = MOST_BYTES + LONGEST_SIGNATURE + LONGEST + 4096
"""Of a form with everything in it."""


def asked(place: Workplace, code: str) -> dict[str, Any]:
    """The page as a QR code's address opens it: code is "" for the empty form."""
    return _page(code_proof(place, code) if code.strip() else None, code)


def sent(place: Workplace, fields: dict[str, bytes]) -> dict[str, Any]:
    """The page with what became of a form's fields code, pdf and signature.

    Where a PDF is given, the text is not looked at.
    """
    code = fields.get("code", b"").decode("utf-8", "replace")
    pdf, signature = fields.get("pdf", b""), fields.get("signature", b"")
    if pdf:
        return _page(pdf_proof(place, pdf, signature or None), "")
    return asked(place, code)


def _page(proof: Proof | None, code: str) -> dict[str, Any]:
    if proof is None:
        return {"state": "", "verdict": "", "text": "", "lines": (), "claimed": False, "code": ""}
    return {
        "state": proof.state.value,
        "verdict": proof.verdict,
        "text": proof.text,
        "lines": proof.lines,
        "claimed": proof.facts is None and bool(proof.lines),
        "code": code[:LONGEST],
    }
