"""Where the name of an attachment may stand.

Source: RFC 2183 2.3, RFC 2045 5.1, RFC 2045 8, MS-OXCMAIL 2.1.3.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.message.headers import decode_header
from parsers.message.heads import Head
from parsers.message.parameters import Parameters, read_parameters

_LIKE_A_NAME = re.compile(r"[^/\\<>|\"*?]{1,200}\.[A-Za-z0-9]{1,5}")
_HEADERS = 10
"""So many headers of one kind are looked at."""


def named_by(head: Head, nearby: str) -> Iterator[tuple[Parameters, str]]:
    """Parameters and the key in them, the surest first; then each one's key in the other's place.

    nearby: a charset that the mail declares elsewhere, for raw bytes.
    """
    dispositions = _all(head, "content-disposition", head.disposition, nearby)
    contents = _all(head, "content-type", head.content, nearby)
    for key, group in (("filename", dispositions), ("name", contents)):
        yield from ((parameters, key) for parameters in group)
    for key, group in (("name", dispositions), ("filename", contents)):
        yield from ((parameters, key) for parameters in group)


def _all(head: Head, name: str, chosen: Parameters, nearby: str) -> list[Parameters]:
    values = [header.value for header in head.headers if header.name == name][:_HEADERS]
    if len(values) < 2 and (not nearby or not values or values[0].isascii()):
        return [chosen]
    return [read_parameters(value, nearby) for value in values]


def described_name(head: Head) -> str:
    """Content-Description, where it ends like a file's name; else ""."""
    text = decode_header(head.first("content-description")).text
    return text if _LIKE_A_NAME.fullmatch(text) else ""
