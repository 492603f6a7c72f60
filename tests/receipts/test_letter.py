"""The letters: what each kind owes, what it must not say, and hostile words in it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path

import pytest

from checks import judge
from model.errors import SettingsError
from model.finding import Finding
from model.message import CloudLink
from model.programme import Programme
from model.revision import Change, EffectiveFile
from model.verdict import Outcome, ReceiptKind, Verdict
from receipts.kinds import receipt_kind
from receipts.letter import write_letter
from receipts.received import MOST_LOOSE_FILES
from receipts.words import size_in_words
from tests.builders.letters import (
    ANSWERS,
    CLERK,
    MADE,
    NUMBER_OF_LETTER,
    Written,
    defective,
    each_kind,
    write,
)
from tests.builders.submissions import (
    IN_TIME,
    NAME,
    NUMBER,
    PACKAGE,
    RIGHT,
    SHANGHAI,
    file,
    full_set,
    message,
    packed,
    programme,
    submission,
    without,
)

DISCLAIMER = "本回执仅证明收到所列电子材料，不代表受理或通过评审；印章及内容以人工核验为准。"
SPRING = datetime(2021, 4, 20, 9, tzinfo=SHANGHAI)
TITLES = {
    ReceiptKind.COMPLETE: "材料齐全",
    ReceiptKind.CORRECTION: "需补正",
    ReceiptKind.RETURNED: "退回",
    ReceiptKind.LATE_REFUSED: "逾期",
    ReceiptKind.LATE_PENDING: "逾期待定",
    ReceiptKind.DUPLICATE: "重复报送",
    ReceiptKind.SUPERSEDING: "材料齐全（第2版）",
}


def _plain(html: str) -> str:
    """What a person reads of the HTML, without white space."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", "", html)))


def _both(written: Written) -> list[str]:
    return [re.sub(r"\s+", "", written.letter.text), _plain(written.letter.html)]


@pytest.fixture(scope="module")
def letters() -> dict[ReceiptKind, Written]:
    return each_kind()


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_common_block(letters: dict[ReceiptKind, Written], kind: ReceiptKind) -> None:
    written = letters[kind]
    package = written.submission.packages[0]
    for words in _both(written):
        assert words.count(DISCLAIMER) == 1
        assert NUMBER_OF_LETTER in words
        assert "2021年" in words
        assert "（北京时间）" in words
        assert package.name in words
        assert f"SHA-256{package.sha256}" in words
        assert "94.0KB（96,256字节）" in words
        assert TITLES[kind] in words
        for one in CLERK.values():
            assert one in words
        if kind is ReceiptKind.RETURNED:
            assert words.count("未能识别") >= 2
        else:
            assert NUMBER in words
            assert NAME in words
            for label in ("推荐表", "承诺书", "申报材料", "证明材料"):
                assert label in words
    assert written.letter.subject.startswith(f"【材料接收回执】{TITLES[kind]}")
    assert NUMBER_OF_LETTER in written.letter.subject


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_robot_receives_and_registers(
    letters: dict[ReceiptKind, Written], kind: ReceiptKind
) -> None:
    for words in _both(letters[kind]):
        rest = words.replace(DISCLAIMER, "").replace(
            "按申报通知的规定，逾期报送的材料不予以受理", ""
        )
        assert "受理" not in rest
        assert "收到" in rest
        assert "您好" in rest


@pytest.mark.parametrize("kind", ANSWERS)
def test_text_and_html_tell_the_same(
    letters: dict[ReceiptKind, Written], kind: ReceiptKind
) -> None:
    written = letters[kind]
    defects = {"correct", "return", "pend", "refuse"}
    refused = kind is ReceiptKind.LATE_REFUSED
    for one in written.verdict.findings:
        told = one.effect in ({"refuse"} if refused else defects)
        for words in _both(written):
            if told:
                assert words.count(re.sub(r"\s+", "", one.text)) == 1
                assert re.sub(r"\s+", "", one.advice) in words
            elif not one.told:
                assert re.sub(r"\s+", "", one.text) not in words


