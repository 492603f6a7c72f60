"""What reading one mail may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """Past a limit a Finding is made, and what was read until then is kept.

    depth: multiparts within one another. parts: leaf parts, uuencoded blocks among them.
    header_bytes, headers: of one header block. address_bytes: of all headers of one kind that
    hold addresses. reread_bytes: read again because a declared boundary was not found.
    text_bytes: of body text, all parts together. anchors: of one text that are looked at.
    boundary_bytes: a longer boundary is not taken for one (RFC 2046 allows 70).
    links: file links of cloud disks. wrappings: signed or compressed mails within one another.
    inflated_bytes: of one compressed mail.

    There is no limit on other attachment bytes: every transfer encoding shrinks or keeps what it
    decodes, so a mail cannot put more on the disk than its own size, once for each wrapping.
    """

    depth: int = 120
    parts: int = 10_000
    header_bytes: int = 2 << 20
    headers: int = 10_000
    address_bytes: int = 128 << 10
    reread_bytes: int = 16 << 20
    text_bytes: int = 2 << 20
    boundary_bytes: int = 1_000
    links: int = 200
    anchors: int = 10_000
    wrappings: int = 4
    inflated_bytes: int = 256 << 20
