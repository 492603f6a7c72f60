"""The PDF 回执 of a letter, with what it can be checked by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from intake.settings import Settings
from receipts import minisign
from receipts.code import write_code
from receipts.compose import Attached
from receipts.letter import Letter
from receipts.pdf import Sheet, render_pdf
from receipts.signing import signing_key

PDF, SIGNATURE, FACTS = "回执.pdf", "回执.pdf.sig", "回执.json"
"""Their names beside the letter in the archive."""


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """pdf: PDF/A. signature: of the PDF, in the form of minisign, with the code in its comment.
    facts: JSON of all that the receipt tells; the code holds its digest."""

    number: str
    pdf: bytes
    signature: bytes
    facts: bytes

    def files(self, letter: str) -> dict[str, bytes]:
        """By archive path, beside that of the letter."""
        folder = PurePosixPath(letter).parent
        made = ((PDF, self.pdf), (SIGNATURE, self.signature), (FACTS, self.facts))
        return {str(folder / name): data for name, data in made}

    def attached(self) -> tuple[Attached, ...]:
        """As the mail carries them."""
        return (
            Attached(f"回执-{self.number}.pdf", "application/pdf", self.pdf),
            Attached(f"回执-{self.number}.pdf.sig", "application/octet-stream", self.signature),
        )


def keys_folder(settings: Settings) -> Path:
    """Where the key is made, and the public halves of all keys are kept."""
    return settings.data_dir / "keys"


def sign_receipt(
    letter: Letter,
    settings: Settings,
    *,
    programme: str,
    receipt_no: str,
    application_no: str,
    made_at: datetime,
) -> SignedReceipt:
    """Raises: SettingsError where the key, or the operator's own template, cannot be used."""
    key = signing_key(keys_folder(settings), settings.receipt_key_file)
    code = write_code(programme, receipt_no, application_no, made_at, letter.facts, key)
    pdf = render_pdf(
        Sheet(letter.facts, code, made_at, settings.verify_url, templates=settings.templates_dir)
    )
    signature = minisign.sign(pdf, key.private, comment=code)
    return SignedReceipt(receipt_no, pdf, signature, letter.facts)
