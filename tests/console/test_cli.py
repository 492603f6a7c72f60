"""The command as it is called: shapes of its JSON, exit codes, and what it says to people."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.demo.papers import docx
from console.demo.rar import rar5
from console.demo.run import Servers, put_in, servers
from console.demo.submissions import DemoMail, demo_mails
from tests.services.prefect import tool

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("INTAKE_", "PREFECT_"))
}


def intake(
    *arguments: str, cwd: Path, config: Path | None = None
) -> subprocess.CompletedProcess[str]:
    more = {"INTAKE_CONFIG": str(config)} if config else {}
    return subprocess.run(
        [tool("intake"), *arguments],
        cwd=cwd,
        env={**ENVIRONMENT, **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, DemoMail]]:
    folder = tmp_path_factory.mktemp("mails")
    written = []
    for number, mail in enumerate(demo_mails(), 1):
        path = folder / f"{number:02}.eml"
        path.write_bytes(mail.data)
        written.append((path, mail))
    return written


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The demo's mailbox after one `intake poll`."""
    with servers(tmp_path_factory.mktemp("polled")) as running:
        put_in(running, lambda _: None)
        done = intake("poll", "--json", cwd=running.config.parent, config=running.config)
        assert done.returncode == 0, done.stderr
        counts = answer(done)
        assert counts["received"][0]["new"] == 15
        assert counts["sent"] == 15
        yield running


def ask(running: Servers, *arguments: str) -> subprocess.CompletedProcess[str]:
    return intake(*arguments, cwd=running.config.parent, config=running.config)


@pytest.mark.parametrize(
    ("text", "verdict", "number", "name", "notes", "code"),
    [
        ("ZB20210137+山东某某有限公司", "accept", "ZB20210137", "山东某某有限公司", [], 0),
        ("ZB20210137-山东某某有限公司", "accept_with_note", "ZB20210137", "山东某某有限公司",
         ["subject.other_separator"], 0),
        ("质量标杆材料", "return", None, None, None, 1),
        ("自动回复: 收到", "ignore", None, None, ["subject.automatic_reply"], 0),
    ],
)  # fmt: skip
def test_explain_subject(
    tmp_path: Path,
    text: str,
    verdict: str,
    number: str | None,
    name: str | None,
    notes: list[str] | None,
    code: int,
) -> None:
    done = intake("explain-subject", text, "--json", cwd=tmp_path)
    said = answer(done)
    assert list(said) == ["verdict", "application_no", "full_name", "notes", "expected_subject"]
    assert (said["verdict"], said["application_no"], said["full_name"]) == (verdict, number, name)
    assert notes is None or said["notes"] == notes
    assert done.returncode == code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["console.cli", "console.cli.explain_subject"])
