"""The reading benchmark's corpus: the same seeds give the same files, and the truth is in them."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from benchmarks.fuzz_changes import changed
from benchmarks.read_case import Case, Workshop
from benchmarks.read_corpus import GROUPS
from benchmarks.read_measure import Score
from parsers.documents.read import read_document

MADE_HERE = ("docx texts", "docx pledges", "pdf two columns", "ofd pledges")


def _made(folder: Path, group: str) -> list[Case]:
    make, _most = GROUPS[group]
    return list(make(Workshop(folder), 1) or ())


@pytest.mark.parametrize("group", [*MADE_HERE, "scan pledges", "xlsx tables", "pptx slides"])
def test_the_same_seeds_give_the_same_files(group: str, tmp_path: Path) -> None:
    first, again = _made(tmp_path / "a", group), _made(tmp_path / "b", group)
    assert [case.path.read_bytes() for case in first] == [case.path.read_bytes() for case in again]
    assert [case.text for case in first] == [case.text for case in again]
    assert first[0].text


@pytest.mark.parametrize("group", MADE_HERE)
def test_the_truth_is_what_stands_in_the_file(group: str, tmp_path: Path) -> None:
    (case,) = _made(tmp_path, group)
    score = Score()
    score.add_text(case, "\n".join(block.text for block in read_document(case.path).blocks))
    assert score.missing == []
    assert score.error_rate <= 0.002


def test_without_libreoffice_its_classes_are_told_from_empty_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    make, _most = GROUPS["doc pledges"]
    assert make(Workshop(tmp_path), 1) is None


def test_changes_differ_and_are_repeated_by_their_seed(tmp_path: Path) -> None:
    data = _made(tmp_path, "docx pledges")[0].path.read_bytes()
    one = [changed(data, data, random.Random(seed)) for seed in range(20)]
    assert one == [changed(data, data, random.Random(seed)) for seed in range(20)]
    assert sum(each != data for each in one) >= 18
