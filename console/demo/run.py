"""The demo from end to end: real mailbox protocol, the real polling flow, the real outbox.

The flow runs in a process of its own, as a schedule would start it: this face knows no Prefect.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.demo.imap_server import EmbeddedImapServer, Quirks
from console.demo.smtp_sink import SmtpSink
from console.demo.submissions import MAILBOX, PROGRAMME, DemoMail, demo_mails
from intake.settings import Settings, load_settings
from intake.workplace import system_clock
from model.errors import IntakeError
from storage.ledger import Ledger, outbox, work

PASSWORD = "authorisation-code"  # noqa: S105 (of a server on loopback that lives for a minute)
SENT_FOLDER = "已发送"
HOME = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the run is: mails received, processed, letters sent."""

    received: int = 0
    processed: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Servers:
    """The demo's mailbox and mail sink, and what the settings say of them."""

    imap: EmbeddedImapServer
    smtp: SmtpSink
    settings: Settings
    config: Path


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Start both, and write the settings that point at them."""
    imap = EmbeddedImapServer(folder / "mailserver", Quirks.netease(), users={MAILBOX: PASSWORD})

    def keep_a_copy(_sender: str, _recipients: list[str], letter: bytes) -> None:
        imap.add(SENT_FOLDER, letter, system_clock())

    smtp = SmtpSink(folder / "letters", keep_a_copy)
    imap.start()
    try:
        smtp.start()
        try:
            config = folder / "intake.toml"
            config.write_text(_config(folder, imap.port, smtp.port), "utf-8")
            settings = load_settings({"INTAKE_CONFIG": str(config)})
            yield Servers(imap, smtp, settings, config)
        finally:
            smtp.stop()
    finally:
        imap.stop()


def put_in(running: Servers, progress: Callable[[DemoMail], None]) -> list[DemoMail]:
    """Deliver the submissions to the mailbox."""
    mails = demo_mails()
    for mail in mails:
        running.imap.add("INBOX", mail.data, mail.received_at)
        progress(mail)
    return mails


def run_flow(running: Servers, folder: Path, progress: Callable[[Counts], None]) -> None:
    """The polling flow through Prefect, to its end; progress comes from the ledger.

    Raises: IntakeError where the flow fails; its log is named.
    """
    log = folder / "flow.log"
    with log.open("wb") as output:
        flow = subprocess.Popen(
            [sys.executable, "-m", "flows.poll_mailbox"],
            cwd=HOME,
            env=_flow_environment(running, folder),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while flow.poll() is None:
                progress(_counts(running.settings))
                time.sleep(0.2)
        finally:
            if flow.poll() is None:
                flow.terminate()
                flow.wait()
    progress(_counts(running.settings))
    if flow.returncode != 0:
        said = log.read_text("utf-8", "replace")[-2000:]
        raise IntakeError(f"The polling flow failed:\n{said}", f"The whole log: {log}")


def _counts(settings: Settings) -> Counts:
    if not (settings.data_dir / "ledger.db").exists():
        return Counts()
    ledger = Ledger.open(settings.ledger())
    try:
        with ledger.read() as tx:
            mails, letters = work.states(tx), outbox.states(tx)
    finally:
        ledger.close()
    return Counts(sum(mails.values()), mails.get("processed", 0), letters.get("sent", 0))


def _flow_environment(running: Servers, folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INTAKE_", "PREFECT_"))
    }
    return {
        **kept,
        "INTAKE_CONFIG": str(running.config),
        "PREFECT_HOME": str(folder / "prefect"),
        # Just for this one run: a service never works with a server that lives and dies with it.
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
    }


def _config(folder: Path, imap_port: int, smtp_port: int) -> str:
    return f"""\
data_dir = "{folder / "data"}"
programme = "{PROGRAMME}"

[mailboxes.shenbao]
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{MAILBOX}"
password = "{PASSWORD}"
folders = ["INBOX", "垃圾邮件"]
sent_folder = "{SENT_FOLDER}"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
sender = "{MAILBOX}"
verify_in = "shenbao"
"""
