"""Reminders: what each says, to whom it belongs, and hostile words in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from checks.own_letters import ENDING, is_a_letter
from model.errors import SettingsError
from model.letter_marks import REMINDER_TAG
from model.policies import Resubmission
from model.programme import Window
from model.record import FiledFinding, Record
from model.register import RegisterEntry
from model.verdict import ReceiptKind
from receipts.compose import compose
from receipts.letter import Letter
from receipts.reminder import reasons, write_correction_reminder, write_not_sent_reminder
from tests.builders.ledger_rows import record
from tests.builders.submissions import NAME, NUMBER, RIGHT, SHANGHAI, message, programme

MADE = datetime(2021, 6, 4, 9, tzinfo=SHANGHAI)
ASKED = datetime(2021, 6, 1, 9, tzinfo=SHANGHAI)
DUE = date(2021, 6, 8)
ENTRY = RegisterEntry(NUMBER, NAME, email="qy@example.com")


def finding(code: str, effect: str, text: str, advice: str = "") -> FiledFinding:
    return FiledFinding(code, "", effect, text, advice)


MISSING = finding("material.missing", "correct", "缺少承诺书。", "请提供承诺书扫描件。")


def asked(*findings: FiledFinding, **changes: Any) -> Record:
    made = record("a", application_no=NUMBER, full_name=NAME)
    return replace(made, findings=findings or (MISSING,), **changes)


def correction(made: Record | None = None, **more: Any) -> Letter:
    values: dict[str, Any] = {
        "receipt_no": "TX2021-00007", "made_at": MADE, "due": DUE, "asked_in": "HZ2021-00042",
        "asked_at": ASKED,
    }  # fmt: skip
    rules = more.pop("rules", None) or programme()
    return write_correction_reminder(made or asked(), rules, **(values | more))


def not_sent(entry: RegisterEntry = ENTRY, **more: Any) -> Letter:
    rules = more.pop("rules", None) or programme()
    return write_not_sent_reminder(entry, rules, receipt_no="TX2021-00008", made_at=MADE, **more)


def plain(html: str) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<!--.*?-->", "", html)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", body)))


BOTH = {"correction": correction, "not sent": not_sent}


def test_a_correction_is_told_with_what_is_open_and_until_when() -> None:
    letter = correction()
    assert letter.kind is ReceiptKind.CORRECTION_REMINDER
    assert letter.subject == f"【申报材料提醒】补正提醒 {NUMBER}（TX2021-00007）"
    for words in (
        "1. 缺少承诺书。", "处理办法：请提供承诺书扫描件。", "2021年6月8日（含当日）",
        "2021年6月1日出具的回执（HZ2021-00042）", "截至2021年6月4日 09:00:00（北京时间）",
        "重新发送全部材料", f"正确的邮件主题（压缩包名称相同）：\n{RIGHT}", NAME,
    ):  # fmt: skip
        assert words in letter.text
        assert words.replace(" ", "").replace("\n", "").replace("：ZB", "ZB") in plain(letter.html)


def test_only_what_has_to_be_corrected_is_listed() -> None:
    others = [
        finding("subject.other_separator", "remind", "提示而已。"),
        finding("seal.unclear", "person", "待人工核验。"),
        finding("x", "note", "仅供经办人。"),
    ]
    letter = correction(asked(MISSING, *others))
    assert "2. " not in letter.text
    for one in others:
        assert one.text not in letter.text
        assert one.text not in letter.html


def test_where_revisions_are_merged_only_the_missing_part_is_asked_for() -> None:
    rules = programme().model_copy(update={"resubmission": Resubmission(policy="merge")})
    assert "其他材料无需重发" in correction(rules=rules).text


def test_a_unit_that_has_sent_nothing_is_told_its_own_number_and_the_end() -> None:
    letter = not_sent()
    assert letter.kind is ReceiptKind.NOT_SENT_REMINDER
    assert letter.subject == f"【申报材料提醒】报送提醒 {NUMBER}（TX2021-00008）"
    for words in (
        f"以申报编号{NUMBER}报送的材料", "报送截止：2021年6月16日（含当日）", RIGHT, NAME,
    ):  # fmt: skip
        assert words in letter.text
    assert "提醒编号：TX2021-00008\n" in letter.text
    assert "补正" not in letter.text


def test_the_hour_of_the_deadline_is_told() -> None:
    window = Window(closes=datetime(2021, 6, 16, 17))  # noqa: DTZ001
    letter = not_sent(rules=programme().model_copy(update={"window": window}))
    assert "报送截止：2021年6月16日 17:00\n" in letter.text
    assert "含当日" not in letter.text
    assert "2021年6月16日17:00" in plain(letter.html)


@pytest.mark.parametrize("kind", BOTH)
def test_it_is_no_receipt(kind: str) -> None:
    letter = BOTH[kind]()
    assert "回执编号" not in letter.text
    assert letter.facts == b""
    assert "受理" not in letter.text


@pytest.mark.parametrize("kind", BOTH)
def test_without_a_naming_rule_no_subject_is_asked_for(kind: str) -> None:
    rules = programme().model_copy(update={"naming": None})
    letter = BOTH[kind](rules=rules)
    assert "正确的邮件主题" not in letter.text + letter.html


HOSTILE = "<b>甲&乙</b>\r\nBcc: x@evil.test\u202e有限公司"


@pytest.mark.parametrize("kind", BOTH)
def test_hostile_words_stay_words(kind: str) -> None:
    letter = (
        correction(asked(replace(MISSING, text=HOSTILE, advice=HOSTILE), full_name=HOSTILE))
        if kind == "correction"
        else not_sent(replace(ENTRY, full_name=HOSTILE))
    )
    assert "<b>" not in letter.html
    assert "\nBcc" not in letter.text
    assert "\u202e" not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize("kind", BOTH)
def test_it_is_known_for_ours_when_it_comes_back(kind: str) -> None:
    letter = BOTH[kind]()
    assert letter.subject.startswith(REMINDER_TAG)
    assert ENDING in letter.text
    assert is_a_letter(replace(message(), subject="[外部邮件] " + letter.subject, text=letter.text))


@pytest.mark.parametrize("unasked", [True, False])
def test_a_letter_that_nobody_asked_for_says_so(unasked: bool) -> None:
    data = compose(
        not_sent(), sender="shenbao@example.test", sender_name="", recipient="qy@example.com",
        message_id="<receipt.0123456789abcdef0123456789abcdef@example.test>", made_at=MADE,
        unasked=unasked,
    )  # fmt: skip
    said = b"auto-generated" if unasked else b"auto-replied"
    assert b"Auto-Submitted: " + said + b"\r\n" in data
    assert b"In-Reply-To" not in data


def test_the_operators_own_words_go_before_ours(tmp_path: Path) -> None:
    (tmp_path / "wording.toml").write_text(
        '[kinds.not_sent_reminder]\ntitle = "温馨提示"\nclosing = "请于{{ closes }}前报送。"\n',
        "utf-8",
    )
    letter = not_sent(templates=tmp_path)
    assert "温馨提示" in letter.subject
    assert "请于2021年6月16日前报送。" in letter.text


def test_a_placeholder_that_there_is_not_is_the_operators_error(tmp_path: Path) -> None:
    words = '[kinds.correction_reminder]\ntitle = "{{ deadline }}"\n'
    (tmp_path / "wording.toml").write_text(words, "utf-8")
    with pytest.raises(SettingsError) as caught:
        correction(templates=tmp_path)
    assert "due" in caught.value.advice


def test_the_date_is_of_the_programmes_zone() -> None:
    midnight = datetime(2021, 6, 4, 17, tzinfo=SHANGHAI) + timedelta(hours=8)
    assert "2021年6月5日" in correction(made_at=midnight).text


def test_each_reason_has_words() -> None:
    assert all(one and not one.endswith("。") for one in reasons().values())
