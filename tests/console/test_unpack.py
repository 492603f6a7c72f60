"""`intake unpack`: several passwords, volumes, where members go, and the bar."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from console.demo.rar import rar5
from tests.builders.archives import Raw, rar5_raw, rar5_volumes
from tests.services.prefect import tool

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def unpack(tmp_path: Path) -> Command:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tool("intake"), "unpack", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_one_of_several_passwords(unpack: Command, tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(rar5([("甲.txt", b"1")], password="对的"))
    done = unpack("a.rar", "--password", "不对", "--password", "对的", "--json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert [set(one) for one in said["members"]] == [
        {"path", "size", "sha256", "media_type", "container"}
    ]
    assert [one["code"] for one in said["findings"]] == ["package.password_used"]


def test_volumes_by_the_first_of_them(unpack: Command, tmp_path: Path) -> None:
    data = bytes(range(256)) * 40
    for number, volume in enumerate(rar5_volumes("扫描件.bin", data, 4000), 1):
        (tmp_path / f"申报.part{number}.rar").write_bytes(volume)
    assert unpack("申报.part1.rar", "--into", "out").returncode == 0
    assert (tmp_path / "out/扫描件.bin").read_bytes() == data
    (tmp_path / "申报.part2.rar").unlink()
    done = unpack("申报.part1.rar")
    assert done.returncode == 1
    assert "申报.part2.rar" in done.stdout


def test_nothing_is_overwritten_and_then_nothing_is_put(unpack: Command, tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(rar5([("甲.txt", b"new"), ("乙.txt", b"new")]))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/乙.txt").write_text("old")
    done = unpack("a.rar", "--into", "out")
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"乙.txt"}
    assert (tmp_path / "out/乙.txt").read_text() == "old"


def test_nothing_leaves_the_folder(unpack: Command, tmp_path: Path) -> None:
    names = ["../../up.txt", "/tmp/root.txt", "C:\\drive.txt", "con.txt", "link/x.txt"]
    (tmp_path / "a.rar").write_bytes(rar5_raw([Raw(name, name.encode()) for name in names]))
    assert unpack("a.rar", "--into", "deep/out").returncode == 0
    assert len([path for path in (tmp_path / "deep/out").rglob("*") if path.is_file()]) == 5
    assert {path.name for path in tmp_path.iterdir()} == {"a.rar", "deep"}
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/link").symlink_to(tmp_path / "elsewhere")
    done = unpack("a.rar", "--into", "other")
    assert done.returncode == 2
    assert "outside" in done.stderr
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_bar_of_bytes_for_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "材料.rar").write_bytes(
        rar5([(f"{n}.bin", os.urandom(1 << 20)) for n in range(30)])
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [tool("intake"), "unpack", "材料.rar"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    assert process.returncode == 0
    assert "材料.rar" in shown.decode("utf-8", "replace")
    assert b"MiB" in shown


def test_what_is_no_archive(unpack: Command, tmp_path: Path) -> None:
    (tmp_path / "空.rar").write_bytes(b"")
    (tmp_path / "说明.rar").write_text("你好\n" * 20)
    for name, kind in (("空.rar", "空文件"), ("说明.rar", "纯文本")):
        done = unpack(name)
        assert done.returncode == 1
        assert "package.not_an_archive" in done.stdout
        assert kind in done.stdout


def test_a_folder_that_cannot_be_made(unpack: Command, tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(rar5([("甲.txt", b"new")]))
    (tmp_path / "file").write_text("old")
    done = unpack("a.rar", "--into", "file/out/deep")
    assert done.returncode == 2
    assert "Choose another folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_sigterm_takes_the_folder_away(tmp_path: Path) -> None:
    chunk = os.urandom(1 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, archive.open("大.bin", "w") as member:
        for _ in range(200):
            member.write(chunk)
    into = tmp_path / "into"
    into.mkdir()
    with subprocess.Popen(
        [tool("intake"), "unpack", "a.zip", "--into", "into/out"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while not list(into.rglob("*.bin")) and process.poll() is None:
            time.sleep(0.01)
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "stopped" in said
    assert not list(into.iterdir())
