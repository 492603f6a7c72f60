"""`intake explain-message FILE.eml`."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import TypeAdapter

from console.cli.output import finding_json, json_option, print_findings, print_json, printable
from intake.authenticity import gather, notes_on, rules_of
from intake.routing import routed_file
from intake.settings import load_settings
from intake.workplace import readers_of
from model.authenticity import Authenticity
from model.errors import IntakeError, ReaderFailed
from model.finding import Finding
from model.message import Address, Message, RawMessage
from parsers.isolation import Readers
from programmes import find_programme

MAIL = "message/rfc822"
DEEPEST = 200
"""Mails within mails are shown so far."""


@click.command("explain-message")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Look up the keys of DKIM signatures, and check them.")
@json_option
def command(file: Path, verify: bool, as_json: bool) -> int:
    """What is in the mail FILE: headers, attachments with digests, links, findings."""
    settings = load_settings()
    with (
        tempfile.TemporaryDirectory() as folder,
        readers_of(settings) as readers,
    ):
        try:
            message = readers.read_message(file.absolute(), Path(folder) / "0000")
            arrived = readers.read_head(file.absolute()).received_at or message.sent_at
        except ReaderFailed as failure:
            raise IntakeError(
                f"{file} cannot be read: {failure}.", "The file is untouched; open it by hand."
            ) from failure
        inner = list(_inner(message, "", 1, Path(folder), readers))
        # Of no mailbox, so no server's word on it is trusted.
        raw = RawMessage(
            "", file.stat().st_size, file.absolute(), arrived or datetime.now(UTC), "now"
        )
        rules = rules_of(settings)
        several = [
            find_programme(name, settings.programmes_dir) for name in settings.programmes_of("")
        ]
        chosen, raw = routed_file(raw, several, readers, Path(folder) / "names")
        origin = gather(raw, message, readers, rules if verify else replace(rules, dns=None))
    routing = (raw.routed,) if raw.routed else ()
    message = replace(message, findings=(*routing, *message.findings, *notes_on(origin, message)))
    if as_json:
        programme = {"programme": chosen.id} if routing else {}
        print_json({**as_values(message, inner), **programme, **_origin(origin)})
    else:
        if routing:
            click.echo(f"申报项目:  {chosen.title} ({chosen.id})")
        _print(message, inner)
    findings = [one for told in (message, *(one.message for one in inner)) for one in told.findings]
    return 1 if any(finding.effect == "person" for finding in findings) else 0


@dataclass(frozen=True, slots=True)
class _Inner:
    """A mail within the mail. within: the names of the mails around it and its own, by "/"."""

    within: str
    message: Message


def _inner(
    message: Message, within: str, depth: int, folder: Path, readers: Readers
) -> Iterator[_Inner]:
    """The mails attached, each followed by those within it."""
    for one in message.attachments:
        if one.media_type != MAIL and not one.name.lower().endswith(".eml"):
            continue
        name = f"{within}/{one.name}".strip("/")
        try:
            told = readers.read_message(one.path, folder / secrets.token_hex(8))
        except ReaderFailed as failure:
            raise IntakeError(
                f"The mail {name} within it cannot be read: {failure}.", "Open it by hand."
            ) from failure
        if depth == DEEPEST and any(file.media_type == MAIL for file in told.attachments):
            deeper = Finding("forward.too_deep", params={"limit": str(DEEPEST)})
            told = replace(told, findings=(*told.findings, deeper))
        yield _Inner(name, told)
        if depth < DEEPEST:
            yield from _inner(told, name, depth + 1, folder, readers)


def as_values(message: Message, inner: Sequence[_Inner] = ()) -> dict[str, object]:
    """The agreed shape; the files of mails within the mail stand behind its own, and say in which
    of them they lie."""
    values = _own_values(message)
    within = [{**file, "within": one.within} for one in inner for file in _files(one.message)]
    values["attachments"] = [*_files(message), *within]
    if inner:
        values["messages"] = [{"within": one.within, **_own_values(one.message)} for one in inner]
    return values


def _origin(found: Authenticity) -> dict[str, object]:
    """The evidence of who sent it, where the mail holds any."""
    values = TypeAdapter(Authenticity).dump_python(found, mode="json", exclude_defaults=True)
    for known in ("from_domain", "reply_to_domain"):  # no evidence by themselves
        values.pop(known, None)
    return {"authenticity": values} if values else {}


def _files(message: Message) -> list[dict[str, object]]:
    return [
        {
            "name": one.name,
            "size": one.size,
            "sha256": one.sha256,
            "media_type": one.media_type,
        }
        for one in message.attachments
    ]


def _own_values(message: Message) -> dict[str, object]:
    return {
        "subject": message.subject,
        "from": ", ".join(_shown(one) for one in message.sender),
        "date": message.sent_at.isoformat() if message.sent_at else None,
        "message_id": message.message_id,
        "attachments": _files(message),
        "links": [
            {
                "url": one.url,
                "provider": one.provider,
                "name": one.name,
                "size": one.size,
                "expires": one.expires,
                "code": one.code,
            }
            for one in message.links
        ],
        "findings": [finding_json(one) for one in message.findings],
    }


def _shown(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address


def _print(message: Message, inner: Sequence[_Inner]) -> None:
    _print_one(message)
    for one in inner:
        click.echo(printable(f"—— 所附邮件:  {one.within}"))
        _print_one(one.message)


def _print_one(message: Message) -> None:
    click.echo(printable(f"主题:  {message.subject}"))
    click.echo(printable(f"发件:  {', '.join(_shown(one) for one in message.sender)}"))
    click.echo(f"日期:  {message.sent_at or '—'}")
    for one in message.attachments:
        click.echo(printable(f"附件:  {one.name or '（无名）'}  {one.size:,} bytes  {one.sha256}"))
    for link in message.links:
        click.echo(printable(f"链接:  {link.provider} {link.name} {link.size} {link.url}"))
    print_findings(message.findings)
