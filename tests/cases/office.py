"""The real line in one process: mails arrive one after the other, as time passes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from console.demo.smtp_sink import SmtpSink
from intake.answer import answer
from intake.batch import process_waiting
from intake.contents import LETTER, MESSAGE, RECORD, decode_record
from intake.register.importing import carry_out, plan
from intake.settings import Settings, SmtpSettings
from intake.workplace import Workplace
from model.account import Security
from model.message import RawMessage
from model.record import Record
from model.register_import import ImportMode
from parsers.isolation import Readers
from storage.archive import FiledVersion
from storage.ledger import Ledger, queries, receiving
from storage.spool import Spool
from tests.builders.season import MAILBOX
from tests.cases.case import Case
from tests.cases.mails import Mail
from tests.cases.programmes import NATIONAL, REGISTER, REGISTERED, write_programmes
from tests.intake.conftest import Clock

BEFORE_ALL = datetime(2021, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one mail: as it was filed. letter: None where none was written. inner: the
    mails that it carries."""

    record: Record
    version: FiledVersion
    letter: bytes | None
    inner: tuple[Filed, ...] = ()


class Office:
    """A place of work with the programmes of the cases; keeps what came of every mail.

    filed: by the case and the place of the mail in it, from 0. sent: every mail with its arrival,
    in the order in which they came.
    """

    def __init__(self, folder: Path, smtp: SmtpSink, readers: Readers) -> None:
        self.smtp = smtp
        self.clock = Clock()
        self.clock.now = BEFORE_ALL
        self.filed: dict[tuple[str, int], Filed] = {}
        self.sent: list[tuple[Case, Mail]] = []
        self._uid = 0
        rules = folder / "programmes"
        rules.mkdir()
        write_programmes(rules)
        settings = Settings(
            data_dir=folder / "data",
            programmes_dir=rules,
            programme=NATIONAL,
            picture_readers=readers.scanners,
            workers=1,
            smtp=SmtpSettings(
                host="127.0.0.1", port=smtp.port, security=Security.NONE, sender=MAILBOX,
                timeout_seconds=10,
            ),
        )  # fmt: skip
        (settings.data_dir / "work").mkdir(parents=True)
        self.place = Workplace(
            settings,
            Ledger.open(settings.ledger()),
            Spool(settings.data_dir / "spool"),
            readers,
            self.clock,
        )

        self._import_registers(folder / "登记册.csv")

    def _import_registers(self, file: Path) -> None:
        file.write_text(REGISTER, "utf-8")
        for programme in REGISTERED:
            with plan(self.place, file, programme, ImportMode.REPLACE) as planned:
                assert carry_out(self.place, planned, by="李老师") is not None

    def close(self) -> None:
        self.place.ledger.close()

    def season(self, cases: Iterable[Case]) -> None:
        """All mails of these cases in the order of their arrival, one after the other; the letters
        of a day go out in its evening."""
        arrivals = [
            (mail.received_at, place, case, mail)
            for case in cases
            for place, (mail, _) in enumerate(case.steps)
        ]
        arrivals.sort(key=lambda one: one[0])
        for _day, mails in groupby(arrivals, key=lambda one: one[0].date()):
            for received_at, place, case, mail in mails:
                self.clock.now = max(self.clock.now, received_at + timedelta(seconds=20))
                sha256 = self.receive(case, mail)
                process_waiting(self.place)
                self.sent.append((case, mail))
                if (filed := self.find(sha256)) is not None:
                    self.filed[case.id, place] = filed
            answer(self.place)

    def receive(self, case: Case, mail: Mail) -> str:
        """What a poll does with it; its digest."""
        self._uid += 1
        with self.place.spool.receive() as incoming:
            incoming.write(mail.data(case.who))
            spooled = incoming.keep()
        raw = RawMessage(
            spooled.sha256, spooled.size, spooled.path, mail.received_at,
            mailbox="main", folder=mail.folder, uid_validity=1, uid=self._uid,
            junk=mail.folder != "INBOX",
        )  # fmt: skip
        with self.place.ledger.write() as tx:
            receiving.add_message(tx, raw, case.programme, self.clock())
        return spooled.sha256

    def run(self) -> None:
        """Process what waits, and send what is owed."""
        process_waiting(self.place)
        answer(self.place)

    def find(self, sha256: str) -> Filed | None:
        """The version that a mail was filed as; None where it was not."""
        with self.place.ledger.read() as tx:
            rows = [row for row in queries.by_message(tx, sha256) if row.kind == "mail"]
        for row in rows:
            archive = self.place.archive(row.programme)
            version = archive.version_with(row.object_id, MESSAGE, sha256)
            assert version is not None
            record = decode_record(version.path(RECORD).read_bytes())
            letter = version.path(LETTER).read_bytes() if record.answer.filed_as else None
            inner = (self.find(one.sha256) for one in record.forwarded)
            return Filed(record, version, letter, tuple(one for one in inner if one))
        return None

    def at(self, folder: Path) -> Workplace:
        """The same place with its data in another folder, which has an empty ledger."""
        settings = self.place.settings.model_copy(update={"data_dir": folder})
        return replace(
            self.place,
            settings=settings,
            ledger=Ledger.open(settings.ledger()),
            spool=Spool(folder / "spool"),
        )
