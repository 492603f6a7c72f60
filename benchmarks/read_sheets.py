"""Workbooks and slides of the reading benchmark, with what is to be read in them."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime

import openpyxl
import pptx
from openpyxl.comments import Comment
from pptx.util import Cm

from benchmarks.read_papers import Aside, company, person, prose
from console.demo.papers import with_fixed_times

_ROWS = 60
_HEAD = ("序号", "申报单位全称", "标杆名称", "联系人", "手机", "营业收入（万元）", "备注")
_TIME = datetime(2021, 6, 1, 9, 0, tzinfo=UTC).replace(tzinfo=None)


def workbook(seed: int) -> tuple[str, tuple[Aside, ...], bytes]:
    """A statistics table on two sheets: the text row by row, what lies beside it, the file."""
    chance = random.Random(f"sheet {seed}")
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = _TIME
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业名册"
    lines: list[list[str]] = [["申报企业统计表"], list(_HEAD)]
    sheet.append(["申报企业统计表"])
    sheet.merge_cells("A1:G1")
    sheet.append(list(_HEAD))
    for number in range(1, _ROWS + 1):
        mobile = f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"
        income = chance.randrange(100, 90_000)
        row = [company(chance), chance.choice(("精益生产", "六西格玛", "数字孪生")), person(chance)]
        note = prose(chance, 1) if number % 20 == 0 else ""
        sheet.append([number, *row, mobile, income, note])
        lines.append([str(number), *row, mobile, str(income), note])
    words = f"统计表批注里的说明文字{seed}{chance.randrange(1000)}"
    sheet["B3"].comment = Comment(words, "审稿人")
    second = book.create_sheet("填表说明")
    second["A1"] = prose(chance, 1)
    lines.append([str(second["A1"].value)])
    hidden = book.create_sheet("内部底稿")
    secret = f"隐藏工作表里的内部备注{seed}{chance.randrange(1000)}"
    hidden["A1"], hidden.sheet_state = secret, "hidden"
    target = io.BytesIO()
    book.save(target)
    text = "\n".join("\t".join(line) for line in lines)
    names = [Aside("sheet name", name) for name in book.sheetnames]
    found = (Aside("comment", words), Aside("hidden sheet", secret), *names)
    return text, found, _fixed(target)


def deck(seed: int) -> tuple[str, tuple[Aside, ...], bytes]:
    """Twelve slides with titles, points, a table and notes."""
    chance = random.Random(f"slides {seed}")
    show = pptx.Presentation()
    show.core_properties.created = show.core_properties.modified = _TIME
    lines: list[str] = []
    asides: list[Aside] = []
    for number in range(1, 13):
        slide = show.slides.add_slide(show.slide_layouts[1 if number % 4 else 5])
        title = f"第{number}部分 质量改进成果"
        slide.shapes.title.text = title
        lines.append(title)
        if number % 4:
            points = [prose(chance, 1) for _ in range(4)]
            slide.placeholders[1].text = "\n".join(points)
            lines += points
        else:
            rows = [["指标", "2019年", "2020年"]]
            rows += [
                [word, str(chance.randrange(1000)), str(chance.randrange(1000))]
                for word in ("合格率", "返修率", "专利")
            ]
            frame = slide.shapes.add_table(len(rows), 3, Cm(2), Cm(5), Cm(20), Cm(6))
            for at, row in enumerate(rows):
                for place, text in enumerate(row):
                    frame.table.cell(at, place).text = text
            lines += [text for row in rows for text in row]
        if number % 3 == 0:
            words = f"演讲者备注里的说明文字{seed}{number:02}{chance.randrange(1000)}"
            slide.notes_slide.notes_text_frame.text = words
            asides.append(Aside("words for the speaker", words))
    target = io.BytesIO()
    show.save(target)
    return "\n".join(lines), tuple(asides), _fixed(target)


def _fixed(target: io.BytesIO) -> bytes:
    return with_fixed_times(target.getvalue())
