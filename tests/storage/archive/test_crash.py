"""Killed at every durable step, and done again.

A kill is an exception that no clean-up can follow: from the n-th step on every step raises, as
nothing runs any more in a process that is gone. Real kills are in test_kill.py.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model.errors import ArchiveError
from storage.archive import Archive, Content, FiledVersion, durable

FileInto = Callable[..., FiledVersion]

STEPS = (
    "make_folder",
    "write_file",
    "copy_file",
    "move_file",
    "sync_file",
    "sync_folder",
    "rename_folder",
    "rename_file",
    "remove_file",
    "remove_tree",
)
WRITES = {"write_file": 0, "copy_file": 1}
"""Steps that can stop half-way, and which argument they write to."""
OLD = {"message.eml": b"mail one", "files/a": b"kept", "files/b": b"taken out"}
MAIL = b"mail two"
SHA256 = hashlib.sha256(MAIL).hexdigest()


class Killed(BaseException):
    """Not an Exception, so that nothing can go on after it."""


@contextmanager
def killed_at(step: int, *, torn: bool, patcher: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Steps from number `step` (from 0) on are not taken; a torn one leaves half of its bytes.

    Gives the names of the steps that were asked for, in order.
    """
    asked: list[str] = []

    def guarded(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            number = len(asked)
            asked.append(name)
            if number < step:
                return real(*args)
            if number == step and torn and name in WRITES:
                real(*args)
                target = args[WRITES[name]]
                with target.open("r+b") as stream:
                    stream.truncate(target.stat().st_size // 2)
            raise Killed(f"{name}{args}")

        return run

    with patcher.context() as patch:
        for name in STEPS:
            patch.setattr(durable, name, guarded(name, getattr(durable, name)))
        yield asked


class Scene:
    """One archive on which one filing is tried, killed, and tried again."""

    def __init__(self, place: Path, file_into: FileInto, *, second: bool) -> None:
        self.archive = Archive(place / "archive" / "p", place / "staging")
        self.file_into = file_into
        self.work = place / "work"
        self.work.mkdir(parents=True)
        self.before = 1 if second else 0
        if second:
            file_into(self.archive, "ZB1", OLD)

    def file(self) -> FiledVersion:
        """The work is done anew each time, as the pipeline does it: moved files are there again."""
        (self.work / "moved").write_bytes(b"moved")
        (self.work / "copied").write_bytes(b"copied")
        return self.file_into(
            self.archive,
            "ZB1",
            {
                "message.eml": MAIL,
                "files/a": b"kept",
                "files/材料/移": Content(path=self.work / "moved", move=True),
                "files/材料/抄": Content(path=self.work / "copied"),
            },
        )

    def reopen(self) -> None:
        self.archive = Archive(self.archive.root, self.archive.staging)

    def check_done(self) -> None:
        """Exactly one version more, the whole root valid, nothing left over."""
        versions = self.archive.versions("ZB1")
        assert len(versions) == self.before + 1
        assert [v.sha256("message.eml") for v in versions].count(SHA256) == 1
        last = versions[-1]
        assert last.path("message.eml").read_bytes() == MAIL
        assert last.path("files/材料/移").read_bytes() == b"moved"
        self.archive.recover_all()
        assert [path.name for path in self.archive.staging.iterdir() if path.name != "locks"] == []
        assert list(self.archive.verify()) == []


def ask_then_file(scene: Scene) -> None:
    """What the pipeline does: look for the mail's digest, file only where it is not found."""
    found = scene.archive.version_with("ZB1", "message.eml", SHA256)
    if found is None:
        found = scene.file()
    assert found.number == scene.before + 1


def file_blindly(scene: Scene) -> None:
    assert scene.file().number == scene.before + 1


def recover_then_ask(scene: Scene) -> None:
    done = scene.archive.recover_all()
    assert done.problems == ()
    if list(scene.archive.object_ids()):
        assert list(scene.archive.verify()) == []
    ask_then_file(scene)


@pytest.mark.parametrize("torn", [False, True], ids=["between", "torn"])
@pytest.mark.parametrize("redo", [ask_then_file, file_blindly, recover_then_ask])
@pytest.mark.parametrize("second", [False, True], ids=["new object", "new version"])
def test_killed_at_any_step_and_done_again(
    tmp_path: Path,
    file_into: FileInto,
    monkeypatch: pytest.MonkeyPatch,
    second: bool,
    redo: Callable[[Scene], None],
    torn: bool,
) -> None:
    for step in itertools.count():
        scene = Scene(tmp_path / str(step), file_into, second=second)
        finished = False
        with killed_at(step, torn=torn, patcher=monkeypatch) as asked:
            try:
                scene.file()
                finished = True
            except Killed:
                assert len(asked) > step
        scene.reopen()
        # a reader never sees a part of it, recovered or not
        assert len(scene.archive.versions("ZB1")) in (scene.before, scene.before + 1)
        redo(scene)
        scene.check_done()
        if finished:
            break
    assert set(asked) == set(STEPS)


@pytest.mark.parametrize("second", [False, True], ids=["new object", "new version"])
def test_killed_again_while_recovering(
    tmp_path: Path, file_into: FileInto, monkeypatch: pytest.MonkeyPatch, second: bool
) -> None:
    count = Scene(tmp_path / "count", file_into, second=second)
    with killed_at(10_000, torn=False, patcher=monkeypatch) as asked:
        count.file()
    # the commit point and every second step after it; a single kill takes them all, above
    for first in range(asked.index("rename_folder") + 1, len(asked), 2):
        for step in itertools.count():
            scene = Scene(tmp_path / f"{first}-{step}", file_into, second=second)
            with killed_at(first, torn=False, patcher=monkeypatch), pytest.raises(Killed):
                scene.file()
            scene.reopen()
            finished = False
            with killed_at(step, torn=True, patcher=monkeypatch):
                try:
                    scene.archive.recover_all()
                    scene.archive.recover("ZB1")
                    finished = True
                except Killed:
                    scene.reopen()
            ask_then_file(scene)
            scene.check_done()
            if finished:
                break


def test_a_disk_that_fails_at_any_step_leaves_the_object_whole(
    tmp_path: Path, file_into: FileInto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One step fails (disk full, input/output error) and the process lives on."""
    for step in itertools.count():
        scene = Scene(tmp_path / str(step), file_into, second=True)
        asked: list[str] = []

        def failing(name: str, asked: list[str] = asked, step: int = step) -> Callable[..., Any]:
            real: Callable[..., Any] = getattr(durable, name)

            def run(*args: Any) -> Any:
                asked.append(name)
                if len(asked) == step + 1:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return real(*args)

            return run

        with monkeypatch.context() as patch:
            for name in STEPS:
                patch.setattr(durable, name, failing(name))
            try:
                scene.file()
            except ArchiveError as error:
                problem = error.problem
            else:
                problem = ""
        filed = len(scene.archive.versions("ZB1")) == 2
        assert filed or "No space left" in problem
        # what was given away is back where it was, unless it is filed
        assert filed or (scene.work / "moved").read_bytes() == b"moved"
        ask_then_file(scene)
        scene.check_done()
        if len(asked) <= step:
            break
    assert set(asked) == set(STEPS)
