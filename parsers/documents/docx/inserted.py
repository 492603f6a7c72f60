"""Reads a document that was put whole into the body of another (altChunk).

Source: ECMA-376 part 1, 17.17.2.1 (altChunk), 11.3.1 (alternative format import part).

Residual risks: its kind is told by its bytes, not by the type the package gives it. Documents
put into one another are read two deep.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from model.document import Block, Document, ReadRequest

_MAX_DEPTH = 2


def read_inserted(
    data: bytes, part: str, request: ReadRequest, characters: int, depth: int
) -> Document | None:
    """The inserted document, its blocks naming the part; None where it is not read.

    characters: what is left of the document's own limit. depth: of the document it lies in.
    """
    # Imported here: the table of readers holds the reader that asks.
    from parsers.documents.detect import detect
    from parsers.documents.docx.read import read_docx, read_docx_inside
    from parsers.documents.read import READERS

    if depth >= _MAX_DEPTH or characters <= 0:
        return None
    limits = replace(
        request.limits, characters=characters, total_bytes=request.limits.total_bytes // 4
    )
    into = None
    if request.into is not None:
        into = request.into / f"inserted-{len(list(request.into.iterdir())) + 1:04d}"
        into.mkdir()
    inner = ReadRequest(limits, request.passwords, into)
    with tempfile.TemporaryDirectory(prefix="inserted-") as folder:
        path = Path(folder) / "part"
        path.write_bytes(data)
        kind = detect(path)
        reader = READERS.get(kind)
        if reader is None or kind.startswith("image/"):
            return None
        if reader is read_docx:
            made = read_docx_inside(path, inner, kind, depth + 1)
        else:
            made = reader(path, inner, kind)
    blocks = tuple(_named(block, part) for block in made.blocks)
    return replace(made, blocks=blocks)


def _named(block: Block, part: str) -> Block:
    source = f"{part}#{block.source}" if block.source else part
    return replace(block, source=source, page=0)
