"""DKIM-Signature headers and key records, taken apart with care.

Source: RFC 6376 3.5, 3.6.1; RFC 8301 (RSA of 1024 bits or more, no SHA-1); RFC 8463 (Ed25519).
The grammar is dkimpy's; what stands around it keeps a hostile header from costing minutes, and
measures times against the mail's arrival instead of the time of checking.

Words for the reason of an outcome: malformed, header_malformed, from_unsigned, algorithm, domain
(broken); no_record, revoked, key_unusable (no_key); body_changed, header_changed, expired,
in_the_future, key_too_short, sha1, key_mismatch (fail); no_answer, off, header_too_large,
timeout, memory, crash (not_checked).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import dkim
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dkim.canonicalization import CanonicalizationPolicy, InvalidCanonicalizationPolicyError
from dkim.crypto import parse_public_key
from dkim.util import InvalidTagValueList, parse_tag_value

from parsers.authenticity.domains import dns_form

HEADER_NAME = b"dkim-signature"
VALUE_BYTES = 16 << 10
SIGNED_HEADERS = 300
CLOCK_LEEWAY = timedelta(hours=10)
"""For senders with a wrong clock; dkimpy allows as much."""
RSA_BITS_LEAST, RSA_BITS_MOST = 1024, 16_384
"""RFC 8301 3.2 for the least; a larger key would only cost time."""
ED25519_BITS = 256
_LONG_SPACE = re.compile(rb"\s{100}")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it stands. tags: its values; problem: why it is broken, "" if it is not.
    late: "expired" or "in_the_future", "" if it was in force when the mail arrived."""

    header: tuple[bytes, bytes]
    tags: dict[bytes, bytes] = field(default_factory=dict)
    problem: str = ""
    late: str = ""

    @property
    def domain(self) -> str:
        return dns_form(self._text(b"d"))[:255]

    @property
    def selector(self) -> str:
        return self._text(b"s").lower()[:255]

    @property
    def algorithm(self) -> str:
        return self._text(b"a").lower()[:40]

    @property
    def hash_name(self) -> str:
        return self.algorithm.rpartition("-")[2]

    @property
    def relaxed_body(self) -> bool:
        return self.tags.get(b"c", b"").partition(b"/")[2] == b"relaxed"

    @property
    def length(self) -> int | None:
        return int(self.tags[b"l"]) if b"l" in self.tags else None

    @property
    def signed_headers(self) -> list[bytes]:
        return [name.lower() for name in re.split(rb"\s*:\s*", self.tags[b"h"])]

    @property
    def body_digest(self) -> bytes:
        return base64.b64decode(re.sub(rb"\s+", b"", self.tags[b"bh"]))

    @property
    def value(self) -> bytes:
        """The signature's own bytes."""
        return base64.b64decode(re.sub(rb"\s+", b"", self.tags[b"b"]))

    @property
    def key_name(self) -> str:
        """Where the key stands in the DNS; "" where no such name is possible."""
        name = f"{self.selector}._domainkey.{self.domain}"
        return name if not self.problem and _HOST.fullmatch(name) else ""

    def _text(self, tag: bytes) -> str:
        return self.tags.get(tag, b"").decode("utf-8", "replace")


def read_signature(header: tuple[bytes, bytes], received_at: datetime) -> Signature:
    """Take one header apart; whatever is wrong with it becomes its problem."""
    value = header[1]
    if len(value) > VALUE_BYTES or _LONG_SPACE.search(value):
        return Signature(header, problem="malformed")
    try:
        tags = parse_tag_value(value)
    except InvalidTagValueList:
        return Signature(header, problem="malformed")
    problem = _problem(tags)
    if problem:
        return Signature(header, tags, problem)
    signature = Signature(header, tags, late=_late(tags, received_at))
    return signature if signature.key_name else Signature(header, tags, "domain")


