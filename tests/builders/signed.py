"""Mails signed by dkimpy, and the key records that go with them."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import HASH_ALGORITHMS, parse_pem_private_key

DOMAIN = "qiye.example.com.cn"
SELECTOR = "s2021"
KEY_NAME = f"{SELECTOR}._domainkey.{DOMAIN}"
SUBJECT = (
    "=?utf-8?b?" + base64.b64encode("ZB20210137+山东某某机械有限公司".encode()).decode() + "?="
)
HEADERS = (b"from", b"to", b"subject", b"date", b"message-id")


@dataclass(frozen=True)
class SigningKey:
    """What dkimpy signs with, and the TXT record of its other half."""

    algorithm: bytes
    private: Any
    record: bytes


@cache
def rsa_key(bits: int = 2048, digest: str = "sha256") -> SigningKey:
    key = rsa.generate_private_key(65_537, bits)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    return SigningKey(f"rsa-{digest}".encode(), parse_pem_private_key(pem), record)


@cache
def short_rsa_key() -> SigningKey:
    """511 bits, from two well-known primes: no library makes such a key any more."""
    first, second, exponent = 2**256 - 2**32 - 977, 2**255 - 19, 65_537
    private = pow(exponent, -1, (first - 1) * (second - 1))
    values = {
        "modulus": first * second,
        "privateExponent": private,
        "prime1": first,
        "prime2": second,
        "exponent1": private % (first - 1),
        "exponent2": private % (second - 1),
        "coefficient": pow(second, -1, first),
    }

    def whole(value: int) -> bytes:
        data = value.to_bytes(value.bit_length() // 8 + 1, "big")
        return b"\x02" + bytes([len(data)]) + data

    both = whole(first * second) + whole(exponent)
    public = b"\x30" + bytes([len(both)]) + both
    return SigningKey(b"rsa-sha256", values, b"v=DKIM1; p=" + base64.b64encode(public))


@cache
def ed25519_key() -> SigningKey:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    # dkimpy wants PyNaCl here; all it asks of a key is this.
    signer = SimpleNamespace(sign=lambda data: SimpleNamespace(signature=key.sign(data)))
    record = b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)
    return SigningKey(b"ed25519-sha256", signer, record)


def plain_mail(
    body: bytes = "您好，报送申报材料。\r\n".encode(), *, more: bytes = b"", sender: bytes = b""
) -> bytes:
    """A mail with CRLF, ready to be signed."""
    head = (
        b"From: " + (sender or f"zhang@{DOMAIN}".encode()) + b"\r\n"
        b"To: shenbao@163.example\r\n"
        b"Subject: " + SUBJECT.encode() + b"\r\n"
        b"Date: Tue, 1 Jun 2021 09:00:00 +0800\r\n"
        b"Message-ID: <1@" + DOMAIN.encode() + b">\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n"
    )
    return head + more + b"\r\n" + body


def signed(
    mail: bytes,
    key: SigningKey,
    *,
    domain: str = DOMAIN,
    selector: str = SELECTOR,
    canonical: str = "relaxed/relaxed",
    headers: tuple[bytes, ...] = HEADERS,
    tags: tuple[tuple[str, str], ...] = (),
    length: int | None = None,
) -> bytes:
    """The mail with a DKIM-Signature on top. tags: further ones, as ("x", "1622509200")."""
    signer = dkim.DKIM(mail, signature_algorithm=key.algorithm)
    policy = CanonicalizationPolicy.from_c_value(canonical.encode())
    signer.hasher = HASH_ALGORITHMS[key.algorithm]
    body = policy.canonicalize_body(signer.body)[:length]
    digest = hashlib.new(key.algorithm.decode().rpartition("-")[2], body).digest()
    lengths = [(b"l", str(length).encode())] if length is not None else []
    fields = [
        (b"v", b"1"), (b"a", key.algorithm), (b"c", canonical.encode()), (b"d", domain.encode()),
        (b"s", selector.encode()), *lengths,
        *((name.encode(), value.encode()) for name, value in tags),
        (b"h", b" : ".join(headers)), (b"bh", base64.b64encode(digest)), (b"b", b"0" * 60),
    ]  # fmt: skip
    value = signer.gen_header(fields, list(headers), policy, b"DKIM-Signature", key.private)
    return b"DKIM-Signature: " + bytes(value) + mail
