"""A compound file ([MS-CFB], version 3) with any streams in it.

Streams under 4,096 bytes lie in the mini stream, as the format wants. Enough for files of some
6 MB: the FAT is held in the header's 109 places (2.2), there is no DIFAT sector.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ROOT, _STORAGE, _STREAM = 5, 1, 2


@dataclass
class _Node:
    name: str
    kind: int
    data: bytes = b""
    class_id: bytes = bytes(16)
    children: dict[str, _Node] = field(default_factory=dict)
    links: list[int] = field(default_factory=lambda: [_FREE, _FREE, _FREE])
    start: int = _END


def ole(streams: dict[str, bytes], class_ids: dict[str, str] | None = None) -> bytes:
    """The file. streams: path with "/" between storages -> content; a path that ends in "/" is an
    empty storage. class_ids: path of a storage ("" for the root) -> CLSID as 32 hex digits."""
    root = _Node("Root Entry", _ROOT)
    for path, data in streams.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            place = place.children.setdefault(folder, _Node(folder, _STORAGE))
        if name:
            place.children[name] = _Node(name, _STREAM, data)
    for path, class_id in (class_ids or {}).items():
        place = root
        for folder in filter(None, path.split("/")):
            place = place.children[folder]
        place.class_id = bytes.fromhex(class_id)
    nodes = _listed(root)
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        if not data:
            return _END
        first, count = len(fat), -(-len(data) // _SECTOR)
        padded = data.ljust(count * _SECTOR, b"\0")
        sectors.extend(padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR))
        fat.extend([*range(first + 1, first + count), _END])
        return first

    mini, mini_fat = bytearray(), list[int]()
    for node in nodes:
        if node.kind == _STREAM and 0 < len(node.data) < _CUTOFF:
            count = -(-len(node.data) // _MINI)
            node.start = len(mini_fat)
            mini_fat.extend([*range(node.start + 1, node.start + count), _END])
            mini += node.data.ljust(count * _MINI, b"\0")
        elif node.kind == _STREAM:
            node.start = store(node.data)
    root.data, root.start = bytes(mini), store(bytes(mini))
    mini_start = store(_numbers(mini_fat))
    directory_start = store(b"".join(map(_entry, nodes)))
    count = 1
    while count * 128 < len(fat) + count:
        count += 1
    if count > 109:
        raise ValueError("too large for this writer")
    places = list(range(len(fat), len(fat) + count))
    table = _numbers([*fat, *[_FAT] * count])
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<II", header, 44, count, directory_start)
    mini_sectors = -(-len(mini_fat) * 4 // _SECTOR)
    struct.pack_into("<5I", header, 56, _CUTOFF, mini_start, mini_sectors, _END, 0)
    struct.pack_into("<109I", header, 76, *(places + [_FREE] * 109)[:109])
    return bytes(header) + b"".join(sectors) + table


def _numbers(values: list[int]) -> bytes:
    """As 32-bit numbers, filled up to whole sectors with "free"."""
    values = [*values, *[_FREE] * (-len(values) % 128)]
    return struct.pack(f"<{len(values)}I", *values)


def _listed(root: _Node) -> list[_Node]:
    """All nodes in the directory's order, each linked to its children by a balanced tree."""
    nodes = [root]
    for node in nodes:
        # Names compare by length, then in upper case ([MS-CFB] 2.6.4).
        order = sorted(
            node.children.values(), key=lambda child: (len(child.name), child.name.upper())
        )
        first = len(nodes)
        nodes += order
        node.links[2] = _balance(order, first, 0, len(order))
    while len(nodes) % 4:
        nodes.append(_Node("", 0))
    return nodes


def _balance(order: list[_Node], first: int, low: int, high: int) -> int:
    if low >= high:
        return _FREE
    middle = (low + high) // 2
    order[middle].links[0] = _balance(order, first, low, middle)
    order[middle].links[1] = _balance(order, first, middle + 1, high)
    return first + middle


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le")
    size = len(name) + 2 if node.kind else 0
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBB3I", size, node.kind, 1, *node.links)
        + node.class_id
        + bytes(20)
        + struct.pack("<IQ", node.start if node.kind != _STORAGE else 0, len(node.data))
    )
