"""Receipts as they were filed and sent: they prove themselves, and what was changed does not."""

from __future__ import annotations

import email
import email.policy
import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake.answer import answer
from intake.batch import process_waiting
from intake.contents import RECORD, decode_record
from intake.proving import code_proof, pdf_proof
from intake.rebuild import rebuild
from intake.signed_receipt import FACTS, PDF, SIGNATURE, keys_folder
from intake.workplace import Workplace
from receipts.minisign import read_signature
from receipts.proof import ProofState
from receipts.signing import PRIVATE, signing_key
from storage.archive import FiledVersion
from storage.ledger import outbox
from tests.builders.season import PROGRAMME, good_mail
from tests.intake.conftest import Desk


def _filed(place: Workplace, object_id: str) -> FiledVersion:
    version = place.archive(PROGRAMME).head(object_id)
    assert version is not None
    return version


def _bytes(version: FiledVersion, name: str) -> bytes:
    return version.path(f"receipt/{name}").read_bytes()


def _of(desk: Desk) -> tuple[Workplace, FiledVersion]:
    desk.change(receipt_pdf=True)
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    place = desk.place()
    with place.ledger.read() as tx:
        (row,) = outbox.listing(tx)
    return place, _filed(place, row.object_id)


def test_what_is_filed_is_what_is_sent(desk: Desk) -> None:
    _, version = _of(desk)
    assert answer(desk.place()).sent == 1
    mail = email.message_from_bytes(
        Path(desk.smtp.letters[0]).read_bytes(), policy=email.policy.default
    )
    assert isinstance(mail, EmailMessage)
    carried = {one.get_filename(): one.get_content() for one in mail.iter_attachments()}
    assert carried == {
        "回执-HZ2021-00001.pdf": _bytes(version, PDF),
        "回执-HZ2021-00001.pdf.sig": _bytes(version, SIGNATURE),
    }
    made = decode_record(version.path(RECORD).read_bytes()).answer
    assert made.pdf_as == f"receipt/{PDF}"
    assert made.pdf_sha256 == version.sha256(made.pdf_as)
    facts = json.loads(_bytes(version, FACTS))
    assert (facts["receipt_no"], facts["kind"]) == ("HZ2021-00001", "complete")


def test_pdf_signature_and_code_prove_it(desk: Desk) -> None:
    place, version = _of(desk)
    pdf, signature = _bytes(version, PDF), _bytes(version, SIGNATURE)
    code = read_signature(signature).comment
    for proof in (
        pdf_proof(place, pdf, signature), pdf_proof(place, pdf, None), code_proof(place, code)
    ):  # fmt: skip
        assert proof.state is ProofState.VALID
        assert proof.facts is not None
        assert proof.facts["receipt_no"] == "HZ2021-00001"
    assert pdf_proof(place, pdf + b"\n", signature).reason == "altered_file"
    assert pdf_proof(place, pdf + b"\n", None).reason == "unsigned"
    assert code_proof(place, code.replace("HZ2021-00001", "HZ2021-00002")).reason == "altered_code"


def test_after_another_key_the_old_ones_still_prove(desk: Desk) -> None:
    _, version = _of(desk)
    (keys_folder(desk.settings) / PRIVATE).unlink()
    desk.take_in(good_mail(2))
    process_waiting(desk.place())
    place = desk.place()
    with place.ledger.read() as tx:
        objects = [row.object_id for row in outbox.listing(tx)]
    ids = set()
    for one in objects:
        filed = _filed(place, one)
        signature = _bytes(filed, SIGNATURE)
        ids.add(read_signature(signature).key_id)
        assert pdf_proof(place, _bytes(filed, PDF), signature).reason == "valid"
    assert len(ids) == len(objects) == 2
    (old,) = ids - {read_signature(_bytes(_filed(place, objects[-1]), SIGNATURE)).key_id}
    (keys_folder(desk.settings) / f"{old}.pub").unlink()
    proof = pdf_proof(place, _bytes(version, PDF), _bytes(version, SIGNATURE))
    assert proof.state is ProofState.UNKNOWN_KEY


def test_a_number_that_the_ledger_does_not_know(desk: Desk, tmp_path: Path) -> None:
    _, version = _of(desk)
    signature = _bytes(version, SIGNATURE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    keys_folder(desk.settings).rename(elsewhere / "keys")
    desk.change(data_dir=elsewhere)
    proof = pdf_proof(desk.place(), _bytes(version, PDF), signature)
    assert (proof.state, proof.reason) == (ProofState.VALID, "valid_not_in_ledger")
    assert proof.facts is None


def test_another_receipt_under_its_number_is_not_valid(desk: Desk) -> None:
    """Signed with our key, but not what the archive holds: somebody has the key."""
    place, version = _of(desk)
    code = read_signature(_bytes(version, SIGNATURE)).comment
    with place.ledger.write() as tx:
        row = outbox.find(tx, "HZ2021-00001")
        assert row is not None
        tx.execute(outbox.receipt.update().values(pdf_sha256="0" * 64))
    proof = pdf_proof(place, _bytes(version, PDF), _bytes(version, SIGNATURE))
    assert (proof.state, proof.reason) == (ProofState.NOT_VALID, "differs")
    assert code_proof(place, code).reason == "valid"
    version.path(f"receipt/{FACTS}").write_bytes(b"{}")
    assert code_proof(place, code).reason == "differs"


def test_a_ledger_made_anew_knows_them(desk: Desk) -> None:
    _, version = _of(desk)
    for file in desk.settings.data_dir.glob("ledger.db*"):
        file.unlink()
    rebuild(desk.place())
    assert pdf_proof(desk.place(), _bytes(version, PDF), None).reason == "same_as_archived"


@pytest.mark.parametrize("with_address", [False, True])
def test_a_key_and_an_address_of_the_operators_own(
    desk: Desk, tmp_path: Path, *, with_address: bool
) -> None:
    own = tmp_path / "own.pem"
    made = signing_key(tmp_path / "there")
    (tmp_path / "there" / PRIVATE).rename(own)
    address = "https://verify.example.test/receipts" if with_address else ""
    desk.change(receipt_key_file=own, verify_url=address)
    place, version = _of(desk)
    assert read_signature(_bytes(version, SIGNATURE)).key_id == made.id
    assert not (keys_folder(desk.settings) / PRIVATE).exists()
    assert pdf_proof(place, _bytes(version, PDF), _bytes(version, SIGNATURE)).reason == "valid"