def test_what_must_answer_at_once_imports_nothing_heavy(module: str) -> None:
    heavy = ["prefect", "sqlalchemy", "pydantic", "lxml", "rich"]
    code = f"import sys, {module}; print([one for one in {heavy} if one in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_no_command_but_those_that_need_it_imports_prefect() -> None:
    code = (
        "import importlib, sys; from console.cli import COMMANDS\n"
        "for module, _ in COMMANDS.values(): importlib.import_module('console.cli.' + module)\n"
        "print('prefect' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_explain_message(tmp_path: Path, mails: list[tuple[Path, DemoMail]]) -> None:
    said = answer(intake("explain-message", str(mails[0][0]), "--json", cwd=tmp_path))
    assert list(said) == [
        "subject", "from", "date", "message_id", "attachments", "links", "findings",
    ]  # fmt: skip
    assert said["subject"] == "ZB20210101+山东泰山机械制造有限公司"
    assert [list(one) for one in said["attachments"]] == [["name", "size", "sha256", "media_type"]]
    link = answer(intake("explain-message", str(mails[11][0]), "--json", cwd=tmp_path))["links"]
    assert link[0]["provider"] == "netease"
    assert link[0]["name"] == "ZB20210112+威海海洋装备有限公司.rar"


def test_unpack(tmp_path: Path) -> None:
    inner = rar5([("里层/甲.txt", "甲".encode())])
    package = tmp_path / "外.rar"
    package.write_bytes(rar5([("推荐表.docx", docx("推荐表", ["正文"])), ("附件.rar", inner)]))
    done = intake("unpack", "外.rar", "--into", "deep/out", "--json", cwd=tmp_path)
    said = answer(done)
    assert done.returncode == 0
    members = {one["path"]: one for one in said["members"]}
    assert set(members) == {"推荐表.docx", "附件.rar", "附件.rar/里层/甲.txt"}
    text = members["附件.rar/里层/甲.txt"]
    assert text["container"] == "附件.rar"
    assert text["sha256"] == hashlib.sha256("甲".encode()).hexdigest()
    assert (tmp_path / "deep/out/附件.rar/里层/甲.txt").read_text("utf-8") == "甲"


def test_unpack_with_a_password(tmp_path: Path) -> None:
    package = tmp_path / "closed.rar"
    package.write_bytes(rar5([("甲.txt", b"x")], password="2021", encrypt_headers=True))
    closed = intake("unpack", "closed.rar", "--json", cwd=tmp_path)
    assert closed.returncode == 1
    assert [one["code"] for one in answer(closed)["findings"]] == ["package.encrypted"]
    opened = intake("unpack", "closed.rar", "--password", "2021", "--json", cwd=tmp_path)
    assert [one["path"] for one in answer(opened)["members"]] == ["甲.txt"]


def test_read(tmp_path: Path) -> None:
    paper = tmp_path / "申报材料.docx"
    paper.write_bytes(docx("申报材料", ["第一段"], [["年度", "收入"], ["2020", "12960"]]))
    said = answer(intake("read", str(paper), "--json", cwd=tmp_path))
    assert list(said) == [
        "media_type", "text", "pages", "tables", "fields", "seals", "findings",
    ]  # fmt: skip
    assert "第一段" in said["text"]
    assert said["tables"][0]["rows"] == [["年度", "收入"], ["2020", "12960"]]


def test_check_gives_each_demo_mail_the_verdict_that_is_to_come(
    tmp_path: Path, mails: list[tuple[Path, DemoMail]]
) -> None:
    """Without a ledger a duplicate or a second revision cannot be known as such."""
    alone = {"duplicate": ("complete", "complete")}
    for path, mail in mails:
        received = mail.received_at.isoformat()
        said = answer(intake("check", str(path), "--received", received, "--json", cwd=tmp_path))
        assert list(said) == [
            "outcome", "application_no", "full_name", "checklist", "agreement", "findings",
            "receipt",
            *(["forwarded"] if mail.carries else []),
        ]  # fmt: skip
        inner = [(one["outcome"], one["receipt"]["kind"]) for one in said.get("forwarded", [])]
        assert inner == [(one.outcome, one.receipt) for one in mail.carries]
        expected = alone.get(mail.outcome, (mail.outcome, mail.receipt))
        kind = "complete" if expected[1] == "superseding" else expected[1]
        assert (said["outcome"], said["receipt"]["kind"]) == (expected[0], kind), mail.about
        assert bool(said["receipt"]["text"]) == (kind != "none")
    assert list(tmp_path.iterdir()) == []


def test_bad_input_is_named_with_what_to_do(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('id = "broken"\ntitle = "x"\nyear = "soon"\n', "utf-8")
    for arguments, words in (
        (("check", "nowhere.eml"), "nowhere.eml"),
        (("explain-subject", "x", "-p", "nix"), "Known: gaoxin-2021, national-2021"),
        (("programme", "check", "broken.toml"), "broken.toml:3"),
        (("poll",), "No mailbox is configured"),
        (("reprocess",), "Give --application"),
        (("receipts", "show", "HZ1"), "There is no receipt HZ1"),
        (("ledger", "export", "x.pdf"), "must be .xlsx or .csv"),
        (("nonsense",), "No such command"),
    ):
        done = intake(*arguments, cwd=tmp_path)
        assert done.returncode == 2, (arguments, done.stderr)
        assert words in done.stderr, (arguments, done.stderr)
        assert "Traceback" not in done.stderr


def test_settings_that_are_wrong_are_named(tmp_path: Path) -> None:
    (tmp_path / "intake.toml").write_text(
        '[mailboxes.a]\nhost = "imap.example.org"\nusername = "u"\nsecurity = "none"\n', "utf-8"
    )
    done = intake("doctor", cwd=tmp_path)
    assert done.returncode == 2
    assert "passwords would travel in the clear" in done.stderr


def test_an_archive_without_its_ledger_is_not_polled_anew(polled: Servers, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "archive" / "national-2021").mkdir(parents=True)
    config = tmp_path / "intake.toml"
    text = polled.config.read_text("utf-8")
    config.write_text(text.replace(str(polled.settings.data_dir), str(data)), "utf-8")
    done = intake("poll", cwd=tmp_path, config=config)
    assert done.returncode == 2
    assert "intake ledger rebuild" in done.stderr


def test_polling_again_does_nothing(polled: Servers) -> None:
    before = len(polled.smtp.letters)
    said = answer(ask(polled, "poll", "--json"))
    assert said["received"][0]["new"] == 0
    assert said["outcomes"] == {}
    assert len(polled.smtp.letters) == before == 15


def test_receipts(polled: Servers) -> None:
    rows = answer(ask(polled, "receipts", "list", "--json"))
    assert [one["receipt_no"] for one in rows] == [f"HZ2021-{n:05}" for n in range(1, 16)]
    shown = ask(polled, "receipts", "show", "HZ2021-00006")
    assert "本回执仅证明收到所列电子材料，不代表受理或通过评审" in shown.stdout
    assert "承诺书" in shown.stdout
    again = ask(polled, "receipts", "retry", "HZ2021-00006")
    assert again.returncode == 2
    assert "is sent, not failed or unknown" in again.stderr


def test_search_export_and_verify(polled: Servers) -> None:
    found = answer(ask(polled, "search", "泰山", "--json"))
    assert {one["application_no"] for one in found} == {"ZB20210101"}
    sheet = polled.config.parent / "台账.csv"
    assert ask(polled, "ledger", "export", str(sheet)).returncode == 0
    lines = sheet.read_text("utf-8-sig").splitlines()
    assert lines[0].split(",")[:4] == ["序号", "回执编号", "申报编号", "申报单位全称"]
    assert len(lines) == 16
    assert answer(ask(polled, "verify", "--json")) == []


def test_doctor_finds_all_well(polled: Servers) -> None:
    done = ask(polled, "doctor", "--json")
    assert done.returncode == 0
    assert {one["state"] for one in answer(done)} <= {"ok", "warning"}


def test_reprocess_changes_nothing_where_nothing_changed(polled: Servers) -> None:
    done = ask(polled, "reprocess", "--application", "ZB20210108", "--json")
    assert [one["action"] for one in answer(done)] == ["unchanged"]
    assert done.returncode == 0
