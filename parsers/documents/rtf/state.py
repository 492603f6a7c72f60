"""What holds at one place of a rich text, and the story that is read there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from model.document import Block
from parsers.documents.office_blocks import Line, Story


@dataclass(slots=True)
class Out:
    """A story while it is read, and the paragraph of it. after: what hangs on the paragraph."""

    name: str
    story: Story
    line: Line = field(default_factory=Line)
    after: list[Block] = field(default_factory=list)
    label: str = ""


@dataclass(slots=True)
class Gathered:
    """The text of a group that belongs to no story. done: what becomes of it."""

    done: Callable[[str], None]
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FieldParts:
    """A field while it is read. result: it has one. ticked: of a check box."""

    instruction: str = ""
    result: bool = False
    ticked: bool = False


@dataclass(slots=True)
class State:
    """What a group takes over from the one around it, and what ends with it.

    font, far_font: numbers, -1 for none; the second is for East Asian characters. skip: bytes
    behind a Unicode sign that stand for it. depth: of tables, where `in_table`. field: the one
    that this group is.
    """

    out: Out
    gathered: Gathered | None = None
    field: FieldParts | None = None
    font: int = -1
    far_font: int = -1
    next_font_is_far: bool = False
    skip: int = 1
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    tiny: bool = False
    white: bool = False
    in_table: bool = False
    depth: int = 1
    level: int = 0
    row_of_nested: bool = False

    def inner(self) -> State:
        """A copy for a group within this one."""
        return State(
            self.out, self.gathered, None, self.font, self.far_font, self.next_font_is_far,
            self.skip, self.hidden, self.deleted, self.inserted, self.tiny, self.white,
            self.in_table, self.depth, self.level, self.row_of_nested,
        )  # fmt: skip

    @property
    def flag(self) -> str:
        """What is to be said of text here, "" for nothing."""
        if self.deleted:
            return "deleted"
        if self.hidden:
            return "hidden"
        return "white" if self.white else "tiny" if self.tiny else ""
