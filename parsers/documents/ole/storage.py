"""A storage of a compound file made into a compound file of its own.

So an object that lies within a document (a sheet in a report) becomes a file that is read like
any other. Source: [MS-CFB] 2.2 (header), 2.3 to 2.6 (FAT, mini FAT, DIFAT, directory).

Residual risks: streams are taken as olefile gives them; one that cannot be read is left out. The
size of all of them together is held by the caller's limit.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import olefile

_SECTOR, _MINI, _CUTOFF, _ENTRY = 512, 64, 4096, 128
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_ROOT, _STORAGE, _STREAM = 5, 1, 2
_IN_HEADER = 109
_PER_DIFAT = _SECTOR // 4 - 1
_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")


class TooLarge(Exception):
    """The storage holds more bytes than are allowed."""


@dataclass(slots=True)
class _Node:
    name: str
    kind: int
    data: bytes = b""
    children: dict[str, _Node] = field(default_factory=dict)
    right: int = _FREE
    child: int = _FREE
    start: int = _END


def storage_file(ole: olefile.OleFileIO, storage: str, most_bytes: int) -> bytes:
    """The compound file whose root is that storage. storage: path with "/".

    Raises: TooLarge; OSError where olefile cannot follow the streams.
    """
    above = storage.lower().split("/")
    root = _Node("Root Entry", _ROOT)
    left = most_bytes
    for path in ole.listdir(streams=True, storages=False):
        if [part.lower() for part in path[: len(above)]] != above or len(path) == len(above):
            continue
        left -= ole.get_size(path)
        if left < 0:
            raise TooLarge
        place = root
        *folders, name = path[len(above) :]
        for folder in folders:
            place = place.children.setdefault(folder, _Node(folder, _STORAGE))
        place.children[name] = _Node(name, _STREAM, ole.openstream(path).read())
    return _written(root)


class _Sectors:
    """The sectors of a file and their chains, while they are laid out."""

    def __init__(self) -> None:
        self.data: list[bytes] = []
        self.fat: list[int] = []

    def store(self, data: bytes) -> int:
        """Appends data as a chain; its first sector."""
        if not data:
            return _END
        first = len(self.fat)
        count = -(-len(data) // _SECTOR)
        padded = data.ljust(count * _SECTOR, b"\0")
        self.data += (padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR))
        self.fat += [*range(first + 1, first + count), _END]
        return first


def _written(root: _Node) -> bytes:
    nodes = _listed(root)
    sectors = _Sectors()
    mini, mini_fat = bytearray(), list[int]()
    for node in nodes:
        if node.kind == _STREAM and 0 < len(node.data) < _CUTOFF:
            count = -(-len(node.data) // _MINI)
            node.start = len(mini_fat)
            mini_fat += [*range(node.start + 1, node.start + count), _END]
            mini += node.data.ljust(count * _MINI, b"\0")
        elif node.kind == _STREAM:
            node.start = sectors.store(node.data)
    root.start = sectors.store(bytes(mini))
    root.data = bytes(mini)
    mini_start = sectors.store(b"".join(struct.pack("<I", one) for one in mini_fat))
    directory = sectors.store(b"".join(_entry(node) for node in nodes))
    fat_count, difat_count = _table_sizes(len(sectors.fat))
    first_fat = len(sectors.fat)
    places = [first_fat + number for number in range(fat_count)]
    table = sectors.fat + [_FAT] * fat_count + [_DIFAT] * difat_count
    table += [_FREE] * (fat_count * _SECTOR // 4 - len(table))
    header = bytearray(_SECTOR)
    header[:8] = _SIGNATURE
    struct.pack_into("<5H", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<2I", header, 44, fat_count, directory)
    first_difat = first_fat + fat_count if difat_count else _END
    mini_count = -(-len(mini_fat) * 4 // _SECTOR)
    struct.pack_into("<5I", header, 56, _CUTOFF, mini_start, mini_count, first_difat, difat_count)
    struct.pack_into(f"<{_IN_HEADER}I", header, 76, *_padded(places[:_IN_HEADER], _IN_HEADER))
    difat = b""
    for number in range(difat_count):
        begin = _IN_HEADER + number * _PER_DIFAT
        following = first_difat + number + 1 if number + 1 < difat_count else _END
        some = _padded(places[begin : begin + _PER_DIFAT], _PER_DIFAT)
        difat += struct.pack(f"<{_PER_DIFAT + 1}I", *some, following)
    return bytes(header) + b"".join(sectors.data) + struct.pack(f"<{len(table)}I", *table) + difat


def _padded(places: list[int], count: int) -> list[int]:
    return places + [_FREE] * (count - len(places))


def _table_sizes(used: int) -> tuple[int, int]:
    """How many sectors the FAT and the DIFAT take, which themselves are listed in the FAT."""
    fats = difats = 0
    while fats * (_SECTOR // 4) < used + fats + difats:
        fats += 1
        difats = max(-(-(fats - _IN_HEADER) // _PER_DIFAT), 0)
    return fats, difats


def _listed(root: _Node) -> list[_Node]:
    """All nodes, the children of each chained to the right in the order of their names (2.6.4)."""
    nodes = [root]
    at = 0
    while at < len(nodes):
        node = nodes[at]
        ordered = sorted(node.children.values(), key=lambda one: (len(one.name), one.name.upper()))
        first = len(nodes)
        if ordered:
            node.child = first
        for number, child in enumerate(ordered):
            child.right = first + number + 1 if number + 1 < len(ordered) else _FREE
        nodes += ordered
        at += 1
    return nodes


def _entry(node: _Node) -> bytes:
    name = node.name.encode("utf-16-le", "replace")[:62] + b"\0\0"
    size = len(node.data) if node.kind != _STORAGE else 0
    start = 0 if node.kind == _STORAGE else node.start
    # 1 is black: a chain to the right is no balanced tree, but every reader follows it.
    tail = struct.pack("<HBB3I", len(name), node.kind, 1, _FREE, node.right, node.child)
    return name.ljust(64, b"\0") + tail + bytes(36) + struct.pack("<IQ", start, size)
