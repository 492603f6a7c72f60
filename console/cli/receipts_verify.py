"""`intake receipts verify`."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.output import json_option, print_json, printable
from intake.proving import MOST_BYTES, code_proof, pdf_proof
from intake.settings import load_settings
from intake.workplace import Workplace, open_workplace
from model.errors import IntakeError
from receipts.proof import Proof, ProofState


@click.command("verify")
@click.argument("pdf", required=False, type=click.Path(path_type=Path))
@click.option("--signature", type=click.Path(path_type=Path), metavar="FILE.sig",
              help="By default FILE.pdf.sig beside it, where there is one.")  # fmt: skip
@click.option("--code", metavar="TEXT", help="The text of the QR code, instead of a PDF.")
@json_option
def command(pdf: Path | None, signature: Path | None, code: str | None, as_json: bool) -> int:
    """Whether a receipt is ours and unchanged. Exit code 0 valid, 1 not."""
    if (pdf is None) == (code is None) or (signature is not None and pdf is None):
        raise IntakeError(
            "Give the receipt's PDF, or with --code the text of its QR code.",
            "`intake receipts verify 回执.pdf`, or `intake receipts verify --code 'HZ1|…'`.",
        )
    with open_workplace(load_settings()) as place:
        proof = _of_pdf(place, pdf, signature) if pdf else code_proof(place, code or "")
    if as_json:
        print_json(_as_json(proof))
    else:
        _print(proof)
    return 0 if proof.state is ProofState.VALID else 1


def _of_pdf(place: Workplace, pdf: Path, signature: Path | None) -> Proof:
    beside = pdf.with_name(f"{pdf.name}.sig")
    if signature is None and beside.is_file():
        signature = beside
    return pdf_proof(place, _read(pdf), _read(signature) if signature else None)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise IntakeError(f"{file} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise IntakeError(f"{file} is larger than any receipt.")
    return data


def _as_json(proof: Proof) -> dict[str, object]:
    code, facts = proof.code, proof.facts
    return {
        "state": proof.state.value,
        "reason": proof.reason,
        "text": proof.text,
        "receipt_no": code.receipt_no if code else (facts or {}).get("receipt_no"),
        "application_no": code.application_no if code else (facts or {}).get("application_no"),
        "programme": code.programme if code else None,
        "made_at": code.made_at.isoformat() if code else None,
        "key": code.key_id if code else None,
        "in_ledger": facts is not None or proof.reason == "differs",
    }


def _print(proof: Proof) -> None:
    click.echo(f"{proof.verdict}：{proof.text}")
    for label, text in proof.lines:
        click.echo(printable(f"{label}：{text}"))
    if proof.facts is None and proof.lines:
        click.echo("（以上为核验码自身所写）")
