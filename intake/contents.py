"""What is filed of one mail: the raw mail, its files under their own names, their text."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pydantic import TypeAdapter

from model.container import Container
from model.record import FiledFile, Record
from model.submission import Submission, SubmittedFile
from model.verdict import Verdict
from parsers.archives.names import Names, safe_path
from parsers.documents import to_markdown
from storage.archive import Content

MESSAGE = "message.eml"
RECORD = "record.json"
LETTER = "receipt/receipt.eml"
EVIDENCE = "receipt/sent.json"

_RECORDS = TypeAdapter(Record)


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
    names, texts = Names(), Names()
    for one in (*submission.files, *submission.aside):
        # Safe already as a path; a second pass keeps it unique among all of them.
        path = names.unique(safe_path(one.path, depth=64))
        as_file = f"files/{path}"
        content[as_file] = Content(path=one.stored, data=None, move=True)
        as_text = ""
        if one.document is not None and one.document.readable and one.document.blocks:
            as_text = f"text/{texts.unique(safe_path(path + '.md', depth=64))}"
            content[as_text] = Content(path=None, data=to_markdown(one.document).encode())
        filed.append(_filed(one, as_file, as_text, materials.get(one.path, "")))
    return tuple(filed), content


def _filed(one: SubmittedFile, as_file: str, as_text: str, material: str) -> FiledFile:
    return FiledFile(
        path=one.path,
        filed_as=as_file,
        size=one.size,
        sha256=one.sha256,
        media_type=one.media_type,
        container=one.container,
        material=material,
        text=as_text,
        pages=len(one.document.pages) if one.document else 0,
    )


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
