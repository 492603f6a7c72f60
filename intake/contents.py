"""What is filed of one mail: the raw mail, its files under their own names, their text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from model.container import Container
from model.document import Document
from model.record import FiledFile, Record
from model.submission import Submission
from model.verdict import Verdict
from parsers.archives.names import Names, safe_path
from parsers.documents.markdown import to_markdown
from storage.archive import Content, FiledVersion

MESSAGE = "message.eml"
RECORD = "record.json"
FACTS = "facts.json"
RECEIPT_FOLDER = "receipt/"
LETTER = f"{RECEIPT_FOLDER}receipt.eml"
EVIDENCE = f"{RECEIPT_FOLDER}sent.json"

_RECORDS = TypeAdapter(Record)
_DOCUMENTS = TypeAdapter(Document)


def content_key(submission: Submission) -> str:
    """A digest over the digests of all files: equal for the same files, however packed.

    A package that stayed closed, or came out in part, stands for what may be in it.
    """
    closed = (one.sha256 for one in submission.packages if not one.complete)
    digests = sorted([*(one.sha256 for one in submission.files), *closed])
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def filed_files(
    submission: Submission, verdict: Verdict
) -> tuple[tuple[FiledFile, ...], dict[str, Content]]:
    """Where each file goes in the archive, and what is to be written there."""
    materials = {path: item.material for item in verdict.checklist for path in item.files}
    filed: list[FiledFile] = []
    content: dict[str, Content] = {}
    names = Names()
    own = (one for one in submission.files if not one.earlier)
    for one in (*own, *submission.aside):
        # Safe already as a path; a second pass keeps it unique among all of them.
        path = names.unique(safe_path(one.path, depth=64))
        content[f"files/{path}"] = Content(path=one.stored, data=None, move=True)
        made = FiledFile(
            path=one.path,
            filed_as=f"files/{path}",
            size=one.size,
            sha256=one.sha256,
            media_type=one.media_type,
            container=one.container,
            material=materials.get(one.path, ""),
        )
        if one.document is not None:
            made, more = filed_facts(made, one.document)
            content |= more
        filed.append(made)
    return tuple(filed), content


def filed_facts(file: FiledFile, document: Document) -> tuple[FiledFile, dict[str, Content]]:
    """What was read of one file, beside its path in `files/`: its facts, the rendering of its
    text, and its seals' cut-outs."""
    path = file.filed_as.removeprefix("files/")
    content: dict[str, Content] = {}
    seals = []
    for number, seal in enumerate(document.seals, 1):
        image = None
        if seal.image is not None:
            image = Path(f"seals/{path}-{seal.page}-{number}.png")
            content[str(image)] = Content(path=seal.image, data=None)
        seals.append(replace(seal, image=image))
    document = replace(
        document,
        seals=tuple(seals),
        embedded=tuple(replace(one, stored=None) for one in document.embedded),
    )
    as_text = as_facts = ""
    if document.readable:
        as_facts = f"text/{path}.json"
        content[as_facts] = Content(data=_DOCUMENTS.dump_json(document) + b"\n")
    if document.readable and document.blocks:
        as_text = f"text/{path}.md"
        content[as_text] = Content(path=None, data=to_markdown(document).encode())
    file = replace(
        file,
        text=as_text,
        facts=as_facts,
        pages=len(document.pages),
        unread=document.unread,
        fields=document.fields,
        seals=document.seals,
        signatures=document.signatures,
    )
    return file, content


def texts_of(record: Record, version: FiledVersion) -> Iterator[str]:
    """The text of each document of a filed version, to be found by."""
    for file in record.files:
        if file.text:
            yield version.path(file.text).read_text("utf-8")


def decode_facts(data: bytes) -> Document:
    """What was read of a file, from its facts. Raises: pydantic.ValidationError."""
    return _DOCUMENTS.validate_json(data)


def listings(submission: Submission) -> tuple[Container, ...]:
    """The containers as they are recorded: without the places where bytes lay while working."""
    return tuple(
        replace(
            container,
            members=tuple(replace(member, stored=None) for member in container.members),
        )
        for container in submission.containers
    )


def encode_record(record: Record) -> bytes:
    """The bytes of record.json."""
    return _RECORDS.dump_json(record, indent=2) + b"\n"


def decode_record(data: bytes) -> Record:
    """Raises: pydantic.ValidationError where it is not a record."""
    return _RECORDS.validate_json(data)
