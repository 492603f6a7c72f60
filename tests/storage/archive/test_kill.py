"""Real processes: killed with SIGKILL, racing one another, living beside a recovery."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.archive import Archive, FiledVersion, VersionConflict, durable

FileInto = Callable[..., FiledVersion]

CHECKOUT = Path(__file__).parents[3]
KILLS = 15

COMMON = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.archive import Archive, Content, VersionConflict, durable

archive = Archive(Path(sys.argv[1]), Path(sys.argv[2]))

def file(object_id, text, expects=None):
    return archive.file(
        object_id,
        {
            "message.eml": Content(data=text.encode()),
            **{f"files/材料{n}": Content(data=(f"{n} " * 3000).encode()) for n in range(5)},
            f"files/{text}": Content(data=text.encode() * 1000),
        },
        created=datetime(2021, 6, 16, tzinfo=UTC), message=text,
        user_name="intake", user_address="", expects=expects,
    )

def say(*words):
    print(*words, flush=True)
"""

WRITER = """
import hashlib
for name in "write_file sync_file sync_folder rename_folder rename_file make_folder".split():
    def told(*args, real=getattr(durable, name)):
        say("step")
        return real(*args)
    setattr(durable, name, told)
for n in range(int(sys.argv[3]), 10_000):
    text = f"mail-{n}"
    object_id = f"ZB{n // 4}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    if archive.version_with(object_id, "message.eml", digest) is None:
        file(object_id, text)
    say("filed", n)
"""

RACER = """
for line in sys.stdin:
    object_id, expects = line.split()
    try:
        file(object_id, f"{sys.argv[3]}-{expects}", int(expects))
    except VersionConflict:
        say("conflict")
    else:
        say("filed")
"""

HOLDER = """
def stay(*args, real=durable.rename_folder):
    say("staged")
    sys.stdin.readline()
    return real(*args)
durable.rename_folder = stay
file("ZB1", "slow")
say("filed")
"""


@pytest.fixture
def start(archive: Archive) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a program on this test's archive; ends what is still running."""
    running: list[subprocess.Popen[str]] = []

    def run(program: str, *args: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                COMMON + program,
                str(archive.root),
                str(archive.staging),
                *args,
            ],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, "the process ended"
    return line


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def test_killed_with_sigkill_again_and_again(
    archive: Archive,
    start: Callable[..., subprocess.Popen[str]],
    left_in_staging: Callable[[], list[str]],
) -> None:
    done = -1
    left = 0
    for kill in range(KILLS):
        process = start(WRITER, str(max(done, 0)))
        steps = 0
        # further into the filing each time: about 30 steps make one version
        while steps < 25 + kill * 7:
            line = said(process)
            if line == "step":
                steps += 1
            else:
                done = int(line.split()[1])
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        for line in rest.splitlines():
            if line.startswith("filed"):
                done = int(line.split()[1])
        left += bool(left_in_staging())
        # what was said to be filed is there, once, and nothing is there twice
        texts = [
            version.path("message.eml").read_text()
            for object_id in archive.object_ids()
            for version in archive.versions(object_id)
        ]
        assert sorted(texts, key=lambda text: int(text.split("-")[1])) == [
            f"mail-{n}" for n in range(len(texts))
        ]
        assert len(texts) in (done + 1, done + 2)
        if kill % 5 == 4:
            assert archive.recover_all().problems == ()
            assert left_in_staging() == []
            assert list(archive.verify()) == []
    assert done > KILLS
    # else the kills fell between filings, and this has shown nothing
    assert left > KILLS // 3


def test_two_processes_race_for_each_version(
    archive: Archive, start: Callable[..., subprocess.Popen[str]]
) -> None:
    racers = [start(RACER, name) for name in ("red", "blue")]
    for number in range(1, 9):
        for object_id in ("ZB1", "ZB2", "ZB3"):
            for racer in racers:
                tell(racer, f"{object_id} {number}")
            assert sorted(map(said, racers)) == ["conflict", "filed"]
    for object_id in ("ZB1", "ZB2", "ZB3"):
        assert len(archive.versions(object_id)) == 8
    assert list(archive.verify()) == []


