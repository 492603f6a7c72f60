"""Applications that are filed and entered, from values: no mail, no reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from intake.contents import LETTER, MESSAGE, RECORD, encode_record
from intake.workplace import Workplace
from model.document import Document, Field, StatisticsRow
from model.record import Answer, FiledFile
from storage.archive import Content, FiledVersion
from storage.ledger import filing
from tests.builders.ledger_rows import NO_LETTER, record

PDF = "application/pdf"
_DOCUMENTS = TypeAdapter(Document)


def paper(
    path: str,
    data: bytes = b"",
    material: str = "",
    *,
    fields: tuple[Field, ...] = (),
    statistics: tuple[StatisticsRow, ...] = (),
    media_type: str = PDF,
) -> tuple[FiledFile, dict[str, bytes]]:
    """One file as it is filed, and the bytes that go with it."""
    data = data or path.encode()
    content = {f"files/{path}": data}
    facts = ""
    if statistics:
        facts = f"text/{path}.json"
        content[facts] = _DOCUMENTS.dump_json(Document(media_type, statistics=statistics))
    made = FiledFile(
        path=path, filed_as=f"files/{path}", size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), media_type=media_type, material=material,
        pages=2, fields=fields, facts=facts,
    )  # fmt: skip
    return made, content


def file_application(
    place: Workplace,
    word: str,
    papers: Iterable[tuple[FiledFile, dict[str, bytes]]] = (),
    answer: Answer = NO_LETTER,
    **changes: Any,
) -> FiledVersion:
    """File the mail of that word and enter it; `changes` go to its record."""
    mail = f"mail {word}".encode()
    made = record(word, answer, **changes)
    papers = list(papers)
    made = replace(
        made,
        files=tuple(one for one, _ in papers),
        message=replace(made.message, sha256=hashlib.sha256(mail).hexdigest(), size=len(mail)),
    )
    content = {MESSAGE: Content(data=mail), RECORD: Content(data=encode_record(made))}
    if answer.filed_as:
        content[LETTER] = Content(data=b"letter " + word.encode())
    for _, more in papers:
        content |= {name: Content(data=data) for name, data in more.items()}
    version = place.archive(made.programme).file(
        made.object_id,
        content,
        created=made.processed_at,
        message=f"mail {word}",
        user_name="test",
        user_address="",
        expects=None,
    )
    with place.ledger.write() as tx:
        filing.record(tx, made, version.number)
    return version
