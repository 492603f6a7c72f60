"""Names that mail programs make up, and names that people give."""

from __future__ import annotations

import pytest

from model.made_up_names import is_made_up

MADE_UP = (
    "", "ATT00001.bin", "ATT00001", "att00012.rar", "ATT000010001.dat", "tcmime.bin",
    "tcmime.1234.bin", "tcmime1.rar", "attachment.rar", "Attachment(1).zip", "attachment",
    "mime-attachment.rar", "未命名.rar", "未命名附件 2.rar", "无标题.zip", "untitled.rar",
    "Untitled attachment 00012.zip", "noname", "noname.rar", "unnamed.7z", "Part 1.2.rar",
    "ATT00001.part1.rar", "attachment.7z.001",
)  # fmt: skip
GIVEN = (
    "ZB20210137+济南某某有限公司.rar", "材料.rar", "申报材料.rar", "ATT有限公司.rar", "1.rar",
    "ATT00001+济南某某有限公司.rar", "attachment-济南某某有限公司.rar", "某某重工.rar",
    "ZB20210137.rar", "未命名有限公司.rar", "附件1.rar", "noname有限公司.rar", "a" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("name", MADE_UP)
def test_made_up(name: str) -> None:
    assert is_made_up(name)


@pytest.mark.parametrize("name", GIVEN, ids=[one[:40] for one in GIVEN])
def test_given(name: str) -> None:
    assert not is_made_up(name)
