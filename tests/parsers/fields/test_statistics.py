"""Lines of statistics tables: columns by their heads, wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl

from model.document import Block, BlockKind, Document, StatisticsRow
from parsers.documents.read import read_document
from parsers.fields import read_statistics
from programmes import find_programme

RULES = find_programme("provincial-2021").fields
HEAD = [
    "序号",
    "市",
    "申报单位全称",
    "统一社会信用代码",
    "标杆名称",
    "联系人",
    "电话",
    "手机",
    "备注",
]
ONE = ["1", "济南市", "泰山机械有限公司", "91110108551385082Q", "零缺陷", "王某", "0531-88880000",
       "13812345678", ""]  # fmt: skip
TWO = ["2", "青岛市", "海辰电子有限公司", "91110000600037341L", "数字孪生", "李某", "0532-88880000",
       "13912345678", "续报"]  # fmt: skip


def _read(*tables: Sequence[Sequence[str]], pages: Sequence[int] = ()) -> tuple[StatisticsRow, ...]:
    blocks = tuple(
        Block(BlockKind.TABLE, "", page=pages[number] if pages else 0, rows=tuple(map(tuple, rows)))
        for number, rows in enumerate(tables)
    )
    return read_statistics(Document("x", blocks=blocks), RULES)


def test_lines_by_their_heads_without_titles_and_totals() -> None:
    title = ["申报企业统计表", *[""] * 8]
    total = ["合计", "", "2家", *[""] * 6]
    end = ["填表人：张某", *[""] * 8]
    rows = _read([title, HEAD, ONE, TWO, ["3", *[""] * 8], total, end])
    assert [one.row for one in rows] == [3, 4]
    assert rows[0].values == {
        "city": "济南市", "full_name": "泰山机械有限公司", "uscc": "91110108551385082Q",
        "title": "零缺陷", "contact": "王某", "phone": "0531-88880000", "mobile": "13812345678",
    }  # fmt: skip
    assert rows[1].values["remarks"] == "续报"


def test_the_order_of_columns_decides_nothing() -> None:
    turned = [list(reversed(row)) for row in (HEAD, ONE, TWO)]
    assert [one.values for one in _read(turned)] == [one.values for one in _read([HEAD, ONE, TWO])]


def test_a_head_of_two_rows() -> None:
    head = ["序号", "单位名称", "联系方式", "", "", "近三年营业收入", ""]
    below = ["", "", "联系人", "电话", "手机", "2019年", "2020年"]
    rows = _read(
        [
            head,
            below,
            ["1", "泰山机械有限公司", "王某", "0531-88880000", "13812345678", "10", "1,020"],
        ]
    )
    assert [one.values for one in rows] == [
        {
            "full_name": "泰山机械有限公司", "contact": "王某", "phone": "0531-88880000",
            "mobile": "13812345678", "revenue_2019": "10", "revenue_2020": "1020",
        }
    ]  # fmt: skip


def test_over_pages_the_head_is_once_there_or_on_each() -> None:
    again = [HEAD, TWO]
    for rest in (again, [TWO]):
        rows = _read([HEAD, ONE], rest, pages=(1, 2))
        assert [one.values["full_name"] for one in rows] == ["泰山机械有限公司", "海辰电子有限公司"]
        assert [one.page for one in rows] == [1, 2]


def test_a_form_is_no_statistics_table() -> None:
    assert (
        _read([["联系人", "王某", "手机", "13812345678"], ["电话", "0531-88880000", "传真", ""]])
        == ()
    )


def test_a_wrong_value_makes_a_line_less_sure() -> None:
    wrong = [*ONE]
    wrong[3] = "91110108551385082X"
    sure, doubtful = _read([HEAD, ONE, wrong])
    assert doubtful.confidence < sure.confidence
    assert doubtful.values["uscc"] == "91110108551385082X"


def test_a_table_without_a_head_is_left_alone() -> None:
    assert _read([ONE, TWO]) == ()
    assert len(_read([HEAD, ONE], [ONE, TWO], pages=(1, 1))) == 1


def test_a_workbook_with_other_sheets(tmp_path: Path) -> None:
    """Each sheet stands for itself: the second has other columns, the third is no such table."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["申报企业统计表"])
    first.merge_cells("A1:I1")
    first.append(HEAD)
    first.append(ONE)
    second = book.create_sheet("补充")
    second.append(["单位名称", "手机", "项目名称"])
    second.append(["海辰电子有限公司", 13912345678, "数字孪生"])
    book.create_sheet("说明").append(["请", "按", "要求", "填写"])
    path = tmp_path / "统计表.xlsx"
    book.save(path)
    rows = read_statistics(read_document(path), RULES)
    assert [(one.page, one.values["full_name"], one.values["mobile"]) for one in rows] == [
        (1, "泰山机械有限公司", "13812345678"),
        (2, "海辰电子有限公司", "13912345678"),
    ]
