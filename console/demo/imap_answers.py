"""What the embedded IMAP server says of a message: FETCH items (RFC 3501) and SEARCH matches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedIOBase

from console.demo.imap_folders import Stored
from console.demo.imap_wire import chosen, internal_date

_COPY_BYTES = 1 << 18
_FLAG_KEYS = {"SEEN", "ANSWERED", "FLAGGED", "DELETED", "DRAFT"}
_BODY = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<section>[A-Z.]*)(?: \((?P<fields>[^)]*)\))?\]"
    r"(?:<(?P<origin>\d+)\.(?P<count>\d+)>)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class BodyItem:
    """One BODY[…] of a FETCH. section: "", "HEADER", "TEXT" or "HEADER.FIELDS".

    origin and count: the partial asked for, count None for the whole.
    """

    section: str
    fields: tuple[str, ...]
    peek: bool
    origin: int
    count: int | None

    @property
    def label(self) -> str:
        """The item's name in the answer; the partial's origin stands in it, its count not."""
        fields = f" ({' '.join(self.fields)})" if self.fields else ""
        origin = "" if self.count is None else f"<{self.origin}>"
        return f"BODY[{self.section}{fields}]{origin}"


def body_item(item: str) -> BodyItem | None:
    """Parse a fetch item, None where it is no BODY[…]."""
    found = _BODY.match(item)
    if found is None:
        return None
    count = found["count"]
    return BodyItem(
        section=found["section"].upper(),
        fields=tuple((found["fields"] or "").upper().split()),
        peek=found["peek"] is not None,
        origin=int(found["origin"] or 0),
        count=None if count is None else int(count),
    )


@dataclass(frozen=True, slots=True)
class FetchItems:
    """What one FETCH asks for. names: the plain items, upper case; bodies: the BODY[…] ones.

    size_off, no_internaldate, uid_last: see `console.demo.imap_quirks`.
    """

    names: tuple[str, ...]
    bodies: tuple[BodyItem, ...]
    size_off: int = 0
    no_internaldate: bool = False
    uid_last: bool = False

    @classmethod
    def parse(cls, items: list[str], *, by_uid: bool) -> FetchItems:
        """Sort the items; UID FETCH always tells the UID."""
        bodies = tuple(body for item in items if (body := body_item(item)) is not None)
        names = [item.upper() for item in items if body_item(item) is None]
        if by_uid and "UID" not in names:
            names.insert(0, "UID")
        return cls(tuple(names), bodies)

    @property
    def whole_body(self) -> bool:
        """Whether messages themselves are asked for, or pieces of them; not only headers."""
        return any(not body.section for body in self.bodies)

    @property
    def marks_seen(self) -> bool:
        """Whether the message counts as read afterwards."""
        return any(not body.peek for body in self.bodies)


def write_fetch(
    out: BufferedIOBase, number: int, uid: int, message: Stored | None, items: FetchItems, cut: int
) -> None:
    """Answer for one message; None is one expunged that the session has not been told of.

    cut: the connection ends after so many bytes of a body, 0 for not.
    """
    if message is None and not items.bodies:
        return
    told = {"UID": str(uid)}
    if message is not None:
        told["FLAGS"] = f"({' '.join(sorted(message.flags))})"
        told["RFC822.SIZE"] = str(message.size + items.size_off)
        told["INTERNALDATE"] = f'"{internal_date(message.received_at)}"'
        if items.no_internaldate:
            del told["INTERNALDATE"]
    last = f" UID {told.pop('UID')}" if items.uid_last and items.bodies else ""
    facts = [f"{name} {told[name]}" for name in items.names if name in told]
    out.write(f"* {number} FETCH ({' '.join(facts)}".encode())
    for position, body in enumerate(items.bodies):
        out.write(f"{' ' if facts or position else ''}{body.label} ".encode())
        _write_body(out, message, body, cut)
    out.write(f"{last})\r\n".encode())


def _write_body(out: BufferedIOBase, message: Stored | None, body: BodyItem, cut: int) -> None:
    if message is None:
        out.write(b"NIL")
        return
    with message.path.open("rb") as stream:
        header = header_of(stream) if body.section else b""
        if body.section.startswith("HEADER"):
            if body.section == "HEADER.FIELDS":
                header = header_fields(header, body.fields)
            out.write(b"{%d}\r\n%b" % (len(header), header))
            return
        length = message.size - len(header)
        count = length if body.count is None else body.count
        count = max(0, min(count, length - body.origin))
        out.write(b"{%d}\r\n" % count)
        stream.seek(len(header) + body.origin)
        if cut:
            out.write(stream.read(min(cut, count)))
            out.flush()
            raise ConnectionAbortedError("a quirk")
        while count:
            piece = stream.read(min(count, _COPY_BYTES))
            if not piece:
                raise EOFError(f"{message.path} is shorter than it was")
            out.write(piece)
            count -= len(piece)


def search(words: list[str], messages: Iterable[Stored], *, blind: bool) -> list[int]:
    """The UIDs of those of `messages` that match all criteria.

    blind: a HEADER criterion matches nothing. Raises: ValueError for a key not known here.
    """
    rest, found = list(words), list(messages)
    there = [message.uid for message in found]
    while rest:
        key = rest.pop(0).upper()
        if key == "CHARSET":
            rest.pop(0)
        elif key == "UID":
            named = set(chosen(rest.pop(0), there))
            found = [message for message in found if message.uid in named]
        elif key.removeprefix("UN") in _FLAG_KEYS:
            flag = "\\" + key.removeprefix("UN").title()
            wanted = not key.startswith("UN")
            found = [message for message in found if (flag in message.flags) == wanted]
        elif key == "HEADER":
            name, value = rest.pop(0), rest.pop(0)
            found = [message for message in found if not blind and _has(message, name, value)]
        elif key != "ALL":
            raise ValueError(f"search key {key}")
    return [message.uid for message in found]


def _has(message: Stored, name: str, value: str) -> bool:
    with message.path.open("rb") as stream:
        fields = split_fields(header_of(stream))
        wanted, part = name.lower().encode(), value.lower().encode()
        return any(key.lower() == wanted and part in field.lower() for key, field in fields)


def header_of(stream: BufferedIOBase) -> bytes:
    """The header block with the empty line that ends it."""
    lines = []
    for line in stream:
        lines.append(line)
        if line in {b"\r\n", b"\n"}:
            break
    return b"".join(lines)


def header_fields(header: bytes, names: tuple[str, ...]) -> bytes:
    """Only the fields in `names` (upper case), folded lines and all, and an empty line."""
    kept = b"".join(
        field for name, field in split_fields(header) if name.decode("latin-1").upper() in names
    )
    return kept + b"\r\n"


def split_fields(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each field of a header block: its name, and its bytes with folded lines."""
    for field in re.split(rb"\r?\n(?![ \t])", header):
        if field:
            yield field.partition(b":")[0].strip(), field + b"\r\n"