def test_complete_asks_for_nothing(letters: dict[ReceiptKind, Written]) -> None:
    text = letters[ReceiptKind.COMPLETE].letter.text
    assert "处理办法" not in text
    assert "提示" not in text
    assert "- 推荐表 / 1份 / PDF / 已收到（印章待人工核验）" in text
    assert "- 申报材料 / 1份 / Word / 已收到\n" in text


def test_correction_tells_all_at_once_until_when_and_under_which_subject(
    letters: dict[ReceiptKind, Written],
) -> None:
    written = letters[ReceiptKind.CORRECTION]
    for words in _both(written):
        assert "缺少“承诺书”" in words
        assert "“推荐表”的格式不符合要求" in words
        assert "设有打开密码" in words
        assert words.count("处理办法：") == 3
        assert "请在2021年5月24日（含当日）以前补正，并重新发送全部材料" in words
        # The subject was not quite as asked: a reminder, and no defect.
        assert "申报编号与单位全称之间用的是“-”" in words
        assert re.search(f"正确的邮件主题（压缩包名称相同）：?{re.escape(RIGHT)}", words)
    text = written.letter.text
    # On a line of its own, to be copied.
    assert text.splitlines().count(RIGHT) == 1
    assert [int(one) for one in re.findall(r"^(\d)\. ", text, re.MULTILINE)] == [1, 2, 3]


def test_returned_says_why_and_how_to_name_it(letters: dict[ReceiptKind, Written]) -> None:
    for words in _both(letters[ReceiptKind.RETURNED]):
        assert "设有密码" in words
        assert "无法确定申报编号和申报单位" in words
        assert "请参照：ZB20210137+山东某某有限公司" in words
        assert "没有找到申报编号" in words
        assert "多写了" not in words
        assert "正确的邮件主题" not in words


def test_returned_but_identified_gives_the_exact_subject() -> None:
    rules = programme()
    mail = message(links=(CloudLink("http://mail.163.com/x", "netease", "a.rar"),))
    written = write(submission(rules, mail=mail, packages=(), files=[]), rules)
    assert written.letter.kind is ReceiptKind.RETURNED
    for words in _both(written):
        assert re.search(f"正确的邮件主题（压缩包名称相同）：?{re.escape(RIGHT)}", words)
        assert "链接" in words
        assert "mail.163.com" not in words


def test_two_numbers_are_told_with_a_returned_letter() -> None:
    rules = programme()
    made = submission(rules, subject=f"{NUMBER} ZB20210138 {NAME}", packages=("a.rar",))
    for words in _both(write(made, rules)):
        assert "有不止一个申报编号" in words


def test_late_and_refused_asks_for_nothing_more(letters: dict[ReceiptKind, Written]) -> None:
    written = letters[ReceiptKind.LATE_REFUSED]
    assert "material.missing" in {one.code for one in written.verdict.findings}
    for words in _both(written):
        assert "逾期报送的材料不予以受理" in words
        assert "缺少“承诺书”" not in words
        assert "补正" not in words
        assert "材料已留存备查" in words
        assert "2021年6月20日08:00:00" in words


def test_late_and_pending_tells_the_defects_along(letters: dict[ReceiptKind, Written]) -> None:
    for words in _both(letters[ReceiptKind.LATE_PENDING]):
        assert "是否接收由经办人决定" in words
        assert "缺少“承诺书”" in words
        assert "无需重复发送" in words
        assert "待决定接收后再行补正" in words


def test_a_duplicate_points_to_the_earlier_receipt(letters: dict[ReceiptKind, Written]) -> None:
    for words in _both(letters[ReceiptKind.DUPLICATE]):
        assert words.count("HZ2021-00007") == 1
        assert "完全相同" in words
        assert "无需再次发送" in words
        assert "第2版" in words


def test_a_duplicate_with_defects_does_not_say_that_all_is_well() -> None:
    rules = programme()
    made = submission(rules, files=without("承诺书"))
    for words in _both(write(made, rules, revision=2, outcome=Outcome.DUPLICATE)):
        assert "缺少“承诺书”" in words
        assert "无需再次发送" not in words


