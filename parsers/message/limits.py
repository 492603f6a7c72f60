"""What reading one mail may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """Past a limit a Finding is made, and what was read until then is kept.

    depth: multiparts within one another. parts: leaf parts, uuencoded blocks among them.
    header_bytes: of one header block. text_bytes: of body text, all parts together.
    boundary_bytes: a longer boundary is not taken for one (RFC 2046 allows 70).
    links: file links of cloud disks.

    There is no limit on attachment bytes: every transfer encoding shrinks or keeps what it
    decodes, so a mail cannot put more on the disk than its own size.
    """

    depth: int = 30
    parts: int = 1_000
    header_bytes: int = 256 << 10
    text_bytes: int = 2 << 20
    boundary_bytes: int = 1_000
    links: int = 200
