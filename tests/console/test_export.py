"""`intake ledger export|chart` and `intake export` as they are called."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from intake.settings import Settings
from intake.workplace import open_workplace
from tests.builders.filed import file_application, paper
from tests.services.prefect import tool


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with open_workplace(Settings(data_dir=tmp_path / "data")) as place:
        file_application(place, "a", [paper("推荐表.pdf", material="recommendation_form")])
    return tmp_path / "data"


def _intake(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
    return subprocess.run(
        [tool("intake"), *arguments],
        cwd=data.parent, env=kept | {"INTAKE_DATA_DIR": str(data)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_ledger_and_its_chart(data: Path) -> None:
    done = _intake(data, "ledger", "export", "台账.xlsx", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sheets"]["归档目录"] == 2
    done = _intake(data, "ledger", "chart", "图.png", "--json")
    assert done.returncode == 0, done.stderr
    days = json.loads(done.stdout)["days"]
    assert days[0]["counts"] == {"first": 1, "later": 0, "duplicate": 0, "unknown": 0}
    assert (data.parent / "图.png").read_bytes().startswith(b"\x89PNG")


def test_a_package_and_what_is_damaged(data: Path) -> None:
    done = _intake(data, "export", "--into", "p", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["applicants"] == 1
    again = _intake(data, "export", "--into", "p")
    assert again.returncode == 2
    assert "is there already" in again.stderr
    (stored,) = data.glob("archive/*/*/v1/content/files/*")
    stored.chmod(0o644)
    stored.write_bytes(b"changed")
    done = _intake(data, "export", "--into", "q.zip", "--json")
    assert done.returncode == 1
    (left_out,) = json.loads(done.stdout)["left_out"]
    assert left_out["application_no"] == "ZB20210137"