def test_superseding_says_which_version_and_warns(letters: dict[ReceiptKind, Written]) -> None:
    for words in _both(letters[ReceiptKind.SUPERSEDING]):
        assert "第2版" in words
        assert words.count("如非本单位更新，请立即联系经办人") == 1


def test_a_later_revision_with_defects_warns_too() -> None:
    rules = programme()
    renewed = Finding("revision.superseding", params={"revision": "3"})
    made = submission(rules, files=defective())
    for words in _both(write(made, rules, revision=3, added=(renewed,))):
        assert "如非本单位更新，请立即联系经办人" in words


def test_a_complete_letter_shows_the_subject_that_would_have_been_right() -> None:
    rules = programme()
    for subject, shown in ((f"{NUMBER}-{NAME}", True), ("", True), (RIGHT, False)):
        for words in _both(write(submission(rules, subject=subject), rules)):
            assert ("正确的邮件主题" in words) is shown


def test_without_a_naming_rule_nothing_was_to_be_recognised() -> None:
    rules = programme("provincial-2021")
    files = [file("推荐文件.pdf"), file("统计表.xlsx"), file("申报材料.docx")]
    made = submission(rules, packages=(), files=files, received=SPRING)
    written = write(made, rules)
    assert written.letter.kind is ReceiptKind.COMPLETE
    for words in _both(written):
        assert "未能识别" not in words
        assert "由经办人核对后登记" in words
    assert written.letter.subject == f"【材料接收回执】材料齐全（{NUMBER_OF_LETTER}）"


def test_another_zone_is_not_called_beijing_time() -> None:
    rules = programme(timezone="Asia/Tokyo")
    text = write(submission(rules), rules).letter.text
    assert "2021年5月17日 10:30:00（Asia/Tokyo）" in text
    assert "北京时间" not in text


EVIL = "<script>alert('x')</script>\"&<img src=x onerror=alert(1)>"


def test_hostile_names_are_only_words_in_the_html() -> None:
    rules = programme()
    package = packed(f"{RIGHT}{EVIL}.rar", rules)
    path = f"{PACKAGE}/推荐表{EVIL}.docx"
    made = submission(rules, packages=(package,), files=[*without("推荐表"), file(path)])
    verdict = replace(write(made, rules).verdict, full_name=EVIL, expected_subject=EVIL)
    letter = _letter(made, rules, verdict)
    for raw in ("<script", "<img", "onerror=alert(1)>", EVIL):
        assert raw not in letter.html
    assert letter.html.count("&lt;script&gt;") >= 3
    assert EVIL in letter.text


BREAKS = "甲\r\n回执编号：HZ2021-99999\u2028乙\u2029丙\u0085丁\x0b戊\u202e己\u200b庚\x00"


def test_hostile_names_cannot_make_lines_of_their_own() -> None:
    rules = programme()
    package = replace(packed(PACKAGE, rules), name=BREAKS)
    path = f"{PACKAGE}/推荐表{BREAKS}.docx"
    made = submission(rules, packages=(package,), files=[*without("推荐表"), file(path)])
    verdict = replace(write(made, rules).verdict, full_name=BREAKS, expected_subject=BREAKS)
    letter = _letter(made, rules, verdict)
    numbers = [one for one in letter.text.splitlines() if one.startswith("回执编号")]
    assert numbers == [f"回执编号：{NUMBER_OF_LETTER}"]
    for shown in (letter.text.replace("\n", ""), letter.html.replace("\n", "")):
        assert not set(shown) & set("\r\u2028\u2029\u0085\x0b\u202e\u200b\x00")
        assert "甲\ufffd\ufffd回执编号" in shown


def test_a_number_cannot_break_the_subject() -> None:
    rules = programme()
    made = submission(rules)
    verdict = replace(write(made, rules).verdict, application_no="ZB1\r\nBcc: x@y.cn")
    assert "\n" not in _letter(made, rules, verdict).subject


def _letter(made: object, rules: Programme, verdict: Verdict):  # type: ignore[no-untyped-def]
    return write_letter(
        receipt_kind(verdict.outcome, 1),
        verdict,
        made,  # type: ignore[arg-type]
        rules,
        receipt_no=NUMBER_OF_LETTER,
        revision=1,
        made_at=MADE,
    )


