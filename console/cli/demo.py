"""`intake demo`: what the system does, in a minute, with nothing prepared."""

from __future__ import annotations

import tempfile
from email import message_from_bytes, policy
from pathlib import Path

import click

from console.cli.output import print_table, printable, progress_bar
from console.demo.run import Counts, Servers, put_in, run_flow, servers
from console.demo.submissions import DemoMail, demo_mails
from intake.sheets.words import OUTCOMES
from intake.workplace import open_workplace
from model.errors import IntakeError
from storage.ledger import outbox, queries


@click.command("demo")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Work in DIR and leave everything there; else a temporary folder is used.",
)
def command(keep: Path | None) -> int:
    """Run some submissions through a loopback mailbox, the real flow and the real outbox."""
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise IntakeError(f"{keep} is not empty.", "Choose a new folder for --keep.")
    folder = (keep or Path(tempfile.mkdtemp(prefix="intake-demo-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with servers(folder) as running:
            mails = _run(running, folder)
            wrong = _show(running, mails, folder)
    finally:
        if keep is None:
            click.echo(f"\n(kept for a look: {folder}; remove it when done)")
    return 1 if wrong else 0


def _run(running: Servers, folder: Path) -> list[DemoMail]:
    with progress_bar() as bar:
        task = bar.add_task("delivering submissions", total=len(demo_mails()))
        mails = put_in(running, lambda _: bar.advance(task))
        every = [one for mail in mails for one in mail.all]
        received = bar.add_task("receiving (starting Prefect)", total=len(every))
        processed = bar.add_task("processing", total=len(every))
        sent = bar.add_task("answering", total=sum(one.receipt != "none" for one in every))

        def show(counts: Counts) -> None:
            started = "receiving" if counts.received else "receiving (starting Prefect)"
            bar.update(received, completed=counts.received, description=started)
            bar.update(processed, completed=counts.processed)
            bar.update(sent, completed=counts.sent)

        run_flow(running, folder, show)
    return mails


def _show(running: Servers, mails: list[DemoMail], folder: Path) -> list[str]:
    """Print what came of it; gives what is not as it should be."""
    with open_workplace(running.settings) as place, place.ledger.read() as tx:
        versions = [
            row for current in queries.current(tx)
            for row in queries.versions(tx, current.programme, current.object_id)
        ]  # fmt: skip
        letters = {row.sha256: row for row in outbox.listing(tx)}
    # What a mail carries came at the same time, and stands behind it.
    versions.sort(key=lambda row: (row.received_at, row.application_no))
    every = [one for mail in mails for one in mail.all]
    print_table(
        ("收到时间", "申报编号", "申报单位全称", "版本", "状态", "回执编号", "回执", "邮件"),
        (
            (
                f"{row.received_at.astimezone(mail.received_at.tzinfo):%m-%d %H:%M}",
                row.application_no or "—",
                row.full_name or "—",
                row.revision,
                OUTCOMES[row.outcome],
                row.receipt_no or "—",
                letters[row.sha256].state if row.sha256 in letters else "none",
                mail.about,
            )
            for row, mail in zip(versions, every, strict=False)
        ),
        title="台账 (the ledger)",
    )
    click.echo(f"archive (OCFL 1.1): {running.settings.data_dir / 'archive'}")
    click.echo(f"letters as sent:    {folder / 'letters'}  ({len(running.smtp.letters)} letters)")
    _show_letter(running)
    return _compare(every, versions, letters)


def _show_letter(running: Servers) -> None:
    """The correction letter, as the enterprise sees it."""
    for path in running.smtp.letters:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if "需补正" in str(mail["subject"]):
            body = mail.get_body(("plain",))
            click.echo(f"\n{'─' * 72}")
            for label, name in (("发件人", "from"), ("收件人", "to"), ("主　题", "subject")):
                click.echo(printable(f"{label}：{mail[name]}"))
            text = body.get_content().replace("\r\n", "\n") if body else ""
            click.echo("\n" + printable(text))
            click.echo("─" * 72)
            return


def _compare(mails: list[DemoMail], versions: list, letters: dict) -> list[str]:  # type: ignore[type-arg]
    wrong = []
    for mail, row in zip(mails, versions, strict=False):
        kind = letters[row.sha256].kind if row.sha256 in letters else "none"
        if (row.outcome, kind) != (mail.outcome, mail.receipt):
            wrong.append(f"{mail.about}: {row.outcome}/{kind}, not {mail.outcome}/{mail.receipt}")
    if len(mails) != len(versions):
        wrong.append(f"{len(mails)} mails came to {len(versions)} versions")
    for one in wrong:
        click.echo(f"NOT AS EXPECTED: {one}", err=True)
    if not wrong:
        click.echo(f"all {len(mails)} mails came out as expected")
    return wrong
