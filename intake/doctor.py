"""Looks at every connection and backend, and says what to do about what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from intake.receive import account_of, folders_of
from intake.settings import Settings
from intake.signed_receipt import keys_folder
from intake.workplace import Workplace, open_workplace, system_clock
from mail.imap import ImapMailbox
from mail.smtp import SmtpSender
from model.errors import IntakeError, ReaderFailed
from model.workdays import is_calendar_known
from parsers.archives.program import ready
from receipts.signing import public_keys, signing_key
from storage.ledger import outbox, work

FREE_BYTES = 5 << 30
LONGEST_CORRECTION = timedelta(days=31)
"""Letters of today ask for corrections up to then, as a rule."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. state: "ok", "warning" or "error"."""

    what: str
    state: str
    detail: str
    advice: str = ""


def examine_system(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which they build on one another."""
    yield from _guarded("programme", lambda: _programme(settings))
    try:
        with open_workplace(settings) as place:
            yield from _data(place)
            yield from _guarded("unpacking engine", lambda: iter([_engine()]))
            yield from _guarded("reader processes", lambda: _readers(place))
            yield from _guarded("key of receipts", lambda: _receipt_key(settings))
            for name in settings.mailboxes:
                yield from _guarded(f"mailbox {name}", partial(_mailbox, place, name))
            if not settings.mailboxes:
                yield Check(
                    "mailboxes", "warning", "none is configured",
                    "Add [mailboxes.NAME] to intake.toml, or work with `intake import`.",
                )  # fmt: skip
            yield from _guarded("smtp", lambda: _smtp(place))
    except IntakeError as error:
        yield Check("data folder and ledger", "error", error.problem, error.advice)


def _guarded(what: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from check()
    except IntakeError as error:
        yield Check(what, "error", error.problem, error.advice)


def _programme(settings: Settings) -> Iterator[Check]:
    from programmes import find_programme

    working: list[str] = []
    for name in settings.all_programmes():
        found = find_programme(name, settings.programmes_dir)
        yield Check(f"programme {name}", "ok", f"{found.title}, version {found.version}")
        if found.resubmission.correction_day_kind == "working":
            working.append(name)
    if working:
        yield _calendar(system_clock().date(), working)


def _calendar(today: date, programmes: list[str]) -> Check:
    """Whether the public holidays are known by which due dates are counted from now on."""
    years = dict.fromkeys((today.year, (today + LONGEST_CORRECTION).year))
    unknown = [str(year) for year in years if not is_calendar_known(year)]
    counted = f"working days are counted for {', '.join(programmes)}"
    if not unknown:
        return Check("public holidays", "ok", counted)
    return Check(
        "public holidays", "warning",
        f"{counted}; the holidays of {', '.join(unknown)} are not known, only weekends are",
        "Take a newer package `chinesecalendar` into the lock (`make lock`, `make setup`): it has "
        "the next year's soon after the State Council's notice, in November as a rule.",
    )  # fmt: skip


def _data(place: Workplace) -> Iterator[Check]:
    folder = place.settings.data_dir
    free = shutil.disk_usage(folder).free
    state = "ok" if free > FREE_BYTES else "warning"
    yield Check(
        "data folder", state, f"{folder.absolute()}, {free / (1 << 30):.1f} GiB free",
        "" if state == "ok" else "Make room: a deadline night may bring many gigabytes.",
    )  # fmt: skip
    with place.ledger.read() as tx:
        mails, letters = work.states(tx), outbox.states(tx)
    shown = ", ".join(f"{count} {state}" for state, count in {**mails}.items()) or "no mail yet"
    stuck = mails.get("quarantined", 0)
    yield Check(
        "ledger", "warning" if stuck else "ok", f"{place.ledger.engine.dialect.name}: {shown}",
        "`intake verify` names the quarantined mails and what to do." if stuck else "",
    )  # fmt: skip
    waiting = letters.get("failed", 0) + letters.get("unknown", 0) + letters.get("held", 0)
    shown = ", ".join(f"{count} {state}" for state, count in letters.items()) or "empty"
    yield Check(
        "outbox", "warning" if waiting else "ok", shown,
        "`intake receipts list --state failed` (unknown, held) shows them." if waiting else "",
    )  # fmt: skip


def _engine() -> Check:
    return Check("unpacking engine", "ok", str(ready()))


def _readers(place: Workplace) -> Iterator[Check]:
    try:
        kind = place.readers.detect(Path(__file__))
    except ReaderFailed as failure:
        yield Check(
            "reader processes", "error", str(failure),
            "They run `python -m parsers.isolation.child`; try it by hand.",
        )  # fmt: skip
        return
    yield Check("reader processes", "ok", f"start and answer ({kind})")
    network = place.readers.network()
    yield Check(
        "network of reader processes", "ok" if network == "cut off" else "warning", network,
        "" if network == "cut off" else "Allow unprivileged user namespaces, or run in a "
        "container whose network policy lets only this program out.",
    )  # fmt: skip


def _receipt_key(settings: Settings) -> Iterator[Check]:
    key = signing_key(keys_folder(settings), settings.receipt_key_file)
    known = len(public_keys(keys_folder(settings)))
    where = settings.receipt_key_file or keys_folder(settings)
    yield Check("key of receipts", "ok", f"{key.id} in {where}; {known} public keys are kept")


def _mailbox(place: Workplace, name: str) -> Iterator[Check]:
    account = account_of(place, name)
    with ImapMailbox(account) as connection:
        for folder in folders_of(place, connection):
            state = connection.open(folder.name)
            programmes = place.settings.programmes_of(name, folder.name)
            yield Check(
                f"mailbox {name}/{folder.name}", "ok",
                f"{account.host}: {state.exists} messages, UIDVALIDITY {state.uid_validity}, "
                f"programme {' or '.join(programmes)}{', junk' if folder.junk else ''}",
            )  # fmt: skip
        yield Check(f"watch on {name}", "ok", _abilities(place, connection, name))
        if account.sent_folder:
            connection.open(account.sent_folder)
            yield Check(f"mailbox {name}/{account.sent_folder}", "ok", "letters are verified here")


def _abilities(place: Workplace, connection: ImapMailbox, name: str) -> str:
    """How new mail is noticed while the mailbox is watched, and how handled mail is moved."""
    settings = place.settings.mailboxes[name]
    seconds = f"looked at every {settings.poll_seconds:g} s"
    news = "tells of new mail at once (IDLE)" if connection.can_idle else f"no IDLE: {seconds}"
    if not settings.filing:
        return f"{news}; only read"
    return f"{news}; handled mail is {'moved' if connection.can_move else 'copied and removed'}"


def _smtp(place: Workplace) -> Iterator[Check]:
    settings = place.settings.smtp
    if settings is None:
        yield Check(
            "smtp", "error", "there is no [smtp] section, so no letter can be written",
            "Add [smtp] with host and sender to intake.toml.",
        )  # fmt: skip
        return
    with SmtpSender(settings.account()):
        pass  # entering it connects and logs in
    yield Check("smtp", "ok", f"{settings.host} takes the login of {settings.sender}")
    if not settings.verify_in:
        yield Check(
            "smtp verification", "warning", "letters of unknown fate wait for a person",
            "Set smtp.verify_in to a mailbox whose sent_folder keeps what the server took.",
        )  # fmt: skip
