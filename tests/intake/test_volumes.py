"""Volumes of one package that come in several mails: they wait for one another, and are joined."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import select

import intake.process
from console.demo.mails import compose
from console.demo.rar import rar5
from intake.answer import answer
from intake.batch import process_waiting
from intake.reprocess import reprocess
from storage.ledger.schema import finding, revision
from tests.builders.archive_set.zip_writer import UTF8, Item, split_zip, zipped
from tests.builders.archives import rar5_volumes
from tests.builders.season import MAILBOX, SeasonMail, good_mail, papers
from tests.intake.conftest import Desk, die

TITLE = "ZB20210009+山东第九机械有限公司"
START = good_mail(9).received_at


def _mail(number: int, *files: tuple[str, bytes], days: int = 0) -> SeasonMail:
    data = compose(
        subject=f"{TITLE}（{number}）",
        sender="zb9@example.com",
        sender_name="山东第九机械",
        to=MAILBOX,
        date=START,
        attachments=list(files),
        text=f"第{number}封。\n",
    )
    when = START + timedelta(days=days, minutes=number)
    return SeasonMail("volume", data, when, "ZB20210009", "", "")


def _rar_volumes(count: int) -> list[tuple[str, bytes]]:
    """x.part1.rar …: one stored member, a package itself, over so many volumes."""
    whole = rar5(papers(), seed=b"nine")
    parts = rar5_volumes("材料.rar", whole, -(-len(whole) // count))
    assert len(parts) == count
    return [(f"{TITLE}.part{number}.rar", part) for number, part in enumerate(parts, 1)]


def _pieces(count: int) -> list[tuple[str, bytes]]:
    """x.rar.001 …: a file cut into pieces, of which only the first looks like an archive."""
    whole = rar5(papers(), seed=b"nine")
    size = -(-len(whole) // count)
    return [
        (f"{TITLE}.rar.{number + 1:03d}", whole[number * size : (number + 1) * size])
        for number in range(count)
    ]


def _split_zip(count: int) -> list[tuple[str, bytes]]:
    """x.z01, x.z02 … and last x.zip, which alone says how many there are."""
    items = [Item(name.encode(), data, flags=UTF8) for name, data in papers()]
    size = -(-len(zipped(items)) // count) + 100
    files = split_zip(items, size, stem=TITLE)
    assert len(files) == count
    return sorted(files.items())


def _rows(desk: Desk) -> list[Any]:
    with desk.place().ledger.read() as tx:
        return list(tx.execute(select(revision).order_by(revision.c.version)))


def _codes(desk: Desk, version: int) -> set[str]:
    with desk.place().ledger.read() as tx:
        query = select(finding.c.code).join(revision).where(revision.c.version == version)
        return set(tx.execute(query).scalars())


def _texts(desk: Desk) -> list[str]:
    answer(desk.place())
    found = []
    for path in desk.smtp.letters:
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        assert body is not None
        found.append(body.get_content())
    return found


@pytest.mark.parametrize("way", [_rar_volumes, _pieces, _split_zip])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_three_mails_one_after_the_other(desk: Desk, way: Any, order: tuple[int, ...]) -> None:
    volumes = way(3)
    for number, place in enumerate(order, 1):
        desk.take_in(_mail(number, volumes[place]))
        process_waiting(desk.place())
        desk.clock.pass_by(seconds=1)
    rows = _rows(desk)
    assert [row.outcome for row in rows] == ["correction", "correction", "complete"]
    assert "package.volumes_joined" in _codes(desk, 3)
    states = {item["material"]: item["state"] for item in rows[-1].checklist}
    assert states["recommendation_form"] == states["commitment_letter"] == "present"
    first, second, last = _texts(desk)
    missing = [volumes[place][0] for place in order[1:]]
    assert "尚缺" in first
    assert any(name in first for name in missing)
    assert "缺少“承诺书”" not in first
    assert volumes[order[2]][0] in second
    assert "材料齐全" in last


def test_all_three_at_once(desk: Desk) -> None:
    """Read side by side, none of them sees the others; before filing they do."""
    desk.take_in(*(_mail(number, one) for number, one in enumerate(_rar_volumes(3), 1)))
    process_waiting(desk.place())
    assert [row.outcome for row in _rows(desk)] == ["correction", "correction", "complete"]


def test_killed_before_the_last_is_filed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    volumes = _rar_volumes(2)
    desk.take_in(_mail(1, volumes[0]))
    process_waiting(desk.place())
    desk.take_in(_mail(2, volumes[1]))
    with monkeypatch.context() as patch:
        patch.setattr(intake.process, "_commit", die)
        desk.killed(process_waiting)
    process_waiting(desk.place())
    assert [row.outcome for row in _rows(desk)] == ["correction", "complete"]
    assert len(_texts(desk)) == 2


def test_another_applicants_volumes_are_not_joined(desk: Desk) -> None:
    volumes = _rar_volumes(2)
    other = compose(
        subject="ZB20210008+山东第八机械有限公司", sender="zb8@example.com", sender_name="八",
        to=MAILBOX, date=START, attachments=[(volumes[1][0], volumes[1][1])],
    )  # fmt: skip
    desk.take_in(_mail(1, volumes[0]), SeasonMail("", other, START, "", "", ""))
    process_waiting(desk.place())
    assert {row.outcome for row in _rows(desk)} == {"correction"}


def test_what_came_too_long_ago_does_not_wait_any_more(desk: Desk) -> None:
    volumes = _rar_volumes(2)
    desk.take_in(_mail(1, volumes[0]))
    process_waiting(desk.place())
    desk.take_in(_mail(2, volumes[1], days=9))
    process_waiting(desk.place())
    assert [row.outcome for row in _rows(desk)] == ["correction", "returned"]
    assert "package.volumes_expired" in _codes(desk, 2)
    assert "不再等待" in _texts(desk)[1]


def test_a_programme_may_want_them_in_one_mail(desk: Desk) -> None:
    desk.change_rules(("[package]", "[package]\nvolumes_across_mails = false"))
    desk.take_in(_mail(1, _rar_volumes(2)[0]))
    process_waiting(desk.place())
    assert [row.outcome for row in _rows(desk)] == ["returned"]


def test_all_volumes_in_one_mail_need_no_other(desk: Desk) -> None:
    for way in (_rar_volumes, _pieces):
        desk.take_in(_mail(1, *way(3)))
        process_waiting(desk.place())
    rows = _rows(desk)
    assert [row.outcome for row in rows] == ["complete", "duplicate"]
    assert "package.volumes_joined" not in _codes(desk, 1)


def test_reprocessing_joins_what_was_joined(desk: Desk) -> None:
    digests = [desk.take_in(_mail(number, one))[0] for number, one in enumerate(_rar_volumes(2), 1)]
    process_waiting(desk.place())
    redone = reprocess(desk.place(), digests, by="张三")
    assert [one.action for one in redone] == ["unchanged", "unchanged"]
