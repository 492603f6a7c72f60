"""`intake read FILE`."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from console.cli.options import programme_option
from console.cli.output import (
    finding_json,
    json_option,
    print_findings,
    print_json,
    printable,
    progress_bar,
)
from intake.reading_alone import read_alone
from intake.settings import load_settings
from intake.workplace import readers_of
from model.document import Document
from model.errors import IntakeError, ReaderFailed
from parsers.documents.markdown import to_markdown
from programmes import find_programme


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@programme_option
@click.option("--text-only", is_flag=True, help="Leave pages that are pictures unread.")
@click.option(
    "--password",
    "passwords",
    multiple=True,
    metavar="P",
    help="Try this password; may be given several times.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Put the seals' cut-outs and the files within FILE there.",
)
@json_option
def command(
    file: Path,
    programme: str | None,
    text_only: bool,
    passwords: tuple[str, ...],
    into: Path | None,
    as_json: bool,
) -> int:
    """What is written in the document FILE: text, tables, fields of forms, seals.

    Pages that are pictures are read by OCR, all of them. The fields are those of the programme.
    """
    settings = load_settings()
    rules = find_programme(programme or settings.programme, settings.programmes_dir)
    with (
        tempfile.TemporaryDirectory() as folder,
        readers_of(settings) as readers,
        progress_bar(as_json) as bar,
    ):
        task = bar.add_task(printable(file.name), total=None)
        try:
            document = read_alone(
                file.absolute(),
                rules,
                readers,
                settings.read,
                Path(folder),
                passwords=passwords,
                pictures=not text_only,
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )
        except ReaderFailed as failure:
            raise IntakeError(
                f"{file} cannot be read: {failure}.", "The file is untouched; open it by hand."
            ) from failure
        if into is not None:
            document = _placed(document, into)
    if as_json:
        print_json(as_values(document))
    else:
        click.echo(printable(to_markdown(document)))
        _print_facts(document)
        print_findings(document.findings)
    return 1 if any(one.effect not in ("note", "remind") for one in document.findings) else 0


def as_values(document: Document) -> dict[str, object]:
    """The agreed shape."""
    values: dict[str, object] = {
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
            {"page": one.page, "box": list(one.box), "kind": one.kind, "text": one.text,
             **({"image": str(one.image)} if one.image else {})}
            for one in document.seals
        ],
        "findings": [finding_json(one) for one in document.findings],
    }  # fmt: skip
    if document.statistics:
        values["statistics"] = [one.values for one in document.statistics]
    if document.signatures:
        values["signatures"] = [
            {"format": one.format, "signer": one.signer, "signed_at": one.signed_at,
             "unchanged": one.unchanged, "whole": one.whole, "page": one.page}
            for one in document.signatures
        ]  # fmt: skip
    if document.embedded:
        values["embedded"] = [
            {"name": one.name, "size": one.size, "sha256": one.sha256, "source": one.source}
            for one in document.embedded
        ]
    return values


def _print_facts(document: Document) -> None:
    for field in document.fields:
        value = printable(field.value + field.unit)
        click.echo(f"字段 {field.name}: {value}  （{field.label}，{field.confidence:.2f}）")
    for seal in document.seals:
        named = f"：{printable(seal.text)}（{seal.text_confidence:.2f}）" if seal.text else ""
        click.echo(f"印章 第{seal.page}页 {seal.kind} {seal.confidence:.2f}{named}")
    for one in document.signatures:
        unchanged = {True: "unchanged", False: "CHANGED", None: "not checked"}[one.unchanged]
        click.echo(f"签名 {printable(one.signer)} {one.signed_at} {unchanged}")


def _placed(document: Document, into: Path) -> Document:
    """The document, its pictures and inner files lying in `into` under names of their own."""
    into.mkdir(parents=True, exist_ok=True)
    seals = []
    for number, seal in enumerate(document.seals, 1):
        image = None
        if seal.image is not None:
            image = into / f"seal-{seal.page}-{number}.png"
            shutil.copyfile(seal.image, image)
        seals.append(replace(seal, image=image))
    for number, one in enumerate(document.embedded, 1):
        if one.stored is not None:
            shutil.copyfile(one.stored, into / f"embedded-{number}{one.stored.suffix}")
    return replace(document, seals=tuple(seals))
