"""Which names are filed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.errors import ArchiveError
from storage.archive import Archive, FiledVersion, layout

File = Callable[..., FiledVersion]

PART = st.one_of(
    st.sampled_from(["", ".", "..", "a", "A", "é", "e\u0301", "推荐表", "a" * 255, "表" * 86]),
    st.text(max_size=6),
)
PATHS = st.lists(
    st.lists(PART, min_size=1, max_size=4).map("/".join), min_size=1, max_size=5, unique=True
)


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "a/./b"),
        *("a\n", "\x00", "a/\x1b[0m", "\udc80"),
        *("表" * 86, "a/" + "b" * 256 + "/c", "/".join(["b" * 250] * 20)),
    ],
)
def test_a_path_that_cannot_be_a_file_is_refused(archive: Archive, file: File, path: str) -> None:
    with pytest.raises(ArchiveError, match="Path"):
        file("ZB1", {"message.eml": b"fine", path: b"not"})
    assert not archive.root.exists()


@pytest.mark.parametrize(
    "paths", [("a", "a/b"), ("a/b/c", "a/b"), ("é", "e\u0301"), ("é/a", "e\u0301")]
)
def test_paths_that_are_in_one_anothers_way_are_refused(
    archive: Archive, file: File, paths: tuple[str, str]
) -> None:
    with pytest.raises(ArchiveError, match=r"twice|file and a folder"):
        file("ZB1", dict.fromkeys(paths, b"x"))
    assert not archive.root.exists()


def test_the_longest_path_that_is_taken_can_be_filed(archive: Archive, file: File) -> None:
    room = layout.PATH_BYTES
    longest = ""
    while not longest:
        path = "/".join(["长" * 80] * (room // 241) + ["x" * (room % 241)]).strip("/")
        try:
            layout.check_logical_paths([path], above=archive._longest_above("ZB1"))
        except ArchiveError:
            room -= 1
        else:
            longest = path
    assert len(longest.encode()) > 3_000
    filed = file("ZB1", {longest: b"x"})
    assert filed.path(longest).read_bytes() == b"x"


@given(PATHS)
@settings(deadline=None, max_examples=200)
def test_what_is_taken_lies_inside_and_apart(paths: list[str]) -> None:
    try:
        taken = layout.check_logical_paths(paths, above=100)
    except ArchiveError:
        alone = [normalize("NFC", path) for path in paths]
        # a refusal has a reason: a bad part, or two that cannot both be
        assert any(layout.path_problem(path) for path in alone) or any(
            one == other or other.startswith(one + "/")
            for n, one in enumerate(alone)
            for m, other in enumerate(alone)
            if n != m
        )
        return
    assert [normalize("NFC", path) for path in paths] == list(taken)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name).resolve()
        for path in taken:
            target = base / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x") as stream:
                stream.write(path)
            assert target.resolve().is_relative_to(base)
        assert sum(1 for path in base.rglob("*") if path.is_file()) == len(paths)


@given(st.dictionaries(st.lists(PART, min_size=1, max_size=3).map("/".join), st.binary()))
@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_filed_is_valid_and_reads_back(
    archive: Archive, file: File, files: dict[str, bytes]
) -> None:
    object_id = hashlib.sha256(repr(files).encode()).hexdigest()
    try:
        layout.check_logical_paths(files, above=500)
    except ArchiveError:
        return
    if not files:
        return
    filed = file(object_id, files)
    assert {normalize("NFC", path): data for path, data in files.items()} == {
        path: filed.path(path).read_bytes() for path in filed.state
    }
    assert archive.validate(object_id) == ()
