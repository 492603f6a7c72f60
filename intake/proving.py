"""A receipt that somebody shows: its signature, and whether ledger and archive know it.

Nothing of what is shown is opened; its digest is compared, and its signature checked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Row

from intake.signed_receipt import FACTS, keys_folder
from intake.workplace import Workplace
from receipts.proof import Proof, ProofState, prove_code, prove_signature
from receipts.signing import public_keys
from storage.ledger import outbox

MOST_BYTES = 32 << 20
"""Of a PDF that is looked at: more than any receipt has."""


def code_proof(place: Workplace, text: str) -> Proof:
    """Of the text in a QR code.

    Raises: SettingsError where the public keys cannot be read; ArchiveError where the archive
    cannot.
    """
    proof = prove_code(text, public_keys(keys_folder(place.settings)))
    return _with_the_archive(place, proof, "")


def pdf_proof(place: Workplace, pdf: bytes, signature: bytes | None) -> Proof:
    """Of a PDF, by its signature, or else by being the very one that is archived.

    Raises: as above.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    if signature is not None:
        proof = prove_signature(pdf, signature, public_keys(keys_folder(place.settings)))
        return _with_the_archive(place, proof, digest)
    with place.ledger.read() as tx:
        row = outbox.find_by_pdf(tx, digest)
    if row is None:
        return Proof(ProofState.NOT_VALID, "unsigned")
    facts = _facts(place, row)
    return Proof(ProofState.VALID, "same_as_archived", facts=json.loads(facts) if facts else None)


def _with_the_archive(place: Workplace, proof: Proof, pdf_sha256: str) -> Proof:
    """A good signature is not enough where the archive has something else under its number.

    pdf_sha256: of the PDF that was shown, "" where none was.
    """
    if proof.state is not ProofState.VALID or proof.code is None:
        return proof
    with place.ledger.read() as tx:
        row = outbox.find(tx, proof.code.receipt_no)
    if row is None:
        return replace(proof, reason="valid_not_in_ledger")
    facts = _facts(place, row)
    same = facts is not None and hashlib.sha256(facts).digest() == proof.code.digest
    if not same or (pdf_sha256 and row.pdf_sha256 != pdf_sha256):
        return replace(proof, state=ProofState.NOT_VALID, reason="differs")
    assert facts is not None
    told: Mapping[str, object] = json.loads(facts)
    return replace(proof, facts=told)


def _facts(place: Workplace, row: Row[Any]) -> bytes | None:
    """What the archive holds beside a letter, None where it holds nothing.

    Raises: ArchiveError where it cannot be read.
    """
    path = str(PurePosixPath(row.filed_as).parent / FACTS)
    for version in place.archive(row.programme).versions(row.object_id):
        if version.number == row.version and path in version.state:
            return version.path(path).read_bytes()
    return None
