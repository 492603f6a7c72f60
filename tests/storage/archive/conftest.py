"""An archive in a temporary folder, and a way to file into it in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest

from storage.archive import Archive, Content, FiledVersion

BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2021, 6, 16, 12, 0, 0, tzinfo=BEIJING)


def put(
    archive: Archive,
    object_id: str,
    files: Mapping[str, bytes | Content],
    *,
    message: str = "收到一份材料",
    expects: int | None = None,
) -> FiledVersion:
    return archive.file(
        object_id,
        {
            path: content if isinstance(content, Content) else Content(data=content)
            for path, content in files.items()
        },
        created=NOON,
        message=message,
        user_name="intake",
        user_address="mailto:intake@example.org",
        expects=expects,
    )


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive" / "national-2021", tmp_path / "staging")


@pytest.fixture
def file_into() -> Callable[..., FiledVersion]:
    """Files bytes (or Content) by path: `file_into(archive, object_id, {path: bytes})`."""
    return put


@pytest.fixture
def file(archive: Archive) -> Callable[..., FiledVersion]:
    """The same, into this test's archive."""
    return partial(put, archive)


@pytest.fixture
def left_in_staging(archive: Archive) -> Callable[[], list[str]]:
    """What lies in staging besides the locks that stay."""

    def names() -> list[str]:
        return sorted(path.name for path in archive.staging.glob("*") if path.name != "locks")

    return names
