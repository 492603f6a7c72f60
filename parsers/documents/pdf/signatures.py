"""Signatures of a PDF: who, when, and whether the signed bytes are still the same.

By pyHanko, which parses the file a second time in Python; imported only for files that have a
signature. Seals after the Chinese standard (SM2, `signing/ses.py`), which it does not know, are
read by our own means. Sources: ISO 32000-2, 12.8; GB/T 38540-2020.

Residual risks: nobody vouches for the certificate: no list is asked, no time stamp checked. What
may be added to a signed file without changing it is pyHanko's judgement.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from model.document import Box, Signature
from parsers.documents.signing.ses import read_signature
from parsers.documents.signing.sm2 import has_sm3, sm3

_MAX_SIGNATURES = 50
_MAX_DIFFED = 10
"""Comparing the revisions of a file is dear; more signatures than this are not compared."""

Place = tuple[int, Box]


def read_signatures(
    path: Path, password: str | None, places: Mapping[str, Place]
) -> list[Signature]:
    """One for each signature field that is filled. places: by the field's name.

    Raises: OSError where the file cannot be read from the disk.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import enumerate_sig_fields

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    found: list[Signature] = []
    with path.open("rb") as stream:
        fields: list[Any] = []
        try:
            reader = PdfFileReader(stream, strict=False)
            if reader.encrypted:
                reader.decrypt(password or "")
            for one in enumerate_sig_fields(reader, filled_status=True):
                fields.append(one)
                if len(fields) >= _MAX_SIGNATURES:
                    break
        except OSError:
            raise
        except Exception:  # noqa: BLE001
            # pyHanko raises whatever its parser trips over, also on files that pdfium mends.
            note = "the signatures could not be read"
            return [Signature("pdf", "", page=page, box=box, note=note)
                    for page, box in places.values()]  # fmt: skip
        for number, (name, value, ref) in enumerate(fields):
            page, box = places.get(str(name), (0, None))
            try:
                one = _signature(reader, ref, str(name), number < _MAX_DIFFED)
            except Exception:  # noqa: BLE001
                # As above; the next signature may well be sound.
                one = _chinese(stream, value)
            signer, when, unchanged, whole, note = one
            found.append(Signature("pdf", signer, when, unchanged, whole, page, box, note))
    return found


_Read = tuple[str, str, bool | None, bool, str]
"""Signer, time, unchanged, whole, note."""


def _signature(reader: Any, ref: Any, name: str, diff: bool) -> _Read:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    one = EmbeddedPdfSignature(reader, ref.get_object(), name)
    one.compute_integrity_info(skip_diff=not diff)
    intact, valid = validate_sig_integrity(
        one.signer_info, one.signer_cert, "data", one.compute_digest()
    )
    notes: list[str] = []
    unchanged: bool | None = bool(intact and valid)
    if not unchanged:
        notes.append("the signed bytes are not those that were signed")
    whole = one.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not whole and unchanged:
        level = getattr(one.diff_result, "modification_level", None)
        covered = one.coverage == SignatureCoverageLevel.ENTIRE_REVISION
        if not covered:
            unchanged = None
            notes.append("the signature does not cover a whole revision of the file")
        elif one.diff_result is not None and level in (None, ModificationLevel.OTHER):
            notes.append(CHANGED_LATER)
        else:
            notes.append("the file was added to after signing")
    when = one.self_reported_timestamp
    return (
        _name(one.signer_cert), when.isoformat() if when else "", unchanged, whole,
        "; ".join(notes),
    )  # fmt: skip


CHANGED_LATER = "the file was changed after signing"


def _chinese(stream: BinaryIO, value: Any) -> _Read:
    """A signature that pyHanko cannot read: perhaps SES_Signature over the digest of the bytes."""
    try:
        value = value.get_object()
        spans = [int(number) for number in value["/ByteRange"]]
        one = read_signature(bytes(value["/Contents"]))
    except Exception:  # noqa: BLE001
        # No such structure, or pyHanko trips over the object again.
        return "", "", None, False, "the signature is of a kind that is not known"
    size = stream.seek(0, 2)
    sound = len(spans) == 4 and all(0 <= span <= size for span in spans)
    if not sound or not has_sm3():
        return one.signer, one.signed_at, None, False, "the signed bytes could not be checked"
    digest = sm3(*_pieces(stream, spans))
    fits = hmac.compare_digest(digest, one.digest)
    unchanged = (fits and one.fits) if one.fits is not None else (None if fits else False)
    whole = spans[0] == 0 and spans[2] + spans[3] >= size
    note = "" if unchanged else "the signed bytes are not those that were signed"
    return one.signer, one.signed_at, unchanged, whole, note


def _pieces(stream: BinaryIO, spans: list[int]) -> Iterator[bytes]:
    for start, length in zip(spans[::2], spans[1::2], strict=True):
        stream.seek(start)
        yield stream.read(length)


def _name(certificate: Any) -> str:
    """The common name, else the organisation, else all that the certificate says."""
    names: Mapping[str, Any] = certificate.subject.native
    for key in ("common_name", "organization_name"):
        if isinstance(names.get(key), str):
            return str(names[key])
    readable: Callable[[], str] | str = certificate.subject.human_friendly
    return str(readable)
