"""`intake read FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.output import finding_json, json_option, print_findings, print_json, printable
from intake.settings import load_settings
from model.document import Document
from model.errors import IntakeError, ReaderFailed
from parsers.documents import about_file, to_markdown
from parsers.isolation import Readers


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> int:
    """What is written in the document FILE."""
    settings = load_settings()
    with Readers(1, settings.reader_memory_bytes) as readers:
        try:
            document = readers.read_document(file.absolute(), settings.read)
        except ReaderFailed as failure:
            raise IntakeError(
                f"{file} cannot be read: {failure}.", "The file is untouched; open it by hand."
            ) from failure
    document = about_file(document, file.name)
    if as_json:
        print_json(as_values(document))
    else:
        click.echo(printable(to_markdown(document)))
        print_findings(document.findings)
    return 1 if any(one.effect not in ("note", "remind") for one in document.findings) else 0


def as_values(document: Document) -> dict[str, object]:
    """The agreed shape."""
    return {
        "media_type": document.media_type,
        "text": document.text,
        "pages": [
            {"number": one.number, "text": one.text, "source": one.source} for one in document.pages
        ],
        "tables": [
            {"page": one.page, "rows": [list(row) for row in one.rows]} for one in document.tables
        ],
        "fields": {one.name: one.value for one in document.fields},
        "seals": [
            {"page": one.page, "box": list(one.box), "kind": one.kind, "text": one.text}
            for one in document.seals
        ],
        "findings": [finding_json(one) for one in document.findings],
    }
