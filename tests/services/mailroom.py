"""A whole place of work for trials: Dovecot as the mailbox, an SMTP server that files a copy of
each letter it takes in the mailbox's sent folder, settings on disk, and `intake` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from console.demo.smtp_sink import SmtpSink
from intake.answer import Sent, answer
from intake.batch import Batch, process_waiting
from intake.receive import Received, receive
from intake.settings import Settings, load_settings
from intake.workplace import Clock, Workplace, open_workplace, system_clock
from tests.builders.season import MAILBOX, PROGRAMME, SeasonMail
from tests.services.dovecot import PASSWORD, Dovecot

COMMAND = [sys.executable, "-c", "from console.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that the SMTP server took. answers: the Message-ID of the mail it answers."""

    message_id: str
    answers: str
    to: str


class Mailroom:
    """One mailbox, one SMTP server, one data folder; `start`, use, `stop`.

    No page is read as a picture: what is tried here is mail. more: lines for the top of
    intake.toml. pdf: whether letters carry themselves as PDF. verify: whether letters of unknown
    fate may be looked for in the sent folder.
    """

    def __init__(
        self,
        dovecot: Dovecot,
        folder: Path,
        *,
        more: str = "",
        verify: bool = True,
        pdf: bool = False,
    ) -> None:
        self.dovecot = dovecot
        self.folder = folder
        self.user = dovecot.user()
        self.smtp = SmtpSink(folder / "letters", self._keep_a_copy)
        self.config = folder / "intake.toml"
        self.data = folder / "data"
        self._more, self._verify, self._pdf = more, verify, pdf

    def start(self) -> None:
        self.smtp.start()
        verify_in = 'verify_in = "main"' if self._verify else ""
        self.config.write_text(
            f"""\
data_dir = "{self.data}"
programme = "{PROGRAMME}"
lease_seconds = 20
picture_readers = 0
receipt_pdf = {str(self._pdf).lower()}
{self._more}

[mailboxes.main]
host = "127.0.0.1"
port = {self.dovecot.port}
security = "none"
username = "{self.user}"
password = "{PASSWORD}"
sent_folder = "Sent"
timeout_seconds = 20

[smtp]
host = "127.0.0.1"
port = {self.smtp.port}
security = "none"
sender = "{MAILBOX}"
timeout_seconds = 10
verify_after_seconds = 0.5
{verify_in}
""",
            "utf-8",
        )

    def stop(self) -> None:
        self.smtp.stop()

    def deliver(self, mails: list[SeasonMail]) -> None:
        """Put mails in the mailbox, in this order."""
        with self.dovecot.session(self.user) as client:
            for mail in mails:
                client.append("INBOX", mail.data, (), mail.received_at)

    @property
    def settings(self) -> Settings:
        return load_settings({"INTAKE_CONFIG": str(self.config)})

    @contextmanager
    def place(self, clock: Clock = system_clock) -> Iterator[Workplace]:
        """The place of work, opened in this process."""
        with open_workplace(self.settings, clock) as place:
            yield place

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `intake …` as a process group of its own."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("INTAKE_")}
        return subprocess.Popen(
            [*COMMAND, *words],
            cwd=Path(__file__).parents[2],
            env={**kept, "INTAKE_CONFIG": str(self.config), "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, *words: str, code: int | None = 0) -> Any:
        """`intake … --json` to its end; what it printed, "errors" among it.

        code: how it must end, None for anyhow.
        """
        process = self.begin(*words, "--json")
        out, errors = process.communicate(timeout=300)
        if code is not None and process.returncode != code:
            raise AssertionError(
                f"intake {' '.join(words)} ended with {process.returncode}, not {code}:\n"
                f"{out.decode()}\n{errors.decode()}"
            )
        said = json.loads(out) if out.strip() else {}
        if isinstance(said, dict):
            said["errors"] = errors.decode()
        return said

    def poll_here(self) -> tuple[Received, Batch, Sent]:
        """What `intake poll` does, in this process."""
        with self.place() as place:
            return receive(place, "main"), process_waiting(place), answer(place)

    def letters(self) -> list[Letter]:
        """What the SMTP server took, in order."""
        found = []
        for path in self.smtp.letters:
            letter = message_from_bytes(path.read_bytes())
            found.append(
                Letter(
                    letter["Message-ID"].strip(),
                    (letter["In-Reply-To"] or "").strip(),
                    letter["To"].strip(),
                )
            )
        return found

    def listing(self) -> dict[str, bytes]:
        """Every file of the archive with its bytes."""
        root = self.data / "archive"
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and ".staging" not in path.parts
        }

    def _keep_a_copy(self, _sender: str, _recipients: list[str], letter: bytes) -> None:
        self.dovecot.append(self.user, letter, datetime.now(UTC), "Sent")
