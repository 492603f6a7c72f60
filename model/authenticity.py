"""Evidence of who sent a mail: recorded and shown to a person, never judged by a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DkimOutcome(StrEnum):
    """What became of one signature (RFC 6376). `broken`: it is not of the form the standard asks
    for; `not_checked`: nobody can say, and that is no fault of the sender."""

    PASS = "pass"  # noqa: S105 - the word of the standard
    FAIL = "fail"
    NO_KEY = "no_key"
    NOT_CHECKED = "not_checked"
    BROKEN = "broken"


class KeyState(StrEnum):
    """`none`: the name service says there is no such record; `silent`: it did not say."""

    FOUND = "found"
    NONE = "none"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What the name service said about a key. record: its text, one character for each byte."""

    state: KeyState
    record: str = ""


@dataclass(frozen=True, slots=True)
class DkimSignature:
    """One DKIM-Signature header.

    domain: who signed, lower case; selector, algorithm: as written, "" where it has none.
    reason: a word for the outcome, "" for a pass; see `parsers.authenticity.signature`.
    aligned: domain and From belong to one organisation. key_bits: 0 where there was no key.
    unsigned_bytes: at the body's end, left out by the tag l=.
    """

    domain: str
    selector: str
    algorithm: str
    outcome: DkimOutcome
    reason: str = ""
    aligned: bool = False
    key_bits: int = 0
    unsigned_bytes: int = 0


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One check that a server made: ("spf", "pass"), with properties like ("smtp.mailfrom", …)."""

    method: str
    result: str
    reason: str = ""
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuthResults:
    """One Authentication-Results header (RFC 8601). server: its authserv-id, "" if it has none.

    trusted: of a server that the settings name, and above what a sender can write.
    whole: all of it could be read.
    """

    server: str
    trusted: bool
    results: tuple[MethodResult, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Hop:
    """The last Received header that our own servers wrote (RFC 5321 4.4).

    helo: how the other side called itself; host: its name by reverse look-up; ip: its address;
    each "" where the header does not say. text: the whole header on one line.
    """

    helo: str
    host: str
    ip: str
    by: str
    protocol: str
    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """Down to where a mail's headers are our own servers' work.

    servers: authserv-ids that are trusted. hops: how many Received headers, counted from the top,
    our own servers write, 0 for none. results_below: they write their results under the last of
    these, and remove what strangers wrote in their name (RFC 8601, 5).
    """

    servers: tuple[str, ...] = ()
    hops: int = 1
    results_below: bool = False


@dataclass(frozen=True, slots=True)
class HeaderEvidence:
    """What the headers alone say.

    key_names: DNS names of the keys that the signatures ask for. further_signatures: how many
    there are past those that are looked at. seals: ARC-Seal headers (RFC 8617), recorded only.
    spf: result of a Received-SPF header that our own servers wrote, "" if none.
    provider_headers: what mail providers say in headers of their own, as they stand.
    """

    signatures: int = 0
    further_signatures: int = 0
    key_names: tuple[str, ...] = ()
    results: tuple[AuthResults, ...] = ()
    hop: Hop | None = None
    spf: str = ""
    seals: tuple[str, ...] = ()
    provider_headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Authenticity:
    """All evidence of one mail. from_domain, reply_to_domain: of the first address of each.

    unread: why the headers' evidence is missing ("timeout", "memory", "crash"), "" if it is there.
    """

    from_domain: str = ""
    reply_to_domain: str = ""
    signatures: tuple[DkimSignature, ...] = ()
    further_signatures: int = 0
    results: tuple[AuthResults, ...] = ()
    hop: Hop | None = None
    spf: str = ""
    seals: tuple[str, ...] = ()
    provider_headers: tuple[tuple[str, str], ...] = ()
    unread: str = ""
