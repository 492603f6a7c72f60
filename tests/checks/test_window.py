"""The window: the server's time, in the programme's zone, to the second."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checks import judge
from checks.window import distance
from model.authenticity import Authenticity, Hop
from model.finding import Effect, Finding
from model.standing import Ruling, Standing
from model.verdict import Outcome
from tests.builders.submissions import SHANGHAI, message, programme, submission


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


def _told(received: datetime, standing: Standing, **changes: Any) -> list[Finding]:
    rules = programme(**changes)
    verdict = judge(submission(rules, received=received), rules, standing)
    return [one for one in verdict.findings if one.code.startswith("window.")]


def _codes(received: datetime, standing: Standing = Standing(), **changes: Any) -> list[str]:  # noqa: B008
    """What is said of the time, nearness to the deadline left aside."""
    found = _told(received, standing, **changes)
    return [one.code for one in found if not one.code.startswith("window.borderline")]


DAY = {"window": {"opens": None, "closes": date(2021, 6, 16)}}
HOUR = {"window": {"opens": None, "closes": datetime(2021, 6, 16, 17)}}  # noqa: DTZ001
GRACE = {**HOUR, "late": {"policy": "refuse", "grace_minutes": 10}}
OPEN = {"window": {"opens": date(2021, 4, 12), "closes": date(2021, 5, 15)}}


@pytest.mark.parametrize(
    ("changes", "received", "expected"),
    [
        (DAY, _at(2021, 6, 16, 23, 59, 59), []),
        (DAY, _at(2021, 6, 17), ["window.late_pending"]),
        # The same moments as a server in another zone tells them: the day is Shanghai's.
        (DAY, datetime(2021, 6, 16, 15, 59, 59, tzinfo=UTC), []),
        (DAY, datetime(2021, 6, 16, 16, 0, 0, tzinfo=UTC), ["window.late_pending"]),
        (HOUR, _at(2021, 6, 16, 17, 0, 0), []),
        (HOUR, _at(2021, 6, 16, 17, 0, 1), ["window.late_pending"]),
        (GRACE, _at(2021, 6, 16, 17, 0, 0), []),
        (GRACE, _at(2021, 6, 16, 17, 0, 1), ["window.late_accepted"]),
        (GRACE, _at(2021, 6, 16, 17, 10, 0), ["window.late_accepted"]),
        (GRACE, _at(2021, 6, 16, 17, 10, 1), ["window.late_refused"]),
        ({**DAY, "late": {"policy": "accept"}}, _at(2021, 7, 1), ["window.late_accepted"]),
        ({**DAY, "late": {"policy": "refuse"}}, _at(2021, 7, 1), ["window.late_refused"]),
        (OPEN, _at(2021, 4, 11, 23, 59, 59), ["window.early"]),
        (OPEN, _at(2021, 4, 12), []),
        ({**DAY, "timezone": "UTC"}, datetime(2021, 6, 16, 16, tzinfo=UTC), []),
    ],
)
def test_a_moment_is_in_time_or_says_why_not(
    changes: dict[str, Any], received: datetime, expected: list[str]
) -> None:
    assert _codes(received, **changes) == expected


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ("clerk", Outcome.LATE_PENDING),
        ("refuse", Outcome.LATE_REFUSED),
        ("accept", Outcome.COMPLETE),
    ],
)
def test_the_policy_decides_what_becomes_of_late_mail(policy: str, outcome: Outcome) -> None:
    rules = programme(late={"policy": policy})
    assert judge(submission(rules, received=_at(2021, 6, 20)), rules).outcome is outcome


def test_the_sentence_names_the_last_second_in_time_and_beijing_time() -> None:
    rules = programme(**HOUR)
    received = datetime(2021, 6, 16, 9, 0, 1, tzinfo=UTC)
    (found,) = [
        one
        for one in judge(submission(rules, received=received), rules).findings
        if one.code.startswith("window.late")
    ]
    assert "2021年6月16日 17:00:01" in found.text
    assert "截止时间2021年6月16日 17:00:00" in found.text


def test_a_programme_that_does_not_choose_the_rule_knows_no_deadline() -> None:
    rules = programme(checks=("subject", "package", "materials"))
    verdict = judge(submission(rules, received=_at(2022, 1, 1)), rules)
    assert verdict.outcome is Outcome.COMPLETE


CLOSED = {**HOUR, "late": {"policy": "clerk", "grace_minutes": 10, "until": date(2021, 6, 18)}}


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (_at(2021, 6, 16, 17, 5), "window.late_accepted"),
        (_at(2021, 6, 18, 23, 59, 59), "window.late_pending"),
        (_at(2021, 6, 19), "window.closed"),
        (_at(2022, 1, 1), "window.closed"),
    ],
)
def test_after_the_last_day_for_late_mail_the_programme_is_closed(
    received: datetime, expected: str
) -> None:
    assert _codes(received, **CLOSED) == [expected]


def test_a_closed_programme_still_answers_and_names_whom_to_ask() -> None:
    rules = programme(**CLOSED, receipt={"clerk": "王工", "phone": "0531-88888888"})
    verdict = judge(submission(rules, received=_at(2021, 7, 1)), rules)
    assert verdict.outcome is Outcome.LATE_REFUSED
    (found,) = [one for one in verdict.findings if one.code == "window.closed"]
    assert "已于2021年6月18日 23:59:59关闭" in found.text
    assert "经办人（王工，0531-88888888）" in found.advice
    unnamed = programme(**CLOSED, receipt={"clerk": "", "phone": "", "email": ""})
    (found,) = _of(unnamed, _at(2021, 7, 1), "window.closed")
    assert found.advice.endswith("请联系经办人。")


def _of(rules: Any, received: datetime, code: str) -> list[Finding]:
    verdict = judge(submission(rules, received=received), rules)
    return [one for one in verdict.findings if one.code == code]


def test_a_clerk_may_take_what_came_after_the_closing() -> None:
    rules = programme(**CLOSED)
    ruling = Ruling(by="王工", reason="省厅同意延期", accept_late=True)
    verdict = judge(submission(rules, received=_at(2021, 7, 1)), rules, Standing(ruling=ruling))
    assert verdict.outcome is Outcome.COMPLETE


DUE = Standing(due=date(2021, 6, 25))


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (_at(2021, 6, 16, 16, 0), []),  # nothing to be said of a correction within the window
        (_at(2021, 6, 16, 17, 0, 1), ["window.corrected_in_time"]),
        (_at(2021, 6, 25, 23, 59, 59), ["window.corrected_in_time"]),
        (_at(2021, 6, 26), ["window.correction_overdue", "window.late_refused"]),
    ],
)
def test_a_correction_within_its_due_date_is_not_late(
    received: datetime, expected: list[str]
) -> None:
    late = {"late": {"policy": "refuse"}}
    assert _codes(received, DUE, **HOUR, **late) == expected


def test_a_day_that_was_promised_holds_beyond_the_closing() -> None:
    late = {"late": {"policy": "refuse", "until": date(2021, 6, 20)}}
    assert _codes(_at(2021, 6, 22), DUE, **HOUR, **late) == ["window.corrected_in_time"]


def test_a_correction_in_time_is_complete_and_the_applicant_is_told_so() -> None:
    rules = programme(**DAY)
    verdict = judge(submission(rules, received=_at(2021, 6, 20)), rules, DUE)
    assert verdict.outcome is Outcome.COMPLETE
    (found,) = [one for one in verdict.findings if one.code == "window.corrected_in_time"]
    assert found.told
    assert "补正期限2021年6月25日（含当日）" in found.text


@pytest.mark.parametrize(
    ("received", "changes", "expected"),
    [
        (_at(2021, 6, 16, 16, 49, 59), HOUR, None),
        (_at(2021, 6, 16, 16, 50), HOUR, "window.borderline_in_time"),
        (_at(2021, 6, 16, 17, 0, 0), HOUR, "window.borderline_in_time"),
        (_at(2021, 6, 16, 17, 0, 1), HOUR, "window.borderline"),
        (_at(2021, 6, 16, 17, 10), HOUR, "window.borderline"),
        (_at(2021, 6, 16, 17, 10, 1), HOUR, None),
        # Nothing depends on the deadline itself where there is a grace.
        (_at(2021, 6, 16, 17, 0, 1), GRACE, "window.borderline_in_time"),
        (_at(2021, 6, 16, 17, 10, 0), GRACE, "window.borderline_in_time"),
        (_at(2021, 6, 16, 17, 10, 1), GRACE, "window.borderline"),
        (_at(2021, 6, 16, 17, 20, 1), GRACE, None),
    ],
)
def test_what_so_nearly_came_in_time_or_late_is_flagged(
    received: datetime, changes: dict[str, Any], expected: str | None
) -> None:
    found = [one for one in _told(received, Standing(), **changes) if "borderline" in one.code]
    assert [one.code for one in found] == ([expected] if expected else [])
    for one in found:
        wanted = Effect.PERSON if one.code == "window.borderline" else Effect.NOTE
        assert one.effect is wanted
        assert not one.told


def test_nothing_is_flagged_where_the_programme_does_not_want_it() -> None:
    rules = {"window": {**HOUR["window"], "borderline_minutes": 0}}
    found = _told(_at(2021, 6, 16, 17, 0, 0), Standing(), **rules)
    assert [one for one in found if "borderline" in one.code] == []


def test_the_due_day_of_a_correction_is_a_deadline_as_well() -> None:
    found = _told(_at(2021, 6, 26, 0, 3), DUE, **HOUR)
    assert [one.code for one in found][-1] == "window.borderline"
    assert "2021年6月25日 23:59:59之后仅3分钟1秒" in found[-1].text


def test_every_clock_is_told_and_only_the_servers_decides() -> None:
    """The Date header says that it was written in time, and the sender's side that it was taken
    then; our server had it a minute late."""
    rules = programme(**HOUR)
    late = _at(2021, 6, 16, 17, 1, 0)
    mail = replace(
        message(
            headers=(
                ("received", "from mx1 by store; Wed, 16 Jun 2021 17:01:00 +0800 (CST)"),
                ("received", "from smtp.qq.com by mx1; Wed, 16 Jun 2021 17:00:58 +0800"),
                ("received", "from pc by smtp.qq.com; Wed, 16 Jun 2021 08:59:40 +0000"),
            )
        ),
        sent_at=_at(2021, 6, 16, 16, 30),
    )
    hop = Hop("", "", "", "", "", _at(2021, 6, 16, 17, 0, 58), "")
    sent = replace(submission(rules, mail=mail, received=late), authenticity=Authenticity(hop=hop))
    verdict = judge(sent, rules)
    assert verdict.outcome is Outcome.LATE_PENDING
    assert verdict.needs_person
    (found,) = [one for one in verdict.findings if one.code == "window.borderline"]
    assert "在截止时间2021年6月16日 17:00:00之后仅1分钟；" in found.text
    assert "邮件服务器的收到时间（INTERNALDATE）" in found.text
    for told in ("邮件头2021年6月16日 17:01:00", "交来2021年6月16日 17:00:58",
                 "最初接收2021年6月16日 16:59:40", "自称发出2021年6月16日 16:30:00"):  # fmt: skip
        assert told in found.advice


@pytest.mark.parametrize("written", [_at(2021, 6, 1), _at(2022, 6, 1), None])
def test_the_date_header_never_decides(written: datetime | None) -> None:
    rules = programme(**HOUR)
    for received, code in (
        (_at(2021, 6, 16, 17, 0, 0), None),
        (_at(2021, 6, 16, 17, 0, 1), "window.late_pending"),
    ):
        mail = replace(message(), sent_at=written)
        verdict = judge(submission(rules, mail=mail, received=received), rules)
        found = [one.code for one in verdict.findings if one.code.startswith("window.late")]
        assert found == ([code] if code else [])


@pytest.mark.parametrize(
    "line",
    ["no date at all", "by x; tomorrow", "by x; Wed, 99 Jun 2021 17:00:00 +9999999999", "by x;",
     "by x; Fri, 31 Dec 9999 23:59:59 -2359"],
)  # fmt: skip
def test_lines_that_make_no_sense_are_told_as_no_evidence(line: str) -> None:
    rules = programme(**HOUR)
    mail = message(headers=(("received", line), ("received", line)))
    verdict = judge(submission(rules, mail=mail, received=_at(2021, 6, 16, 17, 0, 1)), rules)
    (found,) = [one for one in verdict.findings if one.code == "window.borderline"]
    assert "邮件头无记载" in found.advice


def test_where_clocks_are_changed() -> None:
    """Berlin, 31 October 2021: 2:30 comes twice, and the second one is still in time; a grace
    of two hours are two hours, not what the hands of the clock show."""
    berlin = ZoneInfo("Europe/Berlin")
    rules: dict[str, Any] = {
        "timezone": "Europe/Berlin",
        "window": {"opens": None, "closes": datetime(2021, 10, 31, 2, 30)},  # noqa: DTZ001
        "late": {"policy": "refuse", "grace_minutes": 120},
    }
    second = datetime(2021, 10, 31, 1, 30, tzinfo=UTC)
    assert _codes(second, **rules) == []
    assert _codes(second.astimezone(berlin), **rules) == []
    assert _codes((second + timedelta(seconds=1)).astimezone(berlin), **rules) == [
        "window.late_accepted"
    ]
    assert _codes(second + timedelta(hours=2, seconds=1), **rules) == ["window.late_refused"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0秒"), (-59, "59秒"), (60, "1分钟"), (3725, "1小时2分钟5秒"), (86_400, "24小时")],
)
def test_distances_in_words(seconds: int, words: str) -> None:
    assert distance(timedelta(seconds=seconds)) == words
