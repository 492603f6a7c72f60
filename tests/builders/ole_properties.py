"""The stream with the properties of an old Office file ([MS-OLEPS] 2.20), built in code."""

from __future__ import annotations

import struct

SUMMARY = "\x05SummaryInformation"


def endless_summary(title: str, *, count: int = 3) -> bytes:
    """A title, and a property that is a list of four thousand million elements.

    count: how many properties the stream says to have; there are three.
    """
    text = title.encode("gbk") + b"\0\0"
    text += bytes(-len(text) % 8)
    values = struct.pack("<HHHH", 2, 0, 936, 0)
    values += struct.pack("<HHI", 0x1E, 0, len(text)) + text
    values += struct.pack("<HHI", 0x101E, 0, 0xFFFFFFFF)
    places = struct.pack("<6I", 1, 32, 2, 40, 4, 40 + 8 + len(text))
    head = struct.pack("<HHI", 0xFFFE, 0, 0) + bytes(16) + struct.pack("<I", 1) + bytes(16)
    return head + struct.pack("<I", 48) + struct.pack("<II", 200, count) + places + values
