"""Which messages under new numbers are ours already, told without downloading them again.

A message is recognised where its Message-ID, Date, From and Subject, its size and the server's
time of its arrival are those of one that was taken under the earlier numbers, and there are no
more of that kind now than there were then. In doubt it is downloaded: its bytes then say.

Residual risk: two messages of one second that agree in all of these and differ in their bytes,
of which one came while the server changed its numbers and the other was removed at that time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC

from intake.workplace import Workplace
from mail.imap import Described
from storage.ledger import receiving
from storage.ledger.receiving import Numbering


def identity_of(described: Described) -> str:
    """What stays the same when a server numbers anew; "" where too little is known."""
    if not described.identity or described.received_at is None or not described.size:
        return ""
    arrival = described.received_at.astimezone(UTC).isoformat(timespec="seconds")
    text = f"{described.identity} {described.size} {arrival}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def recognise(
    place: Workplace, at: Numbering, described: Mapping[int, Described]
) -> dict[int, str]:
    """The digests of those of the messages that are ours, by UID."""
    by_identity: dict[str, list[int]] = {}
    for uid, one in described.items():
        if identity := identity_of(one):
            by_identity.setdefault(identity, []).append(uid)
    if not by_identity:
        return {}
    with place.ledger.read() as tx:
        if not receiving.was_numbered_otherwise(tx, at):
            return {}
        known = receiving.known_identities(tx, at, by_identity)
    found: dict[int, str] = {}
    for identity, uids in by_identity.items():
        digests = known.get(identity, [])
        if len(uids) <= len(digests):
            found.update(zip(sorted(uids), digests, strict=False))
    return found
