"""Names that lead outside, cannot be file names, hide something, or are the same."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Sequence

from tests.builders.archive_set.case import SHEET, TEXT, ArchiveCase, case
from tests.builders.archive_set.rar4_writer import Item as Rar4Item
from tests.builders.archive_set.rar4_writer import rar4
from tests.builders.archive_set.rar5_writer import Item as RarItem
from tests.builders.archive_set.rar5_writer import rar5
from tests.builders.archive_set.zip_writer import UTF8, Item, zipped

Writer = Callable[[Sequence[tuple[str, bytes]]], bytes]


def _zip(members: Sequence[tuple[str, bytes]]) -> bytes:
    return zipped([Item(name.encode("utf-8", "surrogatepass"), data, flags=UTF8)
                   for name, data in members])  # fmt: skip


def _rar5(members: Sequence[tuple[str, bytes]]) -> bytes:
    return rar5([RarItem(name.encode("utf-8", "surrogatepass"), data) for name, data in members])


def _rar4(members: Sequence[tuple[str, bytes]]) -> bytes:
    return rar4([Rar4Item(b"a", data, unicode=name) for name, data in members])


def _tar(members: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_621_209_600
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


WRITERS: dict[str, Writer] = {"zip": _zip, "rar5": _rar5, "rar4": _rar4, "tar": _tar}

_UNSAFE = (
    ("parent folders", "../../../../tmp/x.txt", "CVE-2018-1002200 and its kind (zip slip)"),
    ("an absolute path", "/etc/cron.d/x.txt", "POSIX root"),
    ("a drive", "C:\\Windows\\x.txt", "a drive letter"),
    ("a share", "\\\\server\\share\\x.txt", "UNC path"),
    ("parent folders with backslashes", "..\\..\\x.txt", "a separator on Windows"),
    ("parent folders inside", "a/../../b/x.txt", "normalising it leads outside"),
    ("control characters", "a\x01\x1b[2Jb.txt", "a terminal would run it"),
    ("a line end", "a\r\nb.txt", "it would end a line of a list"),
    ("turned text", "推荐表\u202efdp.exe", "UAX 9: reads as …exe.pdf"),
    ("an invisible character", "推荐\u200b表.txt", "two names that look the same"),
    ("a reserved name", "材料/con.txt", "Microsoft: Naming Files, Paths, and Namespaces"),
    ("a reserved name with superscript", "COM¹.txt", "the same, superscript digits"),
    ("a trailing dot", "a.txt.", "Windows drops it: two names become one"),
    ("a trailing space", "a.txt ", "the same"),
    ("a stream", "a.txt:hidden", "NTFS alternate data stream"),
    ("wildcards", "a*?<>|.txt", "no such name on Windows"),
    ("300 bytes", "推荐表" * 40 + ".pdf", "over 255 bytes; the ending stays"),
)
_HARMLESS = (
    ("spaces", "申报 材料/推 荐 表.txt", "a name may hold spaces"),
    ("full width", "（推荐表）：１.txt", "full-width forms are what applicants type"),
    ("emoji", "材料😀.txt", "beyond the basic plane"),
    ("a leading dot", ".hidden/a.txt", "hidden on Unix, a member all the same"),
    ("a leading dash", "-rf.txt", "no switch"),
    ("many dots", "1.2.3...txt", "dots inside are dots"),
)


def _unsafe(kind: str, what: str, name: str, why: str) -> ArchiveCase:
    return case(f"name: {what} ({kind})", lambda: WRITERS[kind]([(name, TEXT), ("b.txt", SHEET)]),
                why, wanted=[(None, TEXT), ("b.txt", SHEET)],
                told=["name_unsafe|limit_name"])  # fmt: skip


def _plain(kind: str, what: str, name: str, why: str) -> ArchiveCase:
    return case(f"name: {what} ({kind})", lambda: WRITERS[kind]([(name, TEXT), ("b.txt", SHEET)]),
                why, wanted=[(name, TEXT), ("b.txt", SHEET)])  # fmt: skip


_DEEP = "/".join("级" for _ in range(60)) + "/x.txt"
_MADE_ONLY_BY = {"rar4": ("parent folders with backslashes",), "tar": ("parent folders",
                 "an absolute path", "turned text", "300 bytes")}  # fmt: skip

CASES = (
    *(_unsafe(kind, what, name, why) for what, name, why in _UNSAFE for kind in ("zip", "rar5")),
    *(_unsafe("tar", what, name, why) for what, name, why in _UNSAFE
      if what in _MADE_ONLY_BY["tar"]),
    *(_unsafe("rar4", what, name, why) for what, name, why in _UNSAFE
      if what in _MADE_ONLY_BY["rar4"]),
    *(_plain(kind, what, name, why) for what, name, why in _HARMLESS for kind in ("zip", "rar5")),
    *(case(f"name: same but for case ({kind})",
           lambda kind=kind: WRITERS[kind]([("A.txt", TEXT), ("a.TXT", SHEET)]),
           "one file on Windows and macOS", wanted=[(None, TEXT), (None, SHEET)],
           told=["member_duplicate_name"]) for kind in WRITERS),
    *(case(f"name: same after NFC ({kind})",
           lambda kind=kind: WRITERS[kind]([("\u00e9.txt", TEXT), ("e\u0301.txt", SHEET)]),
           "one file on macOS", wanted=[("é.txt", TEXT), (None, SHEET)],
           told=["member_duplicate_name"]) for kind in ("zip", "rar5", "tar")),
    *(case(f"name: 60 folders deep ({kind})",
           lambda kind=kind: WRITERS[kind]([(_DEEP, TEXT)]),
           "over 32 levels: out under a shorter path", wanted=[(None, TEXT)],
           told=["limit_depth"]) for kind in ("zip", "rar5", "tar")),
    case("name: a file where a folder is", lambda: _zip([("a", TEXT), ("a/b.txt", SHEET)]),
         "both are kept", wanted=[("a", TEXT), (None, SHEET)], strict=False),
    case("name: the same a hundred times", lambda: _zip([("a.txt", b"%d" % n) for n in range(100)]),
         "all are kept", wanted=[(None, b"%d" % n) for n in range(100)],
         told=["member_duplicate_name"]),
    case("name: none", lambda: _zip([("", TEXT), ("b.txt", SHEET)]), "a member without a name",
         wanted=[(None, TEXT), ("b.txt", SHEET)], strict=False, bare=True),
    case("name: only dots", lambda: _zip([("..", TEXT), (".", SHEET)]), "no name at all",
         wanted=[(None, TEXT), (None, SHEET)], strict=False),
    case("name: a lone surrogate", lambda: _rar5([("a\ud800.txt", TEXT)]),
         "no UTF-8, yet a program wrote it", wanted=[(None, TEXT)], strict=False),
    case("name: 20,000 bytes", lambda: _zip([("x" * 20_000 + ".pdf", TEXT)]),
         "ZIP allows 65,535", wanted=[(None, TEXT)], told=["name_unsafe|limit_name"]),
)  # fmt: skip
