"""`intake rehearse` as it is called: new rules in a file of any name, what it prints and writes."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from intake.batch import process_waiting
from intake.settings import Settings, SmtpSettings
from intake.workplace import open_workplace
from model.account import Security
from model.message import RawMessage
from storage.ledger import receiving
from tests.builders.season import MAILBOX, PROGRAMME, SeasonMail, good_mail, season
from tests.services.prefect import tool

SHIPPED = Path(__file__).parents[2] / "programmes" / f"{PROGRAMME}.toml"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two submissions, one of them late."""
    folder = tmp_path_factory.mktemp("data")
    smtp = SmtpSettings(host="127.0.0.1", security=Security.NONE, sender=MAILBOX)
    settings = Settings(data_dir=folder, programme=PROGRAMME, smtp=smtp, picture_readers=0)
    late = next(one for one in season(40) if one.kind == "late")
    with open_workplace(settings) as place:
        for mail in (good_mail(90), late):
            _take_in(place, mail)
        process_waiting(place)
    return folder


def _take_in(place: Any, mail: SeasonMail) -> None:
    with place.spool.receive() as incoming:
        incoming.write(mail.data)
        spooled = incoming.keep()
    raw = RawMessage(spooled.sha256, spooled.size, spooled.path, mail.received_at)
    with place.ledger.write() as tx:
        receiving.add_message(tx, raw, PROGRAMME, place.clock())


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Rules with a later deadline, in a file that is not named after them."""
    path = tmp_path / "草稿.toml"
    text = SHIPPED.read_text("utf-8").replace("closes = 2021-06-16", "closes = 2021-06-30")
    path.write_text(text, "utf-8")
    return path


def _intake(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("intake"), "rehearse", *map(str, arguments)],
        cwd=data,
        env={**ENVIRONMENT, "INTAKE_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_tells_what_would_differ(data: Path, new: Path) -> None:
    done = _intake(data, "--programme", new)
    assert done.returncode == 1, done.stderr
    assert "2 applications, 2 mails" in done.stdout
    assert "late_pending → complete" in done.stdout
    assert "- window.late_pending" in done.stdout


def test_nothing_differs_under_the_rules_in_force(data: Path) -> None:
    for against in ([], ["--against", "filed"], ["--against", PROGRAMME]):
        done = _intake(data, "-p", PROGRAMME, *against)
        assert done.returncode == 0, done.stderr
        assert "Nothing differs." in done.stdout


def test_json_for_programs(data: Path, new: Path) -> None:
    done = _intake(data, "-p", new, "--json")
    told = json.loads(done.stdout)
    assert (told["programme"], told["applications"], told["mails"]) == (PROGRAMME, 2, 2)
    (one,) = told["differing"]
    assert one["before"]["outcome"] == one["before"]["letter"] == "late_pending"
    assert one["after"]["outcome"] == one["after"]["letter"] == "complete"
    assert [found["code"] for found in one["removed"]] == ["window.late_pending"]
    assert told["not_rehearsed"] == told["notes"] == []


def test_the_two_letters_of_one_application(data: Path, new: Path) -> None:
    late = next(one for one in season(40) if one.kind == "late").application_no
    shown = _intake(data, "-p", new, "--show", late).stdout
    assert any(line.startswith("-") and "逾期" in line for line in shown.splitlines())
    assert any(line.startswith("+") and "材料齐全" in line for line in shown.splitlines())
    assert "SHA-256" in shown
    assert _intake(data, "-p", new, "--show", "ZB20210090").stdout.endswith("nothing differs.\n")


def test_what_is_written(data: Path, new: Path, tmp_path: Path) -> None:
    book, table, folder = tmp_path / "演练.xlsx", tmp_path / "演练.csv", tmp_path / "演练"
    for place in (book, table, folder):
        assert _intake(data, "-p", new, "--into", place).returncode == 1
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["有变化的申报", "结果汇总", "未能演练"]
    head, row = sheets["有变化的申报"].values
    line = dict(zip(head, row, strict=True))
    assert (line["原结果"], line["新结果"]) == ("逾期待定", "材料齐全")
    assert "window.late_pending" in line["减少的问题"]
    for path in (table, folder / "有变化的申报.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert [one["新回执"] for one in csv.DictReader(file)] == ["材料齐全"]
    (letter,) = (folder / "letters").iterdir()
    assert letter.suffix == ".diff"
    assert "材料齐全" in letter.read_text("utf-8")
    again = _intake(data, "-p", new, "--into", folder)
    assert again.returncode == 2
    assert "cannot be written" in again.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(
        [book.name, table.name, folder.name, new.name]
    )


def test_whose_archive_it_is_tried_on(data: Path, new: Path) -> None:
    new.write_text(new.read_text("utf-8").replace('"national-2021"', '"national-2022"'), "utf-8")
    done = _intake(data, "-p", new)
    assert done.returncode == 2
    assert "national-2021" in done.stderr
    assert "--as" in done.stderr
    tried = _intake(data, "-p", new, "--as", PROGRAMME)
    assert tried.returncode == 1, tried.stderr
    assert "late_pending → complete" in tried.stdout


def test_faults_in_the_file_are_told_with_their_lines(data: Path, new: Path) -> None:
    new.write_text(new.read_text("utf-8").replace("least = 1", "leest = 1", 1), "utf-8")
    done = _intake(data, "-p", new)
    assert done.returncode == 2
    assert "草稿.toml:" in done.stderr
    assert "leest" in done.stderr
