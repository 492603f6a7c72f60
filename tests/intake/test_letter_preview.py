"""Every letter with sample data, for every programme that ships."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from intake.letter_preview import KINDS, preview_letter
from intake.letter_samples import RECEIPT_NO, SAMPLES
from intake.settings import Settings
from model.errors import IntakeError, SettingsError
from model.verdict import ReceiptKind
from programmes import find_programme, shipped_programmes
from receipts.wording import read_wording
from tests.services.prefect import tool

TITLES = {name: one["title"] for name, one in read_wording(None)["kinds"].items()}
PROGRAMMES = sorted(shipped_programmes())


def test_no_kind_is_left_out() -> None:
    assert set(KINDS) == {one.value for one in ReceiptKind} - {"none"} | {"closed"}
    assert set(KINDS) == set(TITLES)


@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_each_programme(name: str, programme: str) -> None:
    files = preview_letter(name, find_programme(programme), Settings())
    text, html = files[f"{name}.txt"].decode(), files[f"{name}.html"].decode()
    title = re.sub(r"\{.*?\}\}?", "2", TITLES[name])
    assert text.startswith("主题：【")
    assert title in text.splitlines()[0]
    assert title in html
    if name not in SAMPLES:
        assert set(files) == {f"{name}.txt", f"{name}.html"}
        return
    assert RECEIPT_NO in text
    pictures = [data for file, data in files.items() if file.endswith(".png")]
    assert all(one.startswith(b"\x89PNG") for one in pictures)
    with pypdfium2.PdfDocument(files[f"{name}.pdf"]) as document:
        assert len(document) == len(pictures)
        words = re.sub(r"\s", "", document[0].get_textpage().get_text_range())
    assert "样张" in words
    assert title in words


def test_a_kind_that_there_is_not() -> None:
    with pytest.raises(IntakeError, match="no letter 'finished'"):
        preview_letter("finished", find_programme("national-2021"), Settings())


def test_a_fault_in_a_template_is_seen_before_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "receipt.typ").write_text("#nobody", "utf-8")
    with pytest.raises(SettingsError, match=r"receipt\.typ"):
        preview_letter(
            "complete", find_programme("national-2021"), Settings(templates_dir=tmp_path)
        )


def test_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [tool("intake"), "receipts", "preview", "--kind", "returned", "--into", "shown"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    names = ["returned.txt", "returned.html", "returned.pdf", "returned.png"]
    assert done.stdout.split() == [f"shown/{name}" for name in names]
    assert all((tmp_path / "shown" / name).stat().st_size for name in names)
    assert not (tmp_path / "var").exists()
