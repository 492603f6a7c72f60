"""The document that is made of slides: a page for each, with its notes and comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from model.document import UNSEEN, Block, BlockKind, Document, Embedded, Page, ReadLimits, Table
from model.finding import Finding

FEW_CHARACTERS = 30
"""A document with pictures and no more text than this is one of pictures."""


@dataclass(slots=True)
class SlideShow:
    """A presentation while it is read. width, height: points, 0 where unknown."""

    limits: ReadLimits
    width: float = 0.0
    height: float = 0.0
    blocks: list[Block] = field(default_factory=list)
    slides: int = 0
    characters: int = 0
    cells: int = 0
    text_cut: bool = False
    cells_cut: bool = False
    pages_cut: bool = False

    def slide(self) -> bool:
        """Begins the next slide; False where no more are read."""
        if self.slides >= self.limits.pages or self.text_cut:
            self.pages_cut |= not self.text_cut
            return False
        self.slides += 1
        return True

    def add(self, block: Block) -> None:
        """Takes one block of the slide begun last; one beyond the limit is left out."""
        if not block.text.strip() and block.kind is not BlockKind.IMAGE:
            return
        self.characters += len(block.text) + 1
        if self.characters > self.limits.characters:
            self.text_cut = True
            return
        if block.rows:
            self.cells += sum(len(row) for row in block.rows)
            if self.cells > self.limits.sheet_cells:
                self.cells_cut = True
                return
        self.blocks.append(replace(block, page=self.slides))

    @property
    def pictures(self) -> list[str]:
        """The parts of the pictures, where the slides are little else; [] where they are not."""
        written = sum(len("".join(block.text.split())) for block in self.blocks)
        images = [block.source for block in self.blocks if block.kind is BlockKind.IMAGE]
        return images if written <= FEW_CHARACTERS * max(self.slides, 1) else []

    def document(
        self,
        media_type: str,
        *,
        count: int,
        properties: Mapping[str, str] | None = None,
        embedded: tuple[Embedded, ...] = (),
        findings: tuple[Finding, ...] = (),
    ) -> Document:
        """The whole. count: how many slides the file says it has."""
        told = list(findings)
        comments = sum(block.kind is BlockKind.COMMENT for block in self.blocks)
        unseen = sum(not UNSEEN.isdisjoint(block.flags) for block in self.blocks)
        if comments:
            told.append(Finding("document.comments", params={"count": str(comments)}))
        if unseen:
            told.append(Finding("document.hidden_text", params={"count": str(unseen)}))
        if self.text_cut:
            limit = str(self.limits.characters)
            told.append(Finding("document.limit_text", params={"limit": limit}))
        if self.cells_cut:
            told.append(Finding("document.limit_cells"))
        if self.pages_cut:
            limit = str(self.limits.pages)
            told.append(
                Finding("document.limit_pages", params={"pages": str(count), "limit": limit})
            )
        pictures = self.pictures
        if pictures:
            told.append(Finding("document.pictures_only", params={"count": str(len(pictures))}))
        return Document(
            media_type,
            blocks=tuple(self.blocks),
            pages=tuple(self._pages()),
            tables=tuple(
                Table(block.page, block.rows)
                for block in self.blocks
                if block.rows and UNSEEN.isdisjoint(block.flags)
            ),
            embedded=embedded,
            properties=dict(properties or {}),
            findings=tuple(told),
        )

    def _pages(self) -> list[Page]:
        texts: dict[int, list[str]] = {}
        for block in self.blocks:
            if block.text and UNSEEN.isdisjoint(block.flags):
                texts.setdefault(block.page, []).append(block.text)
        return [
            Page(number, "\n".join(texts.get(number, ())), width=self.width, height=self.height)
            for number in range(1, self.slides + 1)
        ]
