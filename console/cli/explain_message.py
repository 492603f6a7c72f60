"""`intake explain-message FILE.eml`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from console.cli.output import finding_json, json_option, print_findings, print_json, printable
from intake.settings import load_settings
from model.errors import IntakeError, ReaderFailed
from model.message import Address, Message
from parsers.isolation import Readers


@click.command("explain-message")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> int:
    """What is in the mail FILE: headers, attachments with digests, links, findings."""
    settings = load_settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        Readers(1, settings.reader_memory_bytes) as readers,
    ):
        try:
            message = readers.read_message(file.absolute(), Path(folder))
        except ReaderFailed as failure:
            raise IntakeError(
                f"{file} cannot be read: {failure}.", "The file is untouched; open it by hand."
            ) from failure
    if as_json:
        print_json(as_values(message))
    else:
        _print(message)
    return 1 if any(finding.effect == "person" for finding in message.findings) else 0


def as_values(message: Message) -> dict[str, object]:
    """The agreed shape."""
    return {
        "subject": message.subject,
        "from": ", ".join(_shown(one) for one in message.sender),
        "date": message.sent_at.isoformat() if message.sent_at else None,
        "message_id": message.message_id,
        "attachments": [
            {
                "name": one.name,
                "size": one.size,
                "sha256": one.sha256,
                "media_type": one.media_type,
            }
            for one in message.attachments
        ],
        "links": [
            {
                "url": one.url,
                "provider": one.provider,
                "name": one.name,
                "size": one.size,
                "expires": one.expires,
            }
            for one in message.links
        ],
        "findings": [finding_json(one) for one in message.findings],
    }


def _shown(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address


def _print(message: Message) -> None:
    click.echo(printable(f"主题:  {message.subject}"))
    click.echo(printable(f"发件:  {', '.join(_shown(one) for one in message.sender)}"))
    click.echo(f"日期:  {message.sent_at or '—'}")
    for one in message.attachments:
        click.echo(printable(f"附件:  {one.name or '（无名）'}  {one.size:,} bytes  {one.sha256}"))
    for link in message.links:
        click.echo(printable(f"链接:  {link.provider} {link.name} {link.size} {link.url}"))
    print_findings(message.findings)
