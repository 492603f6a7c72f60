"""The command `intake`. Each command is a file of its own, imported when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from model.errors import IntakeError

COMMANDS = {
    # what runs every day
    "poll": ("poll", "Receive, process and answer what is new in the mailboxes."),
    "watch": ("watch", "The same as mail comes in, over one lasting connection to each mailbox."),
    "import": ("importing", "Take in mail from .eml, mbox, Maildir or folders."),
    "reprocess": ("reprocess", "Read and judge mail anew under the rules in force now."),
    "rehearse": ("rehearse", "Try changed rules on what is archived; nothing changes."),
    "enrich": ("enrich", "Read the pages that no receipt waited for."),
    "remind": ("remind", "Remind of corrections that fall due; 催报 to units that sent nothing."),
    "receipts": ("receipts", "List, show, send or retry receipts."),
    "decide": ("decide", "Decide on a mail: accept, return, tie, undo; shown before it is done."),
    "decisions": ("decisions", "What clerks have decided."),
    "ledger": ("ledger", "Export the ledger as a sheet, or rebuild it from the archive."),
    "export": ("export", "Copy the files in force out, one folder for each applicant."),
    "search": ("search", "Find submissions by name, number, subject, file name or finding."),
    "verify": ("verify", "Check fixity, and that mailbox = ledger = archive."),
    "serve": ("serve", "Scheduled polling, outbox and console in one process tree."),
    "console": ("web", "The clerk's page alone."),
    # questions about one thing; nothing is written
    "check": ("check", "The whole verdict on one mail."),
    "explain-subject": ("explain_subject", "How a subject line is read."),
    "explain-message": ("explain_message", "What is in a mail."),
    "unpack": ("unpack", "What is in an archive."),
    "read": ("read", "What is written in a document."),
    # setting up
    "demo": ("demo", "A mailbox, a dozen submissions, the real run, the ledger, one receipt."),
    "doctor": ("doctor", "Check every connection and backend, with advice."),
    "register": ("register", "Issued numbers: import, show, export, who has not sent."),
    "programme": ("programme", "Check a programme file."),
}

DONE, NEEDS_A_PERSON, OPERATOR_ERROR, OUR_BUG = 0, 1, 2, 3


class Commands(click.Group):
    """Knows every command's name and short help without importing it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"console.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="submission-mailbox-intake", prog_name="intake")
@click.option("--verbose", "-v", is_flag=True, help="Show the log on standard error.")
def intake(verbose: bool) -> None:
    """Takes in the applications that enterprises e-mail before a deadline.

    Exit codes: 0 done, 1 findings need a person, 2 operator's error, 3 our bug.
    """
    import logging

    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def main() -> None:
    """Run the command; the one place of this face where errors are caught."""
    try:
        code = intake(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = OPERATOR_ERROR
    except click.Abort:
        click.echo("intake: stopped.", err=True)
        code = OPERATOR_ERROR
    except IntakeError as error:
        click.echo(f"intake: {error.problem}", err=True)
        if error.advice:
            click.echo(f"  {error.advice}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
        code = DONE
    except Exception:  # noqa: BLE001 - a bug of ours: all that is known goes to who can mend it
        import traceback

        traceback.print_exc()
        click.echo("intake: this is a bug; nothing that was received is lost.", err=True)
        code = OUR_BUG
    sys.exit(code if isinstance(code, int) else DONE)
