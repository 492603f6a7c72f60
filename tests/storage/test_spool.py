"""The spool: a mail is there whole, under its digest, or not at all."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from model.errors import MachineError
from storage import spool as module
from storage.spool import CHUNK_BYTES, STALE_SECONDS, Spool

CHECKOUT = Path(__file__).parents[2]
MAIL = b"Subject: =?utf-8?B?5p2Q5paZ?=\r\n\r\n" + bytes(range(256)) * 5000
SHA = hashlib.sha256(MAIL).hexdigest()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "var" / "spool")


def names(spool: Spool) -> list[str]:
    return sorted(path.name for path in spool.folder.iterdir())


def receive(spool: Spool, data: bytes) -> str:
    with spool.receive() as incoming:
        incoming.write(data)
        return incoming.keep().sha256


def test_what_is_kept_lies_there_under_its_digest(spool: Spool) -> None:
    with spool.receive() as incoming:
        assert incoming.write(MAIL[:1000]) == 1000
        incoming.write(MAIL[1000:])
        spooled = incoming.keep()
    assert (spooled.sha256, spooled.size) == (SHA, len(MAIL))
    assert spooled.path == spool.path(SHA)
    assert spooled.path.read_bytes() == MAIL
    assert names(spool) == [f"{SHA}.eml"]
    assert spool.held() == [SHA]
    assert spool.digest(SHA) == SHA


def test_nothing_is_there_before_it_is_whole(spool: Spool) -> None:
    with spool.receive() as incoming:
        incoming.write(MAIL)
        assert spool.held() == []
        assert names(spool)[0].endswith(".eml.part")


def test_what_is_not_kept_is_removed(spool: Spool) -> None:
    with spool.receive() as incoming:
        incoming.write(MAIL)
    assert names(spool) == []


def test_what_breaks_off_is_removed(spool: Spool) -> None:
    def break_off() -> None:
        with spool.receive() as incoming:
            incoming.write(MAIL)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        break_off()
    assert names(spool) == []


def test_bytes_then_name_then_folder_reach_the_disk_in_this_order(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        target = Path(f"/proc/self/fd/{descriptor}").readlink()
        if target.is_file():  # everything has left the buffers of Python by now
            assert target.read_bytes() == MAIL
        steps.append("sync folder" if target.is_dir() else f"sync {target.suffix}")
        sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append(f"rename to {target.suffix}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    receive(spool, MAIL)
    assert steps == ["sync .part", "rename to .eml", "sync folder"]


def test_a_disk_that_takes_no_more_leaves_no_mail(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(MachineError, match="No space left"):
        receive(spool, MAIL)
    assert names(spool) == []


def test_the_same_mail_twice_lies_there_once(spool: Spool) -> None:
    assert receive(spool, MAIL) == receive(spool, MAIL) == SHA
    assert spool.held() == [SHA]


def test_two_downloads_at_once_do_not_meet(spool: Spool) -> None:
    with spool.receive() as one, spool.receive() as two:
        one.write(b"one")
        two.write(b"two")
        kept = {one.keep().sha256, two.keep().sha256}
    assert kept == {hashlib.sha256(word).hexdigest() for word in (b"one", b"two")}
    assert set(spool.held()) == kept


def test_an_empty_mail(spool: Spool) -> None:
    sha256 = receive(spool, b"")
    assert sha256 == hashlib.sha256(b"").hexdigest()
    assert spool.path(sha256).read_bytes() == b""


def test_a_file_is_taken_in_whole_and_left_where_it_was(spool: Spool, tmp_path: Path) -> None:
    source = tmp_path / "邮件.eml"
    data = os.urandom(CHUNK_BYTES) * 2 + b"tail"
    source.write_bytes(data)
    spooled = spool.receive_file(source)
    assert spooled.path.read_bytes() == source.read_bytes() == data
    assert spooled.size == len(data)


def test_the_digest_is_of_what_lies_there_now(spool: Spool) -> None:
    receive(spool, MAIL)
    spool.path(SHA).write_bytes(MAIL[:-1])
    assert spool.digest(SHA) == hashlib.sha256(MAIL[:-1]).hexdigest()


def test_removed_once_or_twice(spool: Spool) -> None:
    other = receive(spool, b"other")
    receive(spool, MAIL)
    spool.remove(SHA)
    spool.remove(SHA)
    assert spool.held() == [other]


def test_the_sweep_takes_what_was_left_long_ago_and_nothing_else(spool: Spool) -> None:
    receive(spool, MAIL)
    old, young = spool.folder / "1-a.eml.part", spool.folder / "2-b.eml.part"
    now = 1_700_000_000.0
    for path, age in ((old, STALE_SECONDS + 1), (young, STALE_SECONDS), (spool.path(SHA), 10**6)):
        path.touch()
        os.utime(path, (now - age, now - age))
    assert spool.sweep(now) == 1
    assert names(spool) == sorted([young.name, f"{SHA}.eml"])


def test_the_sweep_does_not_mind_a_download_that_ends_meanwhile(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with spool.receive() as incoming:
        incoming.write(MAIL)
        glob = Path.glob

        def glob_then_keep(folder: Path, pattern: str) -> list[Path]:
            found = list(glob(folder, pattern))
            incoming.keep()
            return found

        monkeypatch.setattr(Path, "glob", glob_then_keep)
        assert spool.sweep(2**40) == 0
    assert spool.path(SHA).read_bytes() == MAIL


@pytest.mark.parametrize("moment", ["writing", "before the rename"])
def test_killed_in_the_middle_only_a_part_is_left(spool: Spool, moment: str) -> None:
    program = f"""
import os, signal, sys
from pathlib import Path
from storage.spool import Spool
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Spool(Path({str(spool.folder)!r})).receive() as incoming:
    incoming.write(b"x" * 3_000_000)
    if {moment!r} == "writing":
        die()
    Path.replace = die
    incoming.keep()
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT)
    assert ended.returncode == -signal.SIGKILL
    assert spool.held() == []
    (left,) = names(spool)
    assert left.endswith(".eml.part")
    assert spool.sweep((spool.folder / left).stat().st_mtime + STALE_SECONDS + 1) == 1
    assert names(spool) == []


def test_a_new_spool_folder_itself_reaches_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(module, "_sync_folder", synced.append)
    Spool(tmp_path / "var" / "spool")
    assert synced == [tmp_path, tmp_path / "var"]
    Spool(tmp_path / "var" / "spool")
    assert len(synced) == 2
