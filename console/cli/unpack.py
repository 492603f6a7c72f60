"""`intake unpack FILE`."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from console.cli.output import (
    byte_bar,
    finding_json,
    json_option,
    print_findings,
    print_json,
    print_table,
    printable,
)
from intake.settings import load_settings
from model.container import MemberOutcome, Unpacked
from model.errors import IntakeError, ReaderFailed
from parsers.isolation import Readers

OUT = (MemberOutcome.STORED, MemberOutcome.OPENED)
_LOOK_SECONDS = 0.2


@click.command("unpack")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Put the members there under their own (made safe) names.",
)
@click.option(
    "--password",
    "passwords",
    multiple=True,
    metavar="P",
    help="Try this password; may be given several times.",
)
@json_option
def command(file: Path, into: Path | None, passwords: tuple[str, ...], as_json: bool) -> int:
    """What is in the archive FILE, nested archives included.

    Of an archive in several volumes, FILE is the first; the others are looked for beside it.
    """
    settings = load_settings()
    if into is not None:
        _make(into.parent)
    with (
        _stopped_in_order(),
        tempfile.TemporaryDirectory(
            prefix=".intake-unpack-", dir=into.parent if into else None
        ) as folder,
        Readers(1, settings.reader_memory_bytes) as readers,
        _bar_from(Path(folder, "progress"), file.name, quiet=as_json) as progress,
    ):
        try:
            unpacked = readers.unpack(
                file.absolute(),
                Path(folder, "members"),
                name=file.name,
                prefix="",
                passwords=passwords,
                limits=settings.unpack,
                siblings={
                    one.name: one.absolute()
                    for one in file.absolute().parent.iterdir()
                    if one.is_file()
                },
                progress=progress,
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


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    """SIGTERM ends the command as Ctrl-C does, with its folder taken away."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bar_from(told: Path, name: str, *, quiet: bool) -> Iterator[Path | None]:
    """Show a bar of bytes from what the child writes into `told`; None where nobody would see."""
    with byte_bar(quiet) as bar:
        if bar.disable:
            yield None
            return
        task = bar.add_task(printable(name), total=None)
        over = threading.Event()

        def look() -> None:
            while not over.wait(_LOOK_SECONDS):
                came, _, expected = _read(told).partition(" ")
                if came.isdigit() and expected.isdigit():
                    bar.update(task, completed=int(came), total=int(expected) or None)

        looking = threading.Thread(target=look, name="progress")
        looking.start()
        try:
            yield told
        finally:
            over.set()
            looking.join()


def _read(told: Path) -> str:
    try:
        return told.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IntakeError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Choose another folder for --into.",
        ) from error


def _place(unpacked: Unpacked, into: Path) -> None:
    """An archive within becomes a folder of its name: its members' paths begin with it.

    Nothing is put anywhere before it is clear that nothing would be overwritten.
    """
    _make(into)
    inside = into.resolve()
    stored = [one for one in unpacked.members if one.outcome is MemberOutcome.STORED]
    for member in stored:
        target = into / member.path
        if os.path.lexists(target):
            raise IntakeError(f"{target} exists already.", "Choose an empty folder for --into.")
        if not target.parent.resolve().is_relative_to(inside):
            raise IntakeError(
                f"{target} would lie outside {into}.", "Choose an empty folder for --into."
            )
    for member in stored:
        assert member.stored is not None
        target = into / member.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise IntakeError(
                f"{target.parent} is a file.", "Choose an empty folder for --into."
            ) from error
        shutil.move(member.stored, target)
