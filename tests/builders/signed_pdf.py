"""Signs PDFs for tests with a certificate made on the spot, which nobody vouches for."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko import stamp
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import SimpleSigner

BOX = (380, 100, 500, 220)
"""Of the field: left, bottom, right, top in points."""


@cache
def signer(name: str) -> SimpleSigner:
    """A key and a certificate of this name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime(2021, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    packed = pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, serialization.NoEncryption()
    )
    found = SimpleSigner.load_pkcs12_data(packed, other_certs=[])
    assert found is not None
    return found


def signed_pdf(
    data: bytes, name: str = "山东某某有限公司", field: str = "Signature1",
    picture: Image.Image | None = None,
) -> bytes:  # fmt: skip
    """The same PDF, signed; with a picture in the field where one is given."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    style = None
    if picture is not None:
        image = PdfImage(picture, writer=writer)
        style = stamp.StaticStampStyle(background=image, background_opacity=1, border_width=0)
    made = PdfSigner(
        PdfSignatureMetadata(field_name=field),
        signer=signer(name),
        stamp_style=style,
        new_field_spec=SigFieldSpec(field, box=BOX),
    )
    target = io.BytesIO()
    made.sign_pdf(writer, output=target)
    return target.getvalue()
