"""Papers of an applicant, made from a file's name: its ending says the format, a word in it which
paper it is. Small and quick to read; what has to look like a real scan is in `scans`."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache

import xlsxwriter
from PIL import Image

from console.demo.papers import pdf_text, with_fixed_times
from tests.builders.ofd_writer import Ofd, package_of
from tests.builders.ofd_writer import text as ofd_text
from tests.builders.papers import locked_pdf, paragraph, raw_docx
from tests.builders.word_binary import Run, Word
from tests.cases.applicant import Applicant

Maker = Callable[[Applicant], bytes]

TABLE_HEAD = (
    "序号", "市", "申报单位全称", "统一社会信用代码", "标杆名称", "所属行业", "企业类型", "联系人",
    "电话", "手机", "邮箱", "备注",
)  # fmt: skip


def paper(path: str) -> Maker:
    """The paper that a file of this name would be."""
    stem, _, ending = path.rsplit("/", 1)[-1].rpartition(".")

    def make(who: Applicant) -> bytes:
        return in_format(ending.lower(), _lines(stem, who))

    return make


def saying(ending: str, *lines: str) -> Maker:
    """A file of this format that says this, with 编号 and 单位 filled in."""
    return lambda who: in_format(ending, [who.fill(line) for line in lines])


def form(ending: str, *, number: str = "{编号}", name: str = "{单位}", code: str = "") -> Maker:
    """A 推荐表 whose cells are filled in; number, name, code: "" where the cell is left out."""
    cells = [("申报编号", number), ("企业名称", name), ("统一社会信用代码", code),
             ("标杆名称", "全流程质量管控"), ("所属行业", "通用设备制造业"), ("联系人",
                     "王工")]  # fmt: skip
    lines = [f"{label}：{value}" for label, value in cells if value]
    return saying(ending, "质量标杆推荐表", *lines)


def statistics(*names: str) -> Maker:
    """A 申报企业统计表 with a row for each unit, the applicant where none is given."""

    def make(who: Applicant) -> bytes:
        rows = [
            (str(place), "济南市", who.fill(name), "91110108551385082Q", "全流程质量管控",
             "通用设备制造业", "民营企业", "王工", "0531-12345678", "13800000000", "a@example.cn",
             "")
            for place, name in enumerate(names or ("{单位}",), 1)
        ]  # fmt: skip
        return _sheet(("申报企业统计表",), TABLE_HEAD, *rows)

    return make


def fixed(data: bytes) -> Maker:
    return lambda _: data


def locked(who: Applicant) -> bytes:
    """A PDF that asks for a password."""
    return locked_pdf() + b"%" + who.key.encode()


def broken(who: Applicant) -> bytes:
    """A PDF of which only the beginning is there."""
    return b"%PDF-1.4\n%" + who.key.encode() + b"\n1 0 obj\n<< /Type /Cat"


def in_format(ending: str, lines: Sequence[str]) -> bytes:
    """These lines as a file of this format. Raises: KeyError for one that is not known here."""
    return _WRITERS[ending](lines)


def _lines(stem: str, who: Applicant) -> list[str]:
    for word, lines in _PAPERS.items():
        if word in stem:
            return [who.fill(line) for line in lines]
    return [stem, f"{who.name}提供。"]


_PAPERS = {
    "承诺": ["承诺书", "本单位承诺：所提交的材料真实、准确、完整。", "{单位}", "2021年5月10日"],
    "推荐表": ["质量标杆推荐表", "{单位}推行卓越绩效模式，拟推荐为质量标杆。"],
    "推荐文件": ["关于推荐2021年质量标杆的函", "现推荐{单位}等单位，请予审核。"],
    "统计表": ["申报企业统计表", "1 济南市 {单位} 全流程质量管控"],
    "申报材料": ["质量标杆申报材料", "{单位}（{编号}）质量标杆经验：推行全面质量管理。"],
    "申请表": ["创新之星申请表", "{单位}"],
}


def _docx(lines: Sequence[str]) -> bytes:
    return raw_docx("".join(paragraph(line) for line in lines))


def _doc(lines: Sequence[str]) -> bytes:
    return Word([Run("".join(f"{line}\r" for line in lines))]).build()


def _ofd(lines: Sequence[str]) -> bytes:
    page = "".join(ofd_text(20, 20 + 8 * place, line) for place, line in enumerate(lines))
    return package_of(Ofd([page]).parts())


def _sheet(*rows: Sequence[str]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2021, 5, 10, tzinfo=UTC)})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, list(row))
    book.close()
    return with_fixed_times(target.getvalue())


def _picture(form_: str, lines: Sequence[str]) -> bytes:
    target = io.BytesIO()
    shade = 200 + sum("".join(lines).encode()) % 56
    Image.new("RGB", (64, 90), (shade, shade, 255 - len(lines))).save(target, form_)
    return target.getvalue() + "".join(lines).encode()  # what nobody shares


@cache
def _unreadable() -> bytes:
    return bytes(range(1, 256)) * 4


_WRITERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "pdf": lambda lines: pdf_text([lines]),
    "docx": _docx,
    "doc": _doc,
    "wps": _doc,
    "ofd": _ofd,
    "xlsx": lambda lines: _sheet(*([line] for line in lines)),
    "jpg": lambda lines: _picture("JPEG", lines),
    "png": lambda lines: _picture("PNG", lines),
    "txt": lambda lines: "\n".join(lines).encode(),
    "db": lambda _lines: _unreadable(),
    "ds_store": lambda _lines: _unreadable(),
}
