"""A place of work in this process (`desk`), and one with a real mailbox and processes (`room`)."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.demo.smtp_sink import SmtpSink
from intake.settings import MailboxSettings, Settings, SmtpSettings
from intake.workplace import Workplace
from model.account import Security
from model.message import RawMessage
from parsers.isolation import Readers, process
from receipts import pdf
from storage.ledger import Ledger, receiving
from storage.spool import Spool
from tests.builders.season import MAILBOX, PROGRAMME, SeasonMail
from tests.services.dovecot import PASSWORD, Dovecot
from tests.services.mailroom import Mailroom

START = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that a test moves on; it also moves a little by itself, as time does."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


class Desk:
    """Data folder, SMTP server, clock, and reader processes that all tests share."""

    def __init__(self, folder: Path, smtp: SmtpSink, readers: Readers) -> None:
        self.folder = folder
        self.smtp = smtp
        self.clock = Clock()
        self.settings = Settings(
            picture_readers=0,  # what it reads by OCR, a test asks for
            receipt_pdf=False,  # and letters that carry themselves as PDF
            data_dir=folder / "data",
            programme=PROGRAMME,
            smtp=SmtpSettings(
                host="127.0.0.1", port=smtp.port, security=Security.NONE, sender=MAILBOX,
                timeout_seconds=10, verify_after_seconds=60,
            ),
        )  # fmt: skip
        self._readers = readers
        self._open = ExitStack()
        self._rules = 0

    def change(self, **settings: Any) -> None:
        """Other settings from now on."""
        self.settings = self.settings.model_copy(update=settings)

    def keep_letters_in(self, dovecot: Dovecot) -> str:
        """The SMTP server files copies in a new user's sent folder, where they are verified."""
        user = dovecot.user()

        def keep(_sender: str, _recipients: list[str], letter: bytes) -> None:
            dovecot.append(user, letter, self.clock.now, "Sent")

        self.smtp._on_message = keep
        assert self.settings.smtp is not None
        box = MailboxSettings(
            host="127.0.0.1", port=dovecot.port, security=Security.NONE, username=user,
            password=PASSWORD, sent_folder="Sent",
        )  # type: ignore[arg-type]  # fmt: skip
        smtp = self.settings.smtp.model_copy(update={"verify_in": "main"})
        self.change(mailboxes={"main": box}, smtp=smtp)
        return user

    def change_rules(self, *changes: tuple[str, str]) -> None:
        """The programme's file with each `old` made `new`."""
        self._rules += 1
        folder = self.folder / f"rules{self._rules}"
        folder.mkdir()
        text = (Path(__file__).parents[2] / "programmes" / f"{PROGRAMME}.toml").read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / f"{PROGRAMME}.toml").write_text(text, "utf-8")
        self.change(programmes_dir=folder)

    def place(self, **changes: Any) -> Workplace:
        """The place of work as a process that starts now would open it."""
        data = self.settings.data_dir
        (data / "work").mkdir(parents=True, exist_ok=True)
        ledger = Ledger.open(self.settings.ledger())
        self._open.callback(ledger.close)
        place = Workplace(self.settings, ledger, Spool(data / "spool"), self._readers, self.clock)
        return replace(place, **changes)

    def take_in(self, *mails: SeasonMail) -> list[str]:
        """Receive mails as a poll does; their digests."""
        place = self.place()
        digests = []
        for uid, mail in enumerate(mails, 1):
            with place.spool.receive() as incoming:
                incoming.write(mail.data)
                spooled = incoming.keep()
            raw = RawMessage(
                spooled.sha256, spooled.size, spooled.path, mail.received_at,
                mailbox="main", folder="INBOX", uid_validity=1, uid=uid,
            )  # fmt: skip
            with place.ledger.write() as tx:
                receiving.add_message(tx, raw, PROGRAMME, self.clock())
            digests.append(spooled.sha256)
        return digests

    def killed(self, work: Callable[[Workplace], object]) -> None:
        """Do this work in a process that kills itself with SIGKILL at the point that a test has
        put `die` at. Fails where it comes to its end instead."""
        self._readers.warm()
        child = os.fork()
        if child == 0:
            try:
                signal.alarm(60)
                # A fork has no other threads; and one mail at a time leaves no reader, which it
                # shares with us, in the middle of an answer.
                for one in (self._readers._readers, self._readers._scanners):
                    one._starter = ThreadPoolExecutor(1)
                # Nor may it wait for our children: it would take them for dead, and kill them.
                process.ReaderProcess.is_alive = lambda _: True  # type: ignore[method-assign]
                # typst's threads have stayed behind as well.
                pdf._compile = _in_a_process_of_its_own
                alone = self.settings.model_copy(update={"workers": 1})
                work(self.place(settings=alone))
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        self.clock.pass_by(seconds=10)  # the clock of the dead process ran on
        assert os.WIFSIGNALED(status), f"it was not killed: exit code {os.WEXITSTATUS(status)}"
        assert os.WTERMSIG(status) == signal.SIGKILL

    def listing(self) -> dict[str, bytes]:
        """Every file of the archive with its bytes."""
        root = self.settings.data_dir / "archive"
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and ".staging" not in path.parts
        }

    def close(self) -> None:
        self._open.close()


def _in_a_process_of_its_own(sheet: pdf.Sheet, **form: Any) -> Any:
    """The same drawing by a fresh interpreter."""
    code = (
        "import pickle, sys; from receipts import pdf; sheet, form = pickle.load(sys.stdin.buffer);"
        "sys.stdout.buffer.write(pickle.dumps(pdf._compile(sheet, **form)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps((sheet, form)), capture_output=True,
        check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return pickle.loads(done.stdout)


def die(*_arguments: object, **_more: object) -> None:
    """What `kill -9` does at this point."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    with Readers(2, scanners=0) as children:
        yield children


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a ledger without rows: to make its tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    Ledger.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def desk(
    tmp_path: Path, smtp_sink: SmtpSink, readers: Readers, empty_ledger: Path
) -> Iterator[Desk]:
    desk = Desk(tmp_path, smtp_sink, readers)
    desk.settings.data_dir.mkdir()
    shutil.copy(empty_ledger, desk.settings.data_dir / "ledger.db")
    yield desk
    desk.close()


@pytest.fixture
def room(dovecot: Dovecot, tmp_path: Path) -> Iterator[Mailroom]:
    room = Mailroom(dovecot, tmp_path)
    room.start()
    yield room
    room.stop()