def _problem(tags: dict[bytes, bytes]) -> str:
    algorithm = tags.get(b"a", b"rsa-sha256").lower()
    if algorithm not in (b"rsa-sha256", b"rsa-sha1", b"ed25519-sha256"):
        return "algorithm"
    # Times are compared below: dkimpy would take the present moment for that of arrival.
    timeless = {name: value for name, value in tags.items() if name not in (b"t", b"x")}
    try:
        dkim.validate_signature_fields(timeless)
        CanonicalizationPolicy.from_c_value(tags.get(b"c"))
        base64.b64decode(re.sub(rb"\s+", b"", tags[b"bh"]), validate=True)
        base64.b64decode(re.sub(rb"\s+", b"", tags[b"b"]), validate=True)
        times = [int(tags[name]) for name in (b"t", b"x") if name in tags]
        int(tags.get(b"l", b"0"))
    except (dkim.DKIMException, InvalidCanonicalizationPolicyError, ValueError, IndexError):
        return "malformed"
    names = [name.lower() for name in re.split(rb"\s*:\s*", tags[b"h"])]
    if len(names) > SIGNED_HEADERS or not all(0 <= time < 10**12 for time in times):
        return "malformed"
    # RFC 6376 5.4: a signature that does not cover From says nothing about the sender.
    return "" if b"from" in names else "from_unsigned"


def _late(tags: dict[bytes, bytes], received_at: datetime) -> str:
    moment, leeway = received_at.timestamp(), CLOCK_LEEWAY.total_seconds()
    if b"t" in tags and int(tags[b"t"]) > moment + leeway:
        return "in_the_future"
    if b"x" in tags and int(tags[b"x"]) < moment - leeway:
        return "expired"
    return ""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key. problem: why it cannot be used, "" if it can; kind: "rsa" or "ed25519"."""

    kind: str = ""
    bits: int = 0
    value: Any = None
    problem: str = ""


def read_key(record: str, signature: Signature) -> Key:
    """The key that a TXT record holds, if this signature may use it."""
    try:
        tags = parse_tag_value(record.encode("latin-1", "replace"))
    except (InvalidTagValueList, IndexError):
        return Key(problem="key_unusable")
    public = re.sub(rb"\s+", b"", tags.get(b"p", b""))
    kind = tags.get(b"k", b"rsa").lower().decode("ascii", "replace")
    if tags.get(b"v", b"DKIM1") != b"DKIM1" or b"p" not in tags or kind not in _READERS:
        return Key(problem="key_unusable")
    if not public:
        return Key(kind, problem="revoked")
    try:
        key = _READERS[kind](base64.b64decode(public))
    except Exception:  # noqa: BLE001 - another's parser on hostile bytes; told as the key's fault
        return Key(kind, problem="key_unusable")
    if key.problem:
        return key
    return Key(
        key.kind, key.bits, key.value, "" if _may_use(tags, kind, signature) else "key_mismatch"
    )


def _may_use(tags: dict[bytes, bytes], kind: str, signature: Signature) -> bool:
    def listed(tag: bytes, *wanted: str) -> bool:
        words = {one.strip() for one in tags[tag].decode("ascii", "replace").lower().split(":")}
        return bool(words & set(wanted))

    if not signature.algorithm.startswith(f"{kind}-"):
        return False
    if b"h" in tags and not listed(b"h", signature.hash_name):
        return False
    if b"s" in tags and not listed(b"s", "*", "email"):
        return False
    if b"t" in tags and listed(b"t", "s"):  # the identity may not be of a subdomain
        identity = signature.tags.get(b"i", b"").rpartition(b"@")[2].decode("utf-8", "replace")
        return not identity or dns_form(identity) == signature.domain
    return True


def _rsa(data: bytes) -> Key:
    value = parse_public_key(data)
    bits = int(value["modulus"]).bit_length()
    if bits > RSA_BITS_MOST or int(value["publicExponent"]).bit_length() > RSA_BITS_MOST:
        return Key("rsa", bits, problem="key_unusable")
    return Key("rsa", bits, value)


class _Ed25519:
    """Stands where dkimpy expects a key of PyNaCl; a bad signature is remembered, not raised."""

    def __init__(self, data: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(data)
        self.agrees = False

    def verify(self, digest: bytes, signature: bytes) -> None:
        try:
            self._key.verify(signature, digest)
        except InvalidSignature:
            self.agrees = False
        else:
            self.agrees = True


def _ed25519(data: bytes) -> Key:
    return Key("ed25519", ED25519_BITS, _Ed25519(data))


_READERS: dict[str, Callable[[bytes], Key]] = {"rsa": _rsa, "ed25519": _ed25519}
