"""What a mail's headers alone say about its origin: results, hops, seals, wanted keys.

Residual risk: which headers are our own servers' work is told by counting Received headers from
the top, as the settings say; a mail that was put into the mailbox without passing these servers
has none of them, and its sender could have written all.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from model.authenticity import AuthResults, Boundary, HeaderEvidence
from parsers.authenticity.domains import dns_form
from parsers.authenticity.head import Head, HeadMalformed, HeadTooLarge, one_line, read_head
from parsers.authenticity.received import read_received
from parsers.authenticity.results import read_results
from parsers.authenticity.verify import read_signatures

RESULT_HEADERS = 20
PROVIDER_HEADERS = 20
SEALS = 10
SHOWN_CHARACTERS = 300
_PROVIDER = re.compile(
    r"x-(?:netease-|cm-|coremail-|hm-|qq-|ms-exchange-organization-(?:scl|auth)|forefront-antispam-|"
    r"alimail-|aliyun-|spam-|originating-ip|sender-ip|real-ip|gm-spam|ym-|sina-|sohu-|rm-)|received-spf$",
    re.IGNORECASE,
)  # fmt: skip
_TRACE = re.compile(
    rb"(?:received-spf|authentication-results|return-path|delivered-to|arc-.*|x-.*)$", re.IGNORECASE
)
"""What a server writes of its own; the sender's headers begin at the first other one."""
_SPF = re.compile(
    r"(pass|fail|softfail|neutral|none|temperror|permerror|error|unknown)\b", re.IGNORECASE
)
_TAG = re.compile(r"(?:^|;)\s*(i|cv|d)\s*=\s*([^;\s]{1,255})")


def read_evidence(path: Path, boundary: Boundary, received_at: datetime) -> HeaderEvidence:
    """The mail at `path`; nothing is verified yet. Raises: OSError."""
    try:
        head = read_head(path)
    except (HeadTooLarge, HeadMalformed):
        # There is something to say about its signatures all the same: `verify_signatures` does.
        return HeaderEvidence(signatures=1 if _mentions_signature(path) else 0)
    signatures, more = read_signatures(head, received_at)
    ours = _ours(head, boundary)
    hops = head.values(b"received")
    own = hops[min(boundary.hops, len(hops)) - 1] if hops and boundary.hops else None
    return HeaderEvidence(
        signatures=len(signatures),
        further_signatures=more,
        key_names=tuple(dict.fromkeys(one.key_name for one in signatures if one.key_name)),
        results=_results(head, boundary, ours),
        hop=read_received(one_line(own)) if own is not None else None,
        spf=_spf(head, ours),
        seals=tuple(_seal(value) for value in head.values(b"arc-seal")[:SEALS]),
        provider_headers=_provider_headers(head),
    )


def _ours(head: Head, boundary: Boundary) -> int:
    """How many headers, from the top, are our own servers' work; 0 where nobody can tell."""
    hops = [at for at, (name, _) in enumerate(head.headers) if name.lower() == b"received"]
    if not boundary.hops or len(hops) < boundary.hops:
        return 0
    end = hops[boundary.hops - 1]
    if boundary.results_below:
        end += 1
        while end < len(head.headers) and _TRACE.match(head.headers[end][0]):
            end += 1
    return end


def _results(head: Head, boundary: Boundary, ours: int) -> tuple[AuthResults, ...]:
    trusted = {dns_form(server) for server in boundary.servers}
    found: list[AuthResults] = []
    for at, (name, value) in enumerate(head.headers):
        if name.lower() != b"authentication-results" or len(found) == RESULT_HEADERS:
            continue
        server, results, whole = read_results(one_line(value))
        counts = at < ours and dns_form(server) in trusted
        found.append(AuthResults(server[:255], counts, results, whole))
    return tuple(found)


def _spf(head: Head, ours: int) -> str:
    for name, value in head.headers[:ours]:
        if name.lower() == b"received-spf" and (match := _SPF.match(one_line(value))):
            return match[1].lower()
    return ""


def _seal(value: bytes) -> str:
    """ "i=1 cv=none d=example.com": what an ARC seal claims."""
    tags = dict(_TAG.findall(one_line(value)[: 4 << 10]))
    return " ".join(f"{name}={tags[name]}" for name in ("i", "cv", "d") if name in tags)


def _provider_headers(head: Head) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for name, value in head.headers:
        if _PROVIDER.match(name.decode("ascii", "replace")) and len(found) < PROVIDER_HEADERS:
            text = one_line(value)
            if len(text) > SHOWN_CHARACTERS:
                text = text[:SHOWN_CHARACTERS] + "…"
            found.append((name.decode("ascii", "replace").lower(), text))
    return tuple(found)


def _mentions_signature(path: Path) -> bool:
    with path.open("rb") as file:
        return re.search(rb"(?mi)^dkim-signature:", file.read(64 << 10)) is not None