def test_the_same_letter_is_the_same_text() -> None:
    one, other = each_kind(), each_kind()
    assert {k: v.letter for k, v in one.items()} == {k: v.letter for k, v in other.items()}


def test_the_operators_own_wording(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "wording.toml").write_text(
        'disclaimer = "以纸质为准。"\n'
        "[kinds.complete]\n"
        'opening = "{{ full_name }}：贵单位的材料收到了。<b>"\n'
        "[states]\n"
        'present = "有"\n',
        "utf-8",
    )
    rules = programme()
    letter = write(submission(rules), rules, templates=own).letter
    assert f"{NAME}：贵单位的材料收到了。<b>" in letter.text
    assert "收到了。&lt;b&gt;" in letter.html
    assert "以纸质为准。" in letter.text
    assert DISCLAIMER not in letter.text
    assert "- 申报材料 / 1份 / Word / 有\n" in letter.text
    assert "请妥善保存本回执。" in letter.text
    (own / "wording.toml").write_text('disclaimer = "改过了。"', "utf-8")
    assert "改过了。" in write(submission(rules), rules, templates=own).letter.text


def test_the_operators_own_template(tmp_path: Path) -> None:
    (tmp_path / "letter.txt.j2").write_text("{{ title }}|{{ receipt_no }}\n", "utf-8")
    rules = programme()
    letter = write(submission(rules), rules, templates=tmp_path).letter
    assert letter.text == f"材料齐全|{NUMBER_OF_LETTER}\n"
    assert DISCLAIMER in letter.html


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("wording.toml", "[kinds.complete", "cannot be read"),
        ("wording.toml", "[kinds.finished]\ntitle = 'x'", "kinds.finished"),
        ("wording.toml", "[kinds.complete]\nheadline = 'x'", "Known: title, opening, closing"),
        ("wording.toml", "[kinds.complete]\ntitle = 1", "has to be a text"),
        ("wording.toml", "[kinds.complete]\ntitle = '{{ nmae }}'", "full_name"),
        ("wording.toml", "[kinds.complete]\ntitle = '{{ title'", "cannot be worded"),
        ("letter.html.j2", "{{ nobody }}", "nobody"),
    ],
)
def test_a_fault_in_the_operators_files_is_told_to_the_operator(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    rules = programme()
    with pytest.raises(SettingsError) as caught:
        write(submission(rules), rules, templates=tmp_path)
    assert said in str(caught.value)
    assert str(tmp_path) in caught.value.problem


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 字节"),
        (1023, "1,023 字节"),
        (1024, "1.0 KB（1,024 字节）"),
        (5 << 20, "5.0 MB（5,242,880 字节）"),
        (3 << 30, "3.0 GB（3,221,225,472 字节）"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert size_in_words(size) == words


def test_several_packages_and_files_are_all_listed() -> None:
    rules = programme()
    made = submission(rules, packages=(PACKAGE, "证明材料.rar"), files=full_set(), received=IN_TIME)
    text = write(made, rules).letter.text
    for package in made.packages:
        assert package.sha256 in text
    assert text.count("压缩包：") == 2


def test_loose_files_are_listed_with_their_digests() -> None:
    rules = programme()
    files = [file(f"{n}-材料.pdf") for n in range(MOST_LOOSE_FILES)]
    written = write(submission(rules, packages=(), files=files), rules)
    for words in _both(written):
        assert "另有" not in words
        for one in files:
            assert one.name in words
            assert f"大小1,000字节SHA-256{one.sha256}" in words


def test_of_many_loose_files_the_mail_names_some_and_says_how_many_more() -> None:
    rules = programme()
    files = [file(f"{n}-材料.pdf") for n in range(MOST_LOOSE_FILES + 5)]
    written = write(submission(rules, packages=(), files=files), rules)
    for words in _both(written):
        assert "另有6个文件，详见所附PDF回执" in words
        assert sum(one.sha256 in words for one in files) == MOST_LOOSE_FILES - 1
    facts = json.loads(written.letter.facts)
    assert [one["sha256"] for one in facts["files"]] == [one.sha256 for one in files]


def test_files_of_earlier_mails_are_not_received_again() -> None:
    rules = programme()
    files = [*without("承诺书"), replace(file("承诺书.pdf"), earlier=1)]
    facts = json.loads(write(submission(rules, files=files), rules).letter.facts)
    assert len(facts["files"]) == len(files) - 1
    assert not facts["loose"]


def test_what_a_merged_mail_changed() -> None:
    rules = programme(resubmission={"policy": "merge"})
    kinds = {"承诺书.pdf": Change.ADDED, "推荐表.pdf": Change.REPLACED}
    changes = tuple(
        EffectiveFile(
            1, one.path, one.path, one.sha256, change=kinds.get(one.name, Change.UNCHANGED)
        )
        for one in full_set()
    ) + tuple(
        EffectiveFile(1, name, name, "", change=Change.UNCHANGED)
        for name in (f"旧/{n}.pdf" for n in range(30))
    )
    written = write(submission(rules), rules, revision=2, changes=changes)
    for words in _both(written):
        assert re.search("本次变更：?-?新增1个文件：?承诺书.pdf-?替换1个文件：?推荐表.pdf", words)
        assert re.search(
            "沿用此前材料32个文件：?申报材料.docx、专利证书.docx、0.pdf、.*17.pdf等", words
        )
        assert "18.pdf" not in words
        assert "本次材料已与此前材料合并" in words


def test_the_first_mail_changes_nothing() -> None:
    rules = programme()
    changes = tuple(EffectiveFile(1, one.path, one.path, one.sha256) for one in full_set())
    for words in _both(write(submission(rules), rules, changes=changes)):
        assert "本次变更" not in words


def test_a_due_date_that_is_given_goes_before_the_usual_one() -> None:
    rules = programme()
    made = submission(rules, files=without("承诺书"))
    for words in _both(write(made, rules, due=date(2021, 6, 1))):
        assert "请在2021年6月1日（含当日）以前补正" in words


def test_a_letter_by_decision_names_the_one_it_replaces() -> None:
    rules = programme()
    said = "本回执系根据经办人的决定重新出具，替代回执HZ2021-00007。"
    for words in _both(write(submission(rules), rules, replaces="HZ2021-00007")):
        assert words.count(said) == 1
    for words in _both(write(submission(rules), rules)):
        assert "重新出具" not in words


def test_a_programme_that_is_closed_has_its_own_words() -> None:
    rules = programme(
        receipt=CLERK, late={"policy": "clerk", "grace_minutes": 0, "until": date(2021, 6, 18)}
    )
    late = datetime(2021, 6, 20, 8, tzinfo=SHANGHAI)
    written = write(submission(rules, received=late, files=without("承诺书")), rules)
    assert written.letter.kind is ReceiptKind.LATE_REFUSED
    assert written.letter.subject.startswith("【材料接收回执】窗口已关闭")
    for words in _both(written):
        assert "申报窗口已关闭" in words
        assert "缺少“承诺书”" not in words
        assert "补正" not in words


def test_outlook_is_given_what_word_can_draw(letters: dict[ReceiptKind, Written]) -> None:
    for written in letters.values():
        html = written.letter.html
        assert not re.search(r"<(?:ol|ul|li|div|script|img|link)\b|display:|position:|float:", html)
        assert html.count("<!--[if mso]>") == 3
        assert html.count("<![endif]-->") == 3
        assert html.count("<table") == html.count("</table>")
        assert 'width="680"' in html


def test_past_the_last_day_for_corrections_no_day_is_promised() -> None:
    rules = programme(resubmission={"last_correction": date(2021, 5, 10)})
    found = submission(rules, files=without("承诺书"))
    verdict = judge(found, rules)
    letter = write_letter(
        ReceiptKind.CORRECTION, verdict, found, rules, receipt_no="HZ2021-00001", revision=1,
        made_at=IN_TIME,
    )  # fmt: skip
    assert "补正期限已于2021年5月10日截止" in letter.text
    assert "以前补正" not in letter.text
