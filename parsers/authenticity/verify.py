"""DKIM signatures verified with keys that were looked up elsewhere.

The signed headers are checked by dkimpy. The body is not given to it: it would hold a mail
several times over; its digest is made as a stream instead (`body.py`), so that no mail is too
large to be checked.

Residual risks: a key that was withdrawn since says nothing about the day of sending; a signature
with l= covers only the body's beginning; a domain can sign whatever its users send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import dkim

from model.authenticity import DkimOutcome, DkimSignature, KeyAnswer, KeyState
from parsers.authenticity.body import BodyDigest, BodyQuestion, body_digests
from parsers.authenticity.domains import same_organisation
from parsers.authenticity.head import Head, HeadMalformed, HeadTooLarge, read_head
from parsers.authenticity.signature import (
    HEADER_NAME,
    RSA_BITS_LEAST,
    Key,
    Signature,
    read_key,
    read_signature,
)

SIGNATURES = 5
"""The topmost ones: as many as RFC 6376 6.1 lets a verifier stop at."""

Outcome = tuple[DkimOutcome, str]
_PASS: Outcome = (DkimOutcome.PASS, "")
_SILENT = KeyAnswer(KeyState.SILENT)


def read_signatures(head: Head, received_at: datetime) -> tuple[list[Signature], int]:
    """The signatures that are looked at, topmost first, and how many more there are."""
    headers = [header for header in head.headers if header[0].lower() == HEADER_NAME]
    read = [read_signature(header, received_at) for header in headers[:SIGNATURES]]
    return read, len(headers) - len(read)


def verify_signatures(
    path: Path,
    keys: Mapping[str, KeyAnswer],
    from_domains: Sequence[str],
    received_at: datetime,
    unasked: str = "no_answer",
) -> tuple[DkimSignature, ...]:
    """What each signature of the mail at `path` is worth.

    keys: by the names that `read_evidence` gave; a key that is not among them counts as not
    told, for the reason `unasked`. from_domains: of all addresses in From.

    Raises: OSError where the mail cannot be read.
    """
    try:
        head = read_head(path)
    except HeadTooLarge:
        return (_unreadable(DkimOutcome.NOT_CHECKED, "header_too_large"),)
    except HeadMalformed:
        return (_unreadable(DkimOutcome.BROKEN, "header_malformed"),)
    signatures, _ = read_signatures(head, received_at)
    answers = [keys.get(one.key_name, _SILENT) for one in signatures]
    loaded = [
        read_key(answer.record, one)
        if answer.state is KeyState.FOUND and not one.problem
        else Key()
        for one, answer in zip(signatures, answers, strict=True)
    ]
    asked = [at for at, key in enumerate(loaded) if key.value is not None]
    questions = [
        BodyQuestion(signatures[at].relaxed_body, signatures[at].hash_name, signatures[at].length)
        for at in asked
    ]
    found = body_digests(path, head.body_at, questions) if questions else []
    digests = dict(zip(asked, found, strict=True))
    judged = []
    for at, (one, answer, key) in enumerate(zip(signatures, answers, loaded, strict=True)):
        outcome, reason = _judge(head, one, answer, key, digests.get(at), unasked)
        judged.append(
            DkimSignature(
                domain=one.domain,
                selector=one.selector,
                algorithm=one.algorithm,
                outcome=outcome,
                reason=reason,
                aligned=bool(from_domains)
                and all(same_organisation(one.domain, domain) for domain in from_domains),
                key_bits=key.bits,
                unsigned_bytes=digests[at].beyond if at in digests else 0,
            )
        )
    return tuple(judged)


def _judge(
    head: Head, one: Signature, answer: KeyAnswer, key: Key, body: BodyDigest | None, unasked: str
) -> Outcome:
    if one.problem:
        return DkimOutcome.BROKEN, one.problem
    if answer.state is KeyState.SILENT:
        return DkimOutcome.NOT_CHECKED, unasked
    if answer.state is KeyState.NONE:
        return DkimOutcome.NO_KEY, "no_record"
    if body is None:
        return DkimOutcome.NO_KEY, key.problem
    if key.problem:
        return DkimOutcome.FAIL, key.problem
    if body.digest != one.body_digest:
        return DkimOutcome.FAIL, "body_changed"
    if not _headers_agree(head, one, key):
        return DkimOutcome.FAIL, "header_changed"
    if key.kind == "rsa" and key.bits < RSA_BITS_LEAST:
        return DkimOutcome.FAIL, "key_too_short"
    if one.hash_name == "sha1":
        return DkimOutcome.FAIL, "sha1"
    if one.late:
        return DkimOutcome.FAIL, one.late
    return _PASS


def _headers_agree(head: Head, one: Signature, key: Key) -> bool:
    """dkimpy's part: the signed headers, and the signature itself."""
    checker = dkim.DKIM(minkey=0)  # a short key is told as such, above
    checker.headers, checker.body = list(head.headers), b""
    checker.pk, checker.keysize, checker.ktag = key.value, key.bits, key.kind.encode()
    # Without bh and l it looks at no body.
    tags = {name: value for name, value in one.tags.items() if name not in (b"bh", b"l")}
    if key.kind == "rsa" and len(one.value) != (key.bits + 7) // 8:
        return False  # RFC 8017 8.2.2; dkimpy would take it with zeros put in front
    try:
        agrees = checker.verify_sig_process(tags, one.signed_headers, one.header, None)
    except (dkim.DKIMException, ValueError, IndexError, ArithmeticError):
        return False
    return bool(agrees) and (key.kind == "rsa" or key.value.agrees)


def _unreadable(outcome: DkimOutcome, reason: str) -> DkimSignature:
    return DkimSignature("", "", "", outcome, reason)
