"""A mailbox that serves several programmes: chosen once, kept through every kill, and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

import intake.batch
import intake.process
import intake.routing
from intake.batch import claim_batch, process_waiting
from intake.contents import RECORD, decode_record
from intake.rebuild import rebuild
from intake.reprocess import reprocess
from intake.settings import MailboxSettings, Settings, load_settings
from model.errors import LeaseLost, ReaderFailed, SettingsError
from model.finding import Finding
from model.message import RawMessage
from model.record import Record
from storage.ledger import receiving, work
from storage.ledger.schema import message, register_entry, revision
from tests.builders.season import MAILBOX, good_mail
from tests.intake.conftest import Desk, die

SHIPPED = Path(__file__).parents[2] / "programmes"
TWIN = (
    ('id = "national-2021"', 'id = "twin-2021"'),
    ('title = "2021年全国质量标杆推荐"', 'title = "另一推荐"'),
    ("HZ{year}", "TW{year}"),
)
"""A second programme with the same naming rule."""


def _serve(desk: Desk, *changes: tuple[str, str], first: str = "national-2021") -> None:
    """Two programmes on one mailbox, the second made from the national one."""
    folder = desk.folder / "several"
    folder.mkdir(exist_ok=True)
    text = (SHIPPED / "national-2021.toml").read_text("utf-8")
    for old, new in (*TWIN, *changes):
        assert old in text
        text = text.replace(old, new)
    (folder / "twin-2021.toml").write_text(text, "utf-8")
    names = (first, *({"national-2021", "twin-2021"} - {first}))
    box = MailboxSettings(
        host="127.0.0.1",
        username="u",
        programmes=names,
        security="none",  # type: ignore[arg-type]
    )
    desk.change(programmes_dir=folder, mailboxes={"main": box})


def _take_in(desk: Desk, data: bytes, received: datetime, uid: int = 1) -> str:
    place = desk.place()
    with place.spool.receive() as incoming:
        incoming.write(data)
        spooled = incoming.keep()
    raw = RawMessage(
        spooled.sha256, spooled.size, spooled.path, received,
        mailbox="main", folder="INBOX", uid_validity=1, uid=uid,
    )  # fmt: skip
    programme = desk.settings.programme_of("main", "INBOX")
    with place.ledger.write() as tx:
        receiving.add_message(tx, raw, programme, desk.clock())
    return spooled.sha256


def _plain(subject: str, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "qy@example.com", MAILBOX, subject
    mail["Message-ID"] = f"<{abs(hash(subject))}@example.com>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("您好，材料见附件。")
    return mail.as_bytes()


def _record(desk: Desk, sha256: str) -> Record:
    place = desk.place()
    with place.ledger.read() as tx:
        row = tx.execute(select(revision).where(revision.c.sha256 == sha256)).first()
    assert row is not None
    held = place.archive(row.programme).versions(row.object_id)
    return decode_record(held[row.version - 1].path(RECORD).read_bytes())


def _row(desk: Desk, sha256: str) -> Any:
    with desk.place().ledger.read() as tx:
        return work.find(tx, sha256)


def _why(record: Record) -> list[str]:
    return [one.code for one in record.findings if one.code.startswith("programme.")]


def test_one_programme_is_never_chosen(desk: Desk) -> None:
    mail = good_mail(1)
    sha256 = desk.take_in(mail)[0]
    process_waiting(desk.place())
    assert _why(_record(desk, sha256)) == []
    assert _row(desk, sha256).routed is None


def test_each_mail_goes_to_its_own(desk: Desk) -> None:
    _serve(desk, ("# number_pattern = 'ZB\\d{8}'", "number_pattern = 'TW\\d{3}'"))
    ours = good_mail(1)
    theirs = _plain("TW001+山东第一机械有限公司")
    first = _take_in(desk, ours.data, ours.received_at)
    second = _take_in(desk, theirs, ours.received_at, uid=2)
    assert _row(desk, first).programme == ""
    process_waiting(desk.place())
    assert _row(desk, first).programme == "national-2021"
    assert _row(desk, second).programme == "twin-2021"
    record = _record(desk, first)
    assert (record.programme, record.outcome) == ("national-2021", "complete")
    assert _why(record) == ["programme.chosen"]
    assert not record.needs_person
    # TW001 may be a number of the national programme, whose notice says nothing of its form.
    assert _why(_record(desk, second)) == ["programme.chosen"]


def test_a_register_tells_twins_apart(desk: Desk) -> None:
    _serve(desk)
    mail = good_mail(1)
    place = desk.place()
    with place.ledger.write() as tx:
        tx.execute(
            insert(register_entry).values(
                programme="twin-2021", number_key="ZB20210001", position=0,
                application_no="ZB20210001", full_name="山东第一机械有限公司", former_names=[],
            )
        )  # fmt: skip
    sha256 = _take_in(desk, mail.data, mail.received_at)
    process_waiting(desk.place())
    record = _record(desk, sha256)
    assert record.programme == "twin-2021"
    assert _why(record) == ["programme.chosen"]
    assert record.answer.receipt_no == "TW2021-00001"


def test_a_later_mail_goes_where_the_first_was_filed(desk: Desk) -> None:
    """By its number, though by then the other programme would be the first choice."""
    _serve(desk, first="twin-2021")
    mail = good_mail(1)
    first = _take_in(desk, mail.data, mail.received_at)
    process_waiting(desk.place())
    assert _record(desk, first).programme == "twin-2021"
    _serve(desk, first="national-2021")
    again = good_mail(1, big=b"more", hour=2)
    second = _take_in(desk, again.data, again.received_at, uid=2)
    process_waiting(desk.place())
    record = _record(desk, second)
    assert (record.programme, record.revision) == ("twin-2021", 2)
    assert _why(record) == ["programme.chosen"]


def test_a_closed_programme_still_answers(desk: Desk) -> None:
    _serve(
        desk,
        ("closes = 2021-06-16", "closes = 2021-06-30"),
        ('policy = "clerk"', 'policy = "clerk"\nuntil = 2021-07-05'),
    )
    mail = good_mail(1)
    sha256 = _take_in(desk, mail.data, datetime(2021, 8, 1, tzinfo=UTC))
    process_waiting(desk.place())
    record = _record(desk, sha256)
    assert (record.programme, record.outcome) == ("twin-2021", "late_refused")
    assert {"programme.unsure", "window.closed"} <= {one.code for one in record.findings}
    spam = _take_in(desk, _plain("促销"), datetime(2021, 8, 1, tzinfo=UTC), uid=2)
    process_waiting(desk.place())
    assert _why(_record(desk, spam)) == ["programme.none_open"]


KILLS: dict[str, tuple[Any, str]] = {
    "before it was noted": (intake.routing.work, "choose"),
    "before anything was filed": (intake.process, "_commit"),
    "before it was recorded": (intake.process, "_record"),
}


@pytest.mark.parametrize("kill", sorted(KILLS))
def test_a_mail_that_is_done_again_finds_it_chosen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kill: str
) -> None:
    _serve(desk, first="twin-2021")
    mail = good_mail(1)
    sha256 = _take_in(desk, mail.data, mail.received_at)
    with monkeypatch.context() as patch:
        patch.setattr(*KILLS[kill], die)
        desk.killed(process_waiting)
    noted = kill != "before it was noted"
    assert _row(desk, sha256).programme == ("twin-2021" if noted else "")
    _serve(desk, first="national-2021")  # the operator changes the order meanwhile
    process_waiting(desk.place())
    record = _record(desk, sha256)
    assert record.programme == ("twin-2021" if noted else "national-2021")
    assert _why(record) == ["programme.unsure"]


def test_a_choice_is_fenced_by_the_lease(desk: Desk) -> None:
    _serve(desk)
    mail = good_mail(1)
    sha256 = _take_in(desk, mail.data, mail.received_at)
    place = desk.place()
    (claim,) = claim_batch(place, 1)
    other = replace(place, owner="another worker")
    with pytest.raises(LeaseLost):
        intake.routing.routed(other, claim)
    assert _row(desk, sha256).programme == ""
    chosen = intake.routing.routed(place, claim)
    assert chosen.programme == "national-2021"
    assert chosen.raw.routed is not None
    assert intake.routing.routed(place, chosen) is chosen
    with pytest.raises(LeaseLost), place.ledger.write() as tx:
        work.choose(tx, sha256, place.owner, "twin-2021", Finding("programme.none_open"))


def test_nothing_differs_when_it_is_reprocessed_or_the_ledger_made_anew(desk: Desk) -> None:
    _serve(desk)
    mail = good_mail(1)
    sha256 = _take_in(desk, mail.data, mail.received_at)
    process_waiting(desk.place())
    before = _row(desk, sha256)
    (done,) = reprocess(desk.place(), [sha256], by="test")
    assert (done.action, done.differences) == ("unchanged", ())
    desk.close()
    for file in desk.settings.data_dir.glob("ledger.db*"):
        file.unlink()
    rebuild(desk.place())
    after = _row(desk, sha256)
    assert (after.programme, after.routed) == (before.programme, before.routed)
    (done,) = reprocess(desk.place(), [sha256], by="test")
    assert (done.action, done.differences) == ("unchanged", ())


def test_a_programme_that_cannot_be_used_keeps_the_mail_waiting(desk: Desk) -> None:
    _serve(desk)
    mail = good_mail(1)
    sha256 = _take_in(desk, mail.data, mail.received_at)
    broken = desk.folder / "several" / "twin-2021.toml"
    good = broken.read_text("utf-8")
    broken.write_text("id = ", "utf-8")
    batch = process_waiting(desk.place())
    assert list(batch.put_off) == [sha256]
    assert "twin-2021.toml" in str(batch.put_off[sha256])
    assert _row(desk, sha256).state == "waiting"
    broken.write_text(good, "utf-8")
    process_waiting(desk.place())
    assert _record(desk, sha256).programme == "national-2021"


def test_a_head_that_cannot_be_read_leaves_the_window_and_a_person(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(desk)
    mail = good_mail(1)
    sha256 = _take_in(desk, mail.data, mail.received_at)
    place = desk.place()

    def fails(*_: object) -> None:
        raise ReaderFailed("timeout", "it took too long")

    (claim,) = claim_batch(place, 1)
    with monkeypatch.context() as patch:
        patch.setattr(place.readers, "read_head", fails)
        patch.setattr(place.readers, "read_message", fails)
        chosen = intake.routing.routed(place, claim)
    assert chosen.programme == "national-2021"
    assert chosen.raw.routed is not None
    assert chosen.raw.routed.code == "programme.unsure"
    assert _row(desk, sha256).programme == "national-2021"


def test_whose_programme_a_robots_mail_is_no_person_need_look_into(desk: Desk) -> None:
    _serve(desk)
    data = _plain("Automatic reply", Auto_Submitted="auto-replied")
    sha256 = _take_in(desk, data, good_mail(1).received_at)
    process_waiting(desk.place())
    record = _record(desk, sha256)
    assert record.outcome == "ignored"
    assert _why(record) == ["programme.unsure"]
    assert not record.needs_person


def test_inner_mails_are_told_apart_by_themselves(desk: Desk) -> None:
    """A bureau forwards for both programmes at once: each inner mail goes by its own number."""
    _serve(desk, ("# number_pattern = 'ZB\\d{8}'", "number_pattern = 'ZB\\d{8}'"))
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "city@example.com", MAILBOX, "转发两家材料"
    outer["Message-ID"] = "<outer@example.com>"
    outer.set_content("转发。")
    other = message_from_bytes(_plain("NA-7+山东第七机械有限公司"), policy=policy.default)
    other.add_attachment(b"text", maintype="application", subtype="zip", filename="NA-7.zip")
    outer.add_attachment(message_from_bytes(good_mail(1).data, policy=policy.default))
    outer.add_attachment(other)
    sha256 = _take_in(desk, outer.as_bytes(), good_mail(1).received_at)
    process_waiting(desk.place())
    with desk.place().ledger.read() as tx:
        rows = tx.execute(select(message).order_by(message.c.id)).all()
    assert [row.programme for row in rows[1:]] == ["twin-2021", "national-2021"]
    assert all(row.routed for row in rows)
    assert not _record(desk, sha256).needs_person


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('programme = "national-2021"\nprogrammes = ["gaoxin-2021"]', "not both"),
        ('programmes = ["gaoxin-2021", "gaoxin-2021"]', "once only"),
        ('programmes = [""]', "once only"),
        ('programmes = "gaoxin-2021"', "valid tuple"),
    ],
)
def test_settings_that_contradict_themselves(tmp_path: Path, text: str, wanted: str) -> None:
    file = tmp_path / "intake.toml"
    box = f'[mailboxes.main]\nhost = "h"\nusername = "u"\n{text}'
    for content in (text, box):
        file.write_text(content)
        with pytest.raises(SettingsError, match=wanted):
            load_settings({"INTAKE_CONFIG": str(file)})


def test_which_programmes_a_folders_mail_may_be_for() -> None:
    def box(**more: Any) -> MailboxSettings:
        return MailboxSettings(host="h", username="u", **more)

    settings = Settings.model_validate({"programmes": ["a", "b"]}).model_copy(
        update={
            "mailboxes": {
                "plain": box(),
                "one": box(programme="c"),
                "several": box(
                    programmes=("d", "e"),
                    folders=("INBOX", "高新区"),
                    folder_programmes={"高新区": "f"},
                ),
            }
        }
    )
    assert settings.programme == "a"
    several: Callable[..., tuple[str, ...]] = settings.programmes_of
    assert several("plain", "INBOX") == several("import") == ("a", "b")
    assert several("one", "INBOX") == ("c",)
    assert several("several", "INBOX") == ("d", "e")
    assert several("several", "高新区") == ("f",)
    assert settings.programme_of("several", "高新区") == "f"
    assert settings.programme_of("several", "INBOX") == ""
    assert settings.all_programmes() == ("a", "b", "c", "d", "e", "f")
    assert Settings().programmes_of("import") == (Settings().programme,)
