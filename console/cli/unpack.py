"""`intake unpack FILE`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from console.cli.output import finding_json, json_option, print_findings, print_json, print_table
from intake.settings import load_settings
from model.container import Member, MemberOutcome, Unpacked
from model.errors import IntakeError, ReaderFailed
from parsers.isolation import Readers

OUT = (MemberOutcome.STORED, MemberOutcome.OPENED)


@click.command("unpack")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Put the members there under their own (made safe) names.",
)
@click.option("--password", "passwords", multiple=True, metavar="P", help="Try this password.")
@json_option
def command(file: Path, into: Path | None, passwords: tuple[str, ...], as_json: bool) -> int:
    """What is in the archive FILE, nested archives included."""
    settings = load_settings()
    if into is not None:
        into.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=into.parent if into else None) as folder,
        Readers(1, settings.reader_memory_bytes) as readers,
    ):
        try:
            unpacked = readers.unpack(
                file.absolute(),
                Path(folder),
                name=file.name,
                prefix="",
                passwords=passwords,
                limits=settings.unpack,
                siblings={
                    one.name: one.absolute()
                    for one in file.absolute().parent.iterdir()
                    if one.is_file()
                },
            )
        except ReaderFailed as failure:
            raise IntakeError(
                f"{file} cannot be unpacked: {failure}.", "The file is untouched; open it by hand."
            ) from failure
        if into is not None:
            _place(unpacked, into)
    if as_json:
        print_json(as_values(unpacked))
    else:
        print_table(
            ("path", "size", "type", "outcome", "sha256"),
            (
                (one.path, one.size, one.media_type, one.outcome, one.sha256[:16])
                for one in unpacked.members
            ),
        )
        print_findings(unpacked.findings)
    return 1 if any(one.effect not in ("note", "remind") for one in unpacked.findings) else 0


def as_values(unpacked: Unpacked) -> dict[str, object]:
    """The agreed shape: the members that came out, and why others did not."""
    return {
        "members": [
            {
                "path": one.path,
                "size": one.size,
                "sha256": one.sha256,
                "media_type": one.media_type,
                "container": one.container,
            }
            for one in unpacked.members
            if one.outcome in OUT
        ],
        "findings": [finding_json(one) for one in unpacked.findings],
    }


def _place(unpacked: Unpacked, into: Path) -> None:
    """An archive within becomes a folder of its name: its members' paths begin with it."""
    into.mkdir(parents=True, exist_ok=True)
    for member in unpacked.members:
        if member.outcome is MemberOutcome.STORED:
            _move(member, into / member.path)


def _move(member: Member, target: Path) -> None:
    assert member.stored is not None
    if target.exists():
        raise IntakeError(f"{target} exists already.", "Choose an empty folder for --into.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(member.stored, target)
