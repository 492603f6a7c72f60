"""A call unlike the ones that ship: nothing of a call is written in code."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from checks import judge
from model.submission import SubmittedFile
from model.verdict import Outcome
from programmes import load_programme
from receipts.kinds import receipt_kind
from receipts.letter import write_letter
from tests.builders.submissions import SHANGHAI, file, packed, submission

TEXT = """\
id = "star-2023"
title = "2023年创新之星"
year = 2023

[window]
opens = 2023-02-01T09:00:00
closes = 2023-03-01T17:00:00

[naming]
order = ["name", "number"]
separator = "-"
number_pattern = 'XC-\\d{4}'
short_names = true
example = "泰山机械-XC-0001"

[package]
formats = ["zip"]
other_formats = ["rar"]

[[materials]]
id = "form"
label = "申请表"
formats = ["sheet"]
how_to = "请提供Excel格式的申请表。"
[materials.recognise]
name_words = ["申请表"]

[[materials]]
id = "photo"
label = "照片"
least = 2
most = 5
formats = ["image"]
[materials.recognise]
name_words = ["照片"]

[late]
policy = "refuse"
grace_minutes = 5

[resubmission]
policy = "merge"
correction_days = 3

[receipt]
number = "XC-R{serial:03d}-{year}"
issuer = "创新之星评选办公室"
"""

SUBJECT = "泰山机械-XC-0042"
FILES = [file("a.zip/申请表.xlsx"), file("a.zip/照片1.jpg"), file("a.zip/照片2.jpg")]


@pytest.mark.parametrize(
    ("subject", "kind", "files", "hour", "outcome"),
    [
        (SUBJECT, "zip", FILES, (16, 59, 59), Outcome.COMPLETE),
        (SUBJECT, "zip", FILES, (17, 0, 0), Outcome.COMPLETE),
        (SUBJECT, "zip", FILES, (17, 5, 0), Outcome.COMPLETE),
        (SUBJECT, "zip", FILES, (17, 5, 1), Outcome.LATE_REFUSED),
        (SUBJECT, "rar5", FILES, (9, 0, 0), Outcome.COMPLETE),
        (SUBJECT, "7z", FILES, (9, 0, 0), Outcome.CORRECTION),
        (SUBJECT, "zip", FILES[:2], (9, 0, 0), Outcome.CORRECTION),
        ("XC-0042+泰山机械", "zip", FILES, (9, 0, 0), Outcome.COMPLETE),
        ("泰山机械-AB-0042", "zip", FILES, (9, 0, 0), Outcome.RETURNED),
    ],
)
def test_it_is_judged_by_its_own_file(
    tmp_path: Path,
    subject: str,
    kind: str,
    files: list[SubmittedFile],
    hour: tuple[int, int, int],
    outcome: Outcome,
) -> None:
    path = tmp_path / "star-2023.toml"
    path.write_text(TEXT, "utf-8")
    rules = load_programme(path)
    when = datetime(2023, 3, 1, *hour, tzinfo=SHANGHAI)
    package = packed("材料.zip", rules, kind=kind)
    made = submission(rules, subject=subject, packages=(package,), files=files, received=when)
    verdict = judge(made, rules)
    assert verdict.outcome is outcome
    if outcome is not Outcome.RETURNED:
        assert (verdict.application_no, verdict.full_name) == ("XC-0042", "泰山机械")
        assert verdict.expected_subject == SUBJECT
    letter = write_letter(
        receipt_kind(outcome, 1), verdict, made, rules,
        receipt_no="XC-R001-2023", revision=1, made_at=when,
    )  # fmt: skip
    assert "创新之星评选办公室" in letter.text
    if outcome is Outcome.CORRECTION:
        assert SUBJECT in letter.text.splitlines()
        assert "2023年3月6日（含当日）" in letter.text
        assert "其他材料无需重发" in letter.text
