"""Seconds to rehearse changed rules over an archive of many submissions.

    python -m benchmarks.rehearse [--submissions 1000] [--workers 2] [--keep DIR]

Half a dozen submissions are really read, judged and filed: a form and a pledge as scans (read by
OCR) or with text, an application document of twenty pages, certificates; one corrected by a second
mail, one late, one without a number. The others are these under numbers and names of their own,
filed by the real archive and entered into the real ledger. Only the applicants' own bytes are left
out, which a rehearsal does not open.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from console.demo.mails import compose
from console.demo.papers import docx, pdf_text
from console.demo.rar import rar5
from intake.batch import process_waiting
from intake.contents import FACTS, MESSAGE, RECORD, decode_record
from intake.rehearsal.rehearse import rehearse
from intake.settings import Settings, SmtpSettings
from intake.workplace import Workplace, open_workplace
from model.account import Security
from model.message import RawMessage
from model.programme import Programme
from storage.archive import Content
from storage.ledger import filing, queries, receiving
from tests.builders.forms import PHRASES, as_pdf, as_scan, form
from tests.builders.season import MAILBOX

PROGRAMME = "national-2021"
IN_TIME = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
LATE = datetime(2021, 6, 20, 1, 0, tzinfo=UTC)
PARAGRAPHS = 260
"""Of an application document: some twenty pages."""
RECEIPTS = "receipt/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="make the archive here, or use what is there")
    asked = parser.parse_args()
    temporary = nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory()
    with temporary as name, _place(Path(name)) as place:
        if not place.archived_programmes():
            made = timed("read and filed", lambda: list(_templates(place)))
            timed("made", lambda: _fill(place, made, asked.submissions))
        old = place.programme(PROGRAMME)
        for title, new in _changes(old):
            done = timed(title, lambda new=new: rehearse(place, old, new, workers=asked.workers))
            print(f"    {done.objects} applications, {done.mails} mails, "
                  f"{len(done.differing)} differ, {len(done.missing)} not rehearsed")  # fmt: skip
    for who, name in ((resource.RUSAGE_SELF, "this"), (resource.RUSAGE_CHILDREN, "each other")):
        print(f"memory of {name} process: {resource.getrusage(who).ru_maxrss >> 10} MiB at most")


def _changes(old: Programme) -> Iterator[tuple[str, Programme]]:
    """The same rules, and some that change what nearly every submission comes to."""
    data = old.model_dump()
    yield "the same rules", old
    sealed = [one | {"seal": True} for one in data["materials"]]
    yield "every material sealed", _with(data, materials=sealed)
    closes = data["window"] | {"closes": date(2021, 5, 31)}
    yield "a deadline before all of them", _with(data, window=closes)
    more = {"more_synonyms": ("申报主体",)}
    fields = [one | more if one["id"] == "full_name" else one for one in data["fields"]]
    yield "forms read by other fields", _with(data, fields=fields)
    naming = data["naming"] | {"number_pattern": r"ZB2022\d{4}"}
    yield "numbers of another pattern, so that all are tied anew", _with(data, naming=naming)


def _with(data: dict[str, object], **changes: object) -> Programme:
    return Programme.model_validate(data | changes)


def timed(title: str, work):  # type: ignore[no-untyped-def]
    begun, used = time.perf_counter(), _processor_seconds()
    result = work()
    seconds, used = time.perf_counter() - begun, _processor_seconds() - used
    print(f"{seconds:8.1f} s, {used:6.1f} s of processors  {title}", flush=True)
    return result


def _processor_seconds() -> float:
    """Of this process and of those that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


@contextmanager
def _place(folder: Path) -> Iterator[Workplace]:
    smtp = SmtpSettings(host="127.0.0.1", security=Security.NONE, sender=MAILBOX)
    settings = Settings(data_dir=folder / "data", programme=PROGRAMME, smtp=smtp)
    with open_workplace(settings) as place:
        yield place


@dataclass(frozen=True, slots=True)
class Template:
    """A really filed object with its application's number, "" for none, and its unit's name."""

    object_id: str
    number: str
    name: str


