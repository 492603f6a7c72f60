"""`intake register` as it is called, and the page /register."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import uvicorn

from console.web.app import make_app
from intake.settings import Settings
from intake.workplace import Workplace, open_workplace
from tests.builders.registers import workbook
from tests.services.prefect import free_port, tool

NAME, OTHER = "山东泰山机械制造有限公司", "青岛海辰电子科技有限公司"
ONE, TWO = ("ZB20210001", NAME, "", "泰安市"), ("ZB20210002", OTHER, "", "青岛市")
BAD = ("2.02E+10", "某某有限公司", "", "")
HEAD = ("申报编号", "申报单位全称", "统一社会信用代码", "市")


def _register(data: Path, *arguments: str) -> tuple[int, str, str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("INTAKE_", "PREFECT_"))
    }
    done = subprocess.run(
        [tool("intake"), "register", *arguments],
        cwd=data,
        env={**clean, "INTAKE_DATA_DIR": str(data)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _file(folder: Path, *rows: Sequence[Any]) -> str:
    path = folder / "登记册.xlsx"
    path.write_bytes(workbook(rows, HEAD))
    return str(path)


def _entries(data: Path) -> list[str]:
    _, said, _ = _register(data, "show", "--json")
    return [one["application_no"] for one in json.loads(said)["entries"]]


@contextmanager
def _served(place: Workplace) -> Iterator[Callable[..., tuple[int, str]]]:
    """The console on a port of its own; gives what asks it for a page."""
    port = free_port()
    app = make_app(place, ("127.0.0.1",))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)

    def get(path: str, **asked: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}?{urlencode(asked)}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    yield get
    server.should_exit = True
    thread.join()


def test_nothing_is_written_without_a_yes(tmp_path: Path) -> None:
    file = _file(tmp_path, ONE, TWO)
    code, said, _ = _register(tmp_path, "import", file)
    assert (code, "Nothing was written" in said) == (1, True)
    code, said, _ = _register(tmp_path, "import", file, "--dry-run", "--yes")
    assert (code, "2 added" in said) == (0, True)
    assert _entries(tmp_path) == []
    code, said, _ = _register(tmp_path, "import", file, "--yes")
    assert (code, "Imported: version 1, 2 entries" in said) == (0, True)
    assert _entries(tmp_path) == ["ZB20210001", "ZB20210002"]
    code, said, _ = _register(tmp_path, "import", file, "--yes", "--json")
    assert (code, json.loads(said)["imported"]) == (0, None)


def test_refused_lines_never_vanish_silently(tmp_path: Path) -> None:
    file = _file(tmp_path, ONE, BAD)
    code, said, _ = _register(tmp_path, "import", file, "--yes")
    assert code == 1
    assert "REFUSED “Sheet”第3行" in said
    assert "科学计数法" in said
    assert _entries(tmp_path) == []
    code, said, _ = _register(tmp_path, "import", file, "--yes", "--without-refused", "--json")
    found = json.loads(said)
    assert (code, found["imported"]) == (1, 1)
    assert [(one["line"], one["code"]) for one in found["refused"]] == [(3, "number_rounded")]
    assert _entries(tmp_path) == ["ZB20210001"]


def test_questions(tmp_path: Path) -> None:
    code, said, _ = _register(tmp_path, "show")
    assert (code, "has no register" in said) == (1, True)
    _register(tmp_path, "import", _file(tmp_path, ONE, TWO), "--yes")
    code, said, _ = _register(tmp_path, "show", "--number", "zb20210002", "--json")
    assert (code, json.loads(said)["entries"][0]["full_name"]) == (0, OTHER)
    code, said, _ = _register(tmp_path, "show", "--name", "山东泰山机械有限公司", "--json")
    found = json.loads(said)
    assert (code, found["exact"], found["entries"][0]["full_name"]) == (1, False, NAME)
    code, said, _ = _register(tmp_path, "report", "--json", "--into", str(tmp_path / "报.xlsx"))
    found = json.loads(said)
    assert (code, found["expected"], found["sent"], found["outstanding"]) == (0, 2, 0, 2)
    assert (tmp_path / "报.xlsx").is_file()


@pytest.mark.parametrize("content", [b"\x89PNG", b"", b"a,b\n1,2\n"])
def test_a_file_that_is_no_register(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    code, _, told = _register(tmp_path, "import", str(path), "--yes")
    assert code == 2
    assert "Traceback" not in told
    assert "x.csv" in told


def test_the_page(tmp_path: Path) -> None:
    hostile = ("ZB20210003", "<script>x</script>有限公司", "", "泰安市")
    _register(tmp_path, "import", _file(tmp_path, ONE, TWO, hostile), "--yes")
    with open_workplace(Settings(data_dir=tmp_path)) as place, _served(place) as get:
        _, whole = get("/register")
        assert "未报单位（3家）" in whole
        assert "<script>x" not in whole
        assert "&lt;script&gt;" in whole
        assert OTHER in get("/register", q="海辰")[1]
        _, near = get("/register", q="ZB2O210001", by="recommender")
        assert "相近的有" in near
        assert f"ZB20210001 {NAME}" in near
        assert get("/register", programme="nix")[0] == 404
        assert "没有相符或相近的单位" in get("/register", q="北京无关")[1]
        assert 'href="/register"' in get("/")[1]
