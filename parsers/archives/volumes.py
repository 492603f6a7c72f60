"""Archives in several files: which belong together, and laying them out for the engine.

The engine finds the next volume by its name in the same folder, so the set is laid out as
links of ours, under plain names of ours, in a folder of ours. Pieces of what the engine does not
look for in pieces (x.tar.gz.001) are put together in one file.

Sources: RAR's two ways of naming (x.part1.rar, x.part2.rar; x.rar, x.r00 … x.r99, x.s00),
numbered pieces (x.7z.001, x.7z.002) of whatever was packed, cabinets that name one another, and
APPNOTE.TXT 8 (x.z01, x.z02 … and last x.zip, whose end record, 4.3.16, tells how many there are).

Residual risk: pieces that are called by a number alone (x.001) are taken for files of their own.
"""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from parsers.archives.cab_links import cab_links

_NEW = re.compile(r"(?P<stem>.+)\.part(?P<number>\d{1,5})\.(rar|exe|sfx)", re.IGNORECASE)
_OLD = re.compile(r"(?P<stem>.+)\.(?P<letter>[r-y])(?P<number>\d\d)", re.IGNORECASE)
_OLD_FIRST = re.compile(r"(?P<stem>.+)\.(rar|exe|sfx)", re.IGNORECASE)
_ZIP = re.compile(r"(?P<stem>.+)\.z(?P<number>\d{2,3})", re.IGNORECASE)
_ZIP_LAST = re.compile(r"(?P<stem>.+)\.(zip|exe)", re.IGNORECASE)
_END_RECORD, _LOCATOR = 22, 20
_COPY_BYTES = 1 << 20
_MOST_CABINETS = 999
_PIECE = re.compile(
    r"(?P<stem>.+\.(7z|zip|rar|tar|t?gz|t?xz|tbz2?|bz2|t?zst|lzma|tlz|Z|taz|iso|cab|lzh|arj|cpio))"
    r"\.(?P<number>\d{3})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class VolumeSet:
    """The files of one archive, by number from 1, as far as they are there.

    way: "new", "old", "piece", "zip" or "cab". stem: what their names share, as they were sent.
    digits: how many the number of a part is written with. last: the number of the .zip of a split
    ZIP, 0 where that is not known. called: the names of cabinets, which have no numbers.
    """

    way: str
    stem: str
    files: Mapping[int, Path]
    digits: int = 1
    last: int = 0
    called: Mapping[int, str] = field(default_factory=dict)

    def sent_name(self, number: int) -> str:
        """What the volume of this number is called, or would be, as it was sent."""
        return self._name(self.stem, number, self.digits)

    def gaps(self) -> tuple[str, ...]:
        """The names that are missing between 1 and the highest that is there."""
        most = max(self.called or self.files) + (1 if self.called else 0)
        missing = [n for n in range(1, most) if n not in self.files]
        if self.way == "zip" and not self.last:
            missing.append(0)
        return tuple(self.sent_name(n) for n in missing)

    def number_of(self, name: str) -> int:
        """The number of a file of the set, by its name; 0 for one that is not in it."""
        if self.called:
            return next(n for n, called in self.called.items() if called.lower() == name.lower())
        place = _place(name)
        return place[2] if place else self.last if self.way == "zip" else 1

    def missing_name(self, laid_out_name: str) -> str:
        """A volume that the engine asked for under our name, as it would have been sent."""
        wanted = Path(laid_out_name).name.lower()
        for number in range(1, max(self.files) + 2):
            if self._name("volume", number, 5) == wanted:
                return self.sent_name(number)
        return self.sent_name(max(self.files) + 1)

    def lay_out(self, folder: Path) -> Path:
        """Put links to the files into `folder`; the path of the one to be opened: the first, of
        a split ZIP the last."""
        ending = Path(self.stem).suffix.lower()
        stem = "volume" + (ending if self.way == "piece" else "")
        for number, path in self.files.items():
            (folder / self._name(stem, number, 5)).symlink_to(path.resolve())
        return folder / self._name(stem, self.last or 1, 5)

    def join(self, folder: Path) -> Path:
        """Write the pieces into one file in `folder`."""
        joined = folder / "joined"
        with joined.open("xb") as whole:
            for number in sorted(self.files):
                with self.files[number].open("rb") as piece:
                    shutil.copyfileobj(piece, whole, _COPY_BYTES)
        return joined

    def _name(self, stem: str, number: int, digits: int) -> str:
        if self.called:
            return self.called.get(number, stem)
        if self.way == "new":
            return f"{stem}.part{number:0{digits}d}.rar"
        if self.way == "piece":
            return f"{stem}.{number:03d}"
        if self.way == "zip":
            return f"{stem}.zip" if number == self.last else f"{stem}.z{number:02d}"
        if number == 1:
            return f"{stem}.rar"
        return f"{stem}.{chr(ord('r') + (number - 2) // 100)}{(number - 2) % 100:02d}"


def volume_number(name: str) -> int:
    """The number that a name says it has in a set, 0 where it says nothing."""
    place = _place(name)
    return place[2] if place else 0


def volume_set(name: str, siblings: Mapping[str, Path]) -> VolumeSet | None:
    """The set that `name` belongs to, None where it stands alone.

    siblings: all files beside it by name, itself among them.
    """
    own = _place(name)
    if zipped := _zip_set(name, siblings):
        return zipped
    if cabinets := _cab_set(name, siblings):
        return cabinets
    if own is None:
        if not (first := _OLD_FIRST.fullmatch(name)):
            return None
        own = ("old", first["stem"], 1, 1)
    way, stem, _, digits = own
    files: dict[int, Path] = {}
    for other, path in siblings.items():
        place = _place(other)
        if place is None and way == "old" and (first := _OLD_FIRST.fullmatch(other)):
            place = ("old", first["stem"], 1, 1)
        if place and place[0] == way and place[1].lower() == stem.lower():
            files.setdefault(place[2], path)
    if way == "old" and set(files) <= {1}:
        return None
    return VolumeSet(way, stem, files, digits)


def zip_disks(path: Path) -> int:
    """How many files a ZIP is split into, by the end record of the last; 0 without one."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, 2) - _END_RECORD - _LOCATOR - 0xFFFF, 0))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END_RECORD:
        return 0
    disk, first, _, entries, _, _, comment = struct.unpack_from("<HHHHIIH", tail, at + 4)
    if len(tail) != at + _END_RECORD + comment or first > disk or not entries:
        return 0
    locator = tail[at - _LOCATOR : at] if at >= _LOCATOR else b""
    if disk == 0xFFFF and locator.startswith(b"PK\x06\x07"):
        return int(struct.unpack_from("<I", locator, 16)[0])
    return int(disk) + 1


def _zip_set(name: str, siblings: Mapping[str, Path]) -> VolumeSet | None:
    """The set of a split ZIP: by the name of a part, or by what the end of a .zip says."""
    own = _place(name)
    by_end = _ZIP_LAST.fullmatch(name) if own is None else None
    if own is not None and own[0] == "zip":
        stem = own[1]
    elif by_end and name in siblings and zip_disks(siblings[name]) > 1:
        stem = by_end["stem"]
    else:
        return None
    files: dict[int, Path] = {}
    last = 0
    for other, path in siblings.items():
        place = _place(other)
        end = _ZIP_LAST.fullmatch(other)
        if place and place[0] == "zip" and place[1].lower() == stem.lower():
            files.setdefault(place[2], path)
        elif place is None and end and end["stem"].lower() == stem.lower():
            disks = zip_disks(path)
            last = disks if disks > 1 else last
            if disks > 1:
                files[disks] = path
    return VolumeSet("zip", stem, files, 2, last)


def _cab_set(name: str, siblings: Mapping[str, Path]) -> VolumeSet | None:
    """The cabinets before and after this one, as far as they are there and name one another."""
    if not name.lower().endswith(".cab") or name not in siblings:
        return None
    paths = {one.lower(): path for one, path in siblings.items()}
    before: list[str] = [name]
    after: list[str] = []
    for names, side in ((before, 0), (after, 1)):
        at = name
        while at.lower() in paths and (at := cab_links(paths[at.lower()])[side]):
            known = {one.lower() for one in (*before, *after)}
            if at.lower() in known or len(known) > _MOST_CABINETS:
                break
            names.append(at)
    called = dict(enumerate((*reversed(before), *after), 1))
    if len(called) == 1:
        return None
    files = {n: paths[one.lower()] for n, one in called.items() if one.lower() in paths}
    return VolumeSet("cab", called[1], files, called=called)


def _place(name: str) -> tuple[str, str, int, int] | None:
    """way, stem, number from 1 and digits, by the name alone; None without a number."""
    if (new := _NEW.fullmatch(name)) and int(new["number"]):
        return "new", new["stem"], int(new["number"]), len(new["number"])
    if (zipped := _ZIP.fullmatch(name)) and int(zipped["number"]):
        return "zip", zipped["stem"], int(zipped["number"]), 2
    if (piece := _PIECE.fullmatch(name)) and int(piece["number"]):
        return "piece", piece["stem"], int(piece["number"]), 3
    if old := _OLD.fullmatch(name):
        hundreds = ord(old["letter"].lower()) - ord("r")
        return "old", old["stem"], hundreds * 100 + int(old["number"]) + 2, 2
    return None
