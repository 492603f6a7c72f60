"""`intake receipts preview`."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.options import programme_option
from console.cli.output import json_option, print_json
from intake.letter_preview import KINDS, preview_letter
from intake.settings import load_settings
from model.errors import IntakeError
from programmes import find_programme


@click.command("preview")
@click.option("--kind", type=click.Choice(KINDS), help="Only this letter; by default each.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("letters"),
    metavar="DIR",
    show_default=True,
    help="Where the files go; what has their names is replaced.",
)
@programme_option
@json_option
def command(kind: str | None, into: Path, programme: str | None, as_json: bool) -> int:
    """Every letter with sample data, as .txt, .html, .pdf and .png; nothing is sent or kept."""
    settings = load_settings()
    rules = find_programme(programme or settings.programme, settings.programmes_dir)
    written = []
    for name in (kind,) if kind else KINDS:
        for file, data in preview_letter(name, rules, settings).items():
            written.append(_write(into / file, data))
    if as_json:
        print_json([str(path) for path in written])
    else:
        for path in written:
            click.echo(str(path))
    return 0


def _write(file: Path, data: bytes) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError as error:
        raise IntakeError(
            f"{file} cannot be written: {error.strerror}.", "Choose another folder with --into."
        ) from error
    return file