def _templates(place: Workplace) -> Iterator[Template]:
    """Submissions taken in, processed and filed as any other."""
    kinds = ("scan", "text", "corrected", "late", "nameless", "separator")
    for seed, kind in enumerate(kinds, 1):
        values, rows = form("pairs", seed)
        number, name = values["application_no"], values["full_name"]
        sheet = as_scan(rows) if kind in ("scan", "corrected") else as_pdf(rows)
        papers = [
            ("推荐表.pdf", sheet),
            ("承诺书.pdf", pdf_text([["承诺书", "所提交的材料真实、准确、完整。", name]])),
            ("申报材料.docx", docx("质量标杆申报材料", list(_paragraphs(seed)))),
            ("证明材料/专利证书.docx", docx("专利证书", list(_paragraphs(seed))[:12])),
        ]
        title = f"{number}-{name}" if kind == "separator" else f"{number}+{name}"
        subject = f"{name}质量标杆申报材料" if kind == "nameless" else title
        package = "申报材料.rar" if kind == "nameless" else f"{title}.rar"
        when = (LATE if kind == "late" else IN_TIME) + timedelta(minutes=seed)
        sets = [papers[:1] + papers[2:], papers] if kind == "corrected" else [papers]
        for part in sets:
            data = compose(
                subject=subject, sender=f"q{seed}@example.com", sender_name=name, to=MAILBOX,
                date=when, attachments=[(package, rar5(part, seed=title.encode()))],
                text="您好，附件为申报材料，请查收。\n",
            )  # fmt: skip
            sha256 = _take_in(place, data, when)
            process_waiting(place)
            when += timedelta(hours=3)
        with place.ledger.read() as tx:
            (filed, *_) = queries.by_message(tx, sha256)
        yield Template(filed.object_id, filed.application_no, name)


def _paragraphs(seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    for number in range(PARAGRAPHS):
        yield f"（{number + 1}）" + "".join(chance.choices(PHRASES, k=4))


def _take_in(place: Workplace, data: bytes, when: datetime) -> str:
    with place.spool.receive() as incoming:
        incoming.write(data)
        spooled = incoming.keep()
    raw = RawMessage(spooled.sha256, spooled.size, spooled.path, when, mailbox="main")
    with place.ledger.write() as tx:
        receiving.add_message(tx, raw, PROGRAMME, place.clock())
    return spooled.sha256


def _fill(place: Workplace, templates: list[Template], count: int) -> None:
    """Submissions of other units, filed and entered until there are so many."""
    archive = place.archive(PROGRAMME)
    for place_no in range(len(templates), count):
        one = templates[place_no % len(templates)]
        number = f"ZB2021{place_no:04d}"
        name = "".join(chr(0x4E00 + (place_no * 7 + n * 311) % 20000) for n in range(4))
        name = one.name[:2] + name + one.name[6:]
        object_id = number if one.number else f"unidentified-{place_no:016x}"
        for version in archive.versions(one.object_id):
            swaps = [(one.name, name)] + ([(one.number, number)] if one.number else [])
            mail = f"{object_id} {version.number}".encode()
            was, sha256 = version.sha256(MESSAGE), hashlib.sha256(mail).hexdigest()
            swaps += [(one.object_id, object_id), (was, sha256)]
            content: dict[str, Content] = {}
            for path in version.state:
                if path == MESSAGE:
                    content[path] = Content(data=mail)
                elif path.startswith(RECEIPTS):
                    content[path] = Content(data=version.path(path).read_bytes())
                elif path in (RECORD, FACTS) or path.startswith("text/"):
                    content[_swap(path, swaps)] = Content(
                        data=_swap(version.path(path).read_text("utf-8"), swaps).encode()
                    )
                else:
                    content[_swap(path, swaps)] = Content(data=f"{object_id} {path}".encode())
            text = content[RECORD].in_memory.decode()
            # A letter of one's own, or it would be a copy; and a receipt of one's own.
            text = text.replace("<", f"<{place_no}.").replace("HZ2021-", f"HZ2021-{place_no}-")
            record = decode_record(text.encode())
            content[RECORD] = Content(data=text.encode())
            filed = archive.file(
                object_id, content, created=record.processed_at, message="benchmark",
                user_name="benchmark", user_address="",
            )  # fmt: skip
            with place.ledger.write() as tx:
                filing.record(tx, record, filed.number, receipt_state="sent")


def _swap(text: str, swaps: list[tuple[str, str]]) -> str:
    for old, new in swaps:
        text = text.replace(old, new)
    return text


if __name__ == "__main__":
    main()
