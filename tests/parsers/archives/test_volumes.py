from __future__ import annotations

from pathlib import Path

import pytest

from parsers.archives import volume_number
from parsers.archives.volumes import volume_set


def beside(*names: str) -> dict[str, Path]:
    return {name: Path("/mail", name) for name in names}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("a.part1.rar", 1),
        ("a.PART02.RAR", 2),
        ("a.part0.rar", 0),
        ("a.rar", 0),
        ("a.r00", 2),
        ("a.r01", 3),
        ("a.s00", 102),
        ("a.z01", 1),
        ("a.Z100", 100),
        ("a.y99", 801),
        ("a.7z.001", 1),
        ("a.7z.012", 12),
        ("材料.pdf", 0),
    ],
)
def test_volume_number(name: str, number: int) -> None:
    assert volume_number(name) == number


def test_a_file_alone_is_no_set() -> None:
    assert volume_set("a.rar", beside("a.rar", "b.rar", "b.r00")) is None
    assert volume_set("a.pdf", beside("a.pdf")) is None


@pytest.mark.parametrize(
    ("name", "siblings", "numbers", "gaps"),
    [
        ("a.part1.rar", ("a.part1.rar", "A.part3.rar", "b.part2.rar"), [1, 3], ("a.part2.rar",)),
        ("a.part02.rar", ("a.part02.rar",), [2], ("a.part01.rar",)),
        ("a.rar", ("a.rar", "a.r00", "a.r02"), [1, 2, 4], ("a.r01",)),
        ("a.r00", ("a.r00",), [2], ("a.rar",)),
        ("a.7z.001", ("a.7z.001", "a.7z.003", "a.zip.002"), [1, 3], ("a.7z.002",)),
    ],
)
def test_sets(
    name: str, siblings: tuple[str, ...], numbers: list[int], gaps: tuple[str, ...]
) -> None:
    found = volume_set(name, beside(*siblings))
    assert found is not None
    assert sorted(found.files) == numbers
    assert found.gaps() == gaps


def test_lay_out(tmp_path: Path) -> None:
    for name in ("某单位.part1.rar", "某单位.part2.rar"):
        (tmp_path / name).write_text(name)
    found = volume_set("某单位.part1.rar", {path.name: path for path in tmp_path.iterdir()})
    assert found is not None
    folder = tmp_path / "set"
    folder.mkdir()
    first = found.lay_out(folder)
    assert first.read_text() == "某单位.part1.rar"
    assert sorted(path.name for path in folder.iterdir()) == [
        "volume.part00001.rar",
        "volume.part00002.rar",
    ]
    assert found.missing_name("/x/volume.part00003.rar") == "某单位.part3.rar"