def test_recovery_does_not_touch_a_living_writer(
    archive: Archive,
    start: Callable[..., subprocess.Popen[str]],
    left_in_staging: Callable[[], list[str]],
) -> None:
    living, dead = start(HOLDER), start(HOLDER)
    assert [said(living), said(dead)] == ["staged", "staged"]
    assert len(left_in_staging()) == 4
    dead.kill()
    dead.wait()
    removed = archive.recover_all().removed
    assert len(removed) == 1
    assert removed[0].startswith(f"{dead.pid}-")
    assert {name.split("-")[0] for name in left_in_staging()} == {str(living.pid)}
    tell(living, "")
    assert said(living) == "filed"
    assert living.wait() == 0
    assert left_in_staging() == []
    assert list(archive.verify()) == []


@pytest.mark.parametrize("second", [False, True], ids=["new object", "new version"])
def test_without_working_locks_the_rename_decides(
    archive: Archive,
    file_into: FileInto,
    monkeypatch: pytest.MonkeyPatch,
    second: bool,
    left_in_staging: Callable[[], list[str]],
) -> None:
    """As on a network file system without flock: another writer is faster by a hair."""
    if second:
        file_into(archive, "ZB1", {"message.eml": b"one"})
    real = durable.rename_folder
    monkeypatch.setattr(fcntl, "flock", lambda descriptor, how: None)

    def late(source: Path, target: Path) -> None:
        monkeypatch.setattr(durable, "rename_folder", real)
        file_into(archive, "ZB1", {"message.eml": b"the other's"})
        real(source, target)

    monkeypatch.setattr(durable, "rename_folder", late)
    with pytest.raises(VersionConflict):
        file_into(archive, "ZB1", {"message.eml": b"mine"})
    versions = archive.versions("ZB1")
    assert len(versions) == (2 if second else 1)
    assert versions[-1].sha256("message.eml") == hashlib.sha256(b"the other's").hexdigest()
    assert left_in_staging() == []
    assert list(archive.verify()) == []


def test_the_root_is_written_under_the_objects_lock(
    archive: Archive, file_into: FileInto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a slow writer could put its inventory in place of the next version's."""
    file_into(archive, "ZB1", {"message.eml": b"one"})
    written: list[str] = []
    real = durable.rename_file

    def watched(source: Path, target: Path) -> None:
        (lock,) = (archive.staging / "locks").iterdir()
        with lock.open("rb") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        written.append(target.name)
        real(source, target)

    monkeypatch.setattr(durable, "rename_file", watched)
    folder = file_into(archive, "ZB1", {"message.eml": b"two"}).folder
    assert written == ["inventory.json", "inventory.json.sha512"]
    for name in written:
        (folder / name).write_bytes((folder / "v1" / name).read_bytes())
    assert archive.recover("ZB1") is True
    assert written == ["inventory.json", "inventory.json.sha512"] * 2


def test_what_was_filed_by_a_killed_writer_is_made_lasting_when_it_is_found(
    archive: Archive, file_into: FileInto, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_into(archive, "ZB1", {"message.eml": b"one"})
    folder = file_into(archive, "ZB1", {"message.eml": b"two"}).folder
    for name in ("inventory.json", "inventory.json.sha512"):
        (folder / name).write_bytes((folder / "v1" / name).read_bytes())
    synced: set[int] = set()
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", fsync)
    for _ in range(2):
        synced.clear()
        found = archive.version_with("ZB1", "message.eml", hashlib.sha256(b"two").hexdigest())
        assert found is not None
        assert {folder.stat().st_ino, archive.root.stat().st_ino} <= synced
    assert list(archive.verify()) == []


def test_a_folder_without_its_lock_is_removed_and_other_things_are_not(archive: Archive) -> None:
    ours = archive.staging / "77-0123456789abcdef"
    (ours / "object").mkdir(parents=True)
    other = archive.staging / "somebody-elses"
    other.mkdir()
    assert archive.recover_all().removed == (ours.name,)
    assert not ours.exists()
    assert other.exists()
