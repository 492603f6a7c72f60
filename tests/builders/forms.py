"""Filled-in forms with known values, in three layouts, as Word, as PDF with text, as pictures.

`form(layout, seed)` gives the values (field id → as `read_fields` is to say them) and the rows; the
writers make files of the rows. The same arguments give the same bytes.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import docx as python_docx
import pylopdf_fonts_zh_cn as fonts
from PIL import Image, ImageDraw, ImageFont

from console.demo.papers import A4, pdf_of, text_at, with_fixed_times
from console.demo.seal import draw_seal

LAYOUTS = ("pairs", "groups", "lines")


class Cell(NamedTuple):
    """across, down: grid columns and rows that it covers."""

    text: str
    across: int = 1
    down: int = 1


Row = str | tuple[Cell, ...]
"""A line outside of tables, or a table's row without the cells that one above covers."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIGURES = ("assets", "revenue", "profit")
YEARS = ("2018", "2019", "2020")
_WIDTH, _LEFT, _TOP, _BOTTOM = 475.0, 60.0, 60.0, 780.0
_SIZE, _LEADING, _PAD = 10.5, 15.0, 4.0

CITIES = ("济南", "青岛", "淄博", "枣庄", "东营", "烟台", "潍坊", "济宁", "泰安", "威海", "临沂")
BRANDS = ("泰山", "海辰", "鲁信", "天岳", "华光", "金麒麟", "东岳", "兴源", "龙泉", "三维", "圣泉")
TRADES = ("机械制造", "电子科技", "生物医药", "新材料", "纺织", "食品", "装备", "化工", "轮胎")
ENDINGS = ("有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
INDUSTRIES = ("通用设备制造业", "医药制造业", "食品制造业", "纺织业", "化学原料和化学制品制造业")
KINDS = ("国有企业", "民营企业", "外商投资企业", "股份制企业")
TITLES = ("基于数字孪生的全流程质量管控", "全员参与的“零缺陷”质量改善", "面向客户的质量追溯体系",
          "精益六西格玛管理模式的实践", "以标准化为核心的供应链协同质量管理经验")  # fmt: skip
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
GIVEN = ("伟", "芳", "秀英", "建国", "志强", "晓明", "丽华", "海燕", "文博", "子轩", "欣怡", "国栋")
POSTS = ("董事长", "总经理", "质量部部长", "办公室主任", "体系主管", "副总经理")
PHRASES = (
    "公司坚持质量第一的方针，",
    "建立了覆盖设计、采购、制造、服务全过程的质量管理体系，",
    "推行首件检验和过程能力分析，",
    "关键工序合格率由96.2%提高到99.6%，",
    "客户投诉同比下降42%，",
    "形成了可复制、可推广的管理经验。",
    "先后获得市长质量奖和省级技术中心称号。",
)


def uscc(chance: random.Random) -> str:
    """A valid 统一社会信用代码 (GB 32100)."""
    body = "9137" + "".join(chance.choices("0123456789", k=4))
    body += "".join(chance.choices(ALPHABET, k=9))
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + ALPHABET[-total % 31]


def form(layout: str, seed: int) -> tuple[dict[str, str], tuple[Row, ...]]:
    """layout: one of LAYOUTS."""
    chance = random.Random(f"{layout} {seed}")
    values = _values(chance)
    rows = {"pairs": _pairs, "groups": _groups, "lines": _lines}[layout](values, chance)
    return _truth(values), rows


def _truth(values: dict[str, str]) -> dict[str, str]:
    """As read_fields is to say them: no separators of thousands, numbers of phones as dialled."""
    plain = dict(values)
    for key in plain:
        if key.split("_")[0] in FIGURES or key in ("employees", "quality_staff"):
            plain[key] = plain[key].replace(",", "")
    plain["mobile"] = plain["mobile"].replace("-", "").replace(" ", "")
    return {key: value for key, value in plain.items() if value and key != "unit"}


def _values(chance: random.Random) -> dict[str, str]:
    city = chance.choice(CITIES)
    brand, trade = chance.choice(BRANDS), chance.choice(TRADES)
    bracket = chance.choice(["山东", "（山东）", f"{city}"])
    name = (f"{brand}{bracket}{trade}" if bracket[0] == "（" else f"{bracket}{brand}{trade}") + (
        chance.choice(ENDINGS)
    )
    mobile = f"1{chance.choice('3578')}{chance.randrange(10**9):09d}"
    unit = chance.choice(["万元", "万元", "亿元", "元"])
    values = {
        "application_no": f"ZB2021{chance.randrange(10_000):04d}",
        "full_name": name,
        "uscc": uscc(chance),
        "title": chance.choice(TITLES),
        "industry": chance.choice(INDUSTRIES),
        "enterprise_type": chance.choice(KINDS),
        "city": f"{city}市",
        "address": f"山东省{city}市高新区科技路{chance.randrange(1, 999)}号",
        "legal_representative": chance.choice(SURNAMES) + chance.choice(GIVEN),
        "contact": chance.choice(SURNAMES) + chance.choice(GIVEN),
        "position": chance.choice(POSTS),
        "mobile": chance.choice([mobile, mobile, f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}",
                                 f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}"]),
        "phone": f"05{chance.randrange(30, 40)}-{chance.randrange(2_000_000, 89_999_999)}",
        "fax": f"05{chance.randrange(30, 40)}-{chance.randrange(2_000_000, 89_999_999)}",
        "email": f"{chance.choice(['zlb', 'office', 'qc_dept', 'li.ming'])}{chance.randrange(99)}"
        f"@{chance.choice(['taishan-jx.com', 'example.com.cn', '163.com'])}",
        "employees": str(chance.randrange(20, 30_000)),
        "quality_staff": str(chance.randrange(2, 400)),
        "recommended_by": f"{city}市工业和信息化局",
        "summary": "".join(chance.choices(PHRASES, k=chance.randrange(4, 9))),
        "unit": unit,
    }  # fmt: skip
    for name_ in FIGURES:
        for year in YEARS:
            values[f"{name_}_{year}"] = _amount(chance, unit)
    if chance.random() < 0.3:
        values["fax"] = ""
    return values


def _amount(chance: random.Random, unit: str) -> str:
    if unit == "亿元":
        return f"{chance.randrange(1, 90_000) / 100:.2f}"
    number = chance.randrange(100, 900_000) * (10_000 if unit == "元" else 1)
    shown = f"{number:,}" if chance.random() < 0.4 else str(number)
    return f"{shown}.{chance.randrange(100):02d}" if chance.random() < 0.5 else shown


def _pairs(v: dict[str, str], chance: random.Random) -> tuple[Row, ...]:
    """Label and value side by side; three years in columns of their own."""
    c = Cell
    unit = v["unit"]
    return (
        "质量标杆推荐表",
        f"申报编号：{v['application_no']}        填表日期：2021年5月12日",
        (c("企业名称\n（加盖公章）"), c(v["full_name"], 5)),
        (c("统一社会信用代码"), c(v["uscc"], 2), c("企业类型"), c(v["enterprise_type"], 2)),
        (c("标杆名称"), c(v["title"], 5)),
        (c("所属行业"), c(v["industry"], 2), c("所在市"), c(v["city"], 2)),
        (c("地    址"), c(v["address"], 5)),
        (c("法定代表人"), c(v["legal_representative"]), c("职务"), c("董事长"), c("电话"),
         c("0531-88880000")),
        (c("联 系 人"), c(v["contact"]), c("职  务"), c(v["position"]), c("手机"), c(v["mobile"])),
        (c("电话"), c(v["phone"]), c("传真"), c(v["fax"]), c("E-mail"), c(v["email"])),
        (c("员工人数"), c(f"{v['employees']}人", 2), c("质量专业人数"), c(v["quality_staff"], 2)),
        (c("近三年情况", 3), *(c(f"{year}年") for year in YEARS)),
        *(
            (c(f"{label}（{unit}）", 3), *(c(v[f"{key}_{year}"]) for year in YEARS))
            for key, label in zip(FIGURES, ("资产总额", "营业收入", "营业利润"), strict=True)
        ),
        (c("摘要（500字以内）"), c(v["summary"], 5)),
        (c("推荐单位"), c(v["recommended_by"], 5)),
    )  # fmt: skip


def _groups(v: dict[str, str], chance: random.Random) -> tuple[Row, ...]:
    """Groups named in a merged cell at the left, labels broken over lines, years going down."""
    c = Cell
    return (
        "2021年质量标杆申报表",
        (c("申报编号", 2), c(v["application_no"], 2), c("申报日期"), c("2021年5月12日", 2)),
        (c("一、企业基本情况", 7),),
        (c("基本情况", 1, 5), c("申报单位\n全    称"), c(v["full_name"], 5)),
        (c("统一社会\n信用代码"), c(v["uscc"], 2), c("所属行业："), c(v["industry"], 2)),
        (c("案例名称"), c(v["title"], 5)),
        (c("单位性质"), c(v["enterprise_type"], 2), c("市"), c(v["city"], 2)),
        (c("通讯地址"), c(v["address"], 5)),
        (c("联系方式", 1, 3), c("法人代表"), c(v["legal_representative"], 2), c("联系人姓名"),
         c(v["contact"], 2)),
        (c("联系人职务"), c(v["position"], 2), c("移动电话"), c(v["mobile"], 2)),
        (c("联系电话"), c(v["phone"]), c("传  真"), c(v["fax"]), c("电子\n邮箱"), c(v["email"])),
        (c("职工总数"), c(v["employees"], 2), c("其中：质量专业人员数", 2),
         c(v["quality_staff"], 2)),
        (c(f"近三年主要经济指标（单位：{v['unit']}）", 7),),
        (c("年度"), c("资产总额", 2), c("营业收入", 2), c("营业利润", 2)),
        *(
            (c(f"{year}年"), *(c(v[f"{key}_{year}"], 2) for key in FIGURES))
            for year in YEARS
        ),
        (c("二、摘要", 7),),
        (c("内容摘要\n（限500字）", 2), c(v["summary"], 5)),
        (c("推荐单位\n（盖章）", 2), c(v["recommended_by"], 5)),
    )  # fmt: skip


def _lines(v: dict[str, str], chance: random.Random) -> tuple[Row, ...]:
    """A cover of lines with rules to write on, then a table with the labels above."""
    c = Cell
    return (
        "全国质量标杆推荐表",
        f"申报编号：__{v['application_no']}__",
        f"企业名称（加盖公章）：__{v['full_name']}__",
        f"统一社会信用代码：{v['uscc']}",
        f"标 杆 名 称：__{v['title']}______",
        f"所属行业：{v['industry']}    企业类型：{v['enterprise_type']}",
        f"所在市：{v['city']}",
        f"地  址：{v['address']}",
        f"法定代表人：{v['legal_representative']}",
        f"联系人：{v['contact']}  职务：{v['position']}  手机：{v['mobile']}",
        f"电话：{v['phone']}  传真：{v['fax'] or '________'}",
        f"电子邮箱：{v['email']}",
        (c("员工人数"), c("质量专业人数"), c("推荐单位", 3)),
        (c(v["employees"]), c(v["quality_staff"]), c(v["recommended_by"], 3)),
        f"近三年经营情况    单位：{v['unit']}",
        (c("指标", 2), *(c(f"{year}年度") for year in YEARS)),
        *(
            (c(label, 2), *(c(v[f"{key}_{year}"]) for year in YEARS))
            for key, label in zip(FIGURES, ("总资产", "主营业务收入", "利润总额"), strict=True)
        ),
        (c("摘  要（不超过500字）"), c(v["summary"], 4)),
    )


def as_lines(rows: Sequence[Row]) -> list[str]:
    """The rows as plain text: the cells of a row joined by tabs."""
    return [row if isinstance(row, str) else "\t".join(cell.text for cell in row) for row in rows]


def as_docx(rows: Sequence[Row]) -> bytes:
    """Word, each run of table rows a table with merged cells."""
    document = python_docx.Document()
    for first, part in _parts(rows):
        if isinstance(part, str):
            document.add_heading(part, 1) if first else document.add_paragraph(part)
            continue
        placed = list(_placed(part))
        table = document.add_table(rows=len(part), cols=_columns(part))
        table.style = "Table Grid"
        for line, column, cell in placed:
            there = table.cell(line, column)
            if cell.across > 1 or cell.down > 1:
                there = there.merge(table.cell(line + cell.down - 1, column + cell.across - 1))
            there.text = cell.text
    target = io.BytesIO()
    document.save(target)
    return with_fixed_times(target.getvalue())


def as_pdf(rows: Sequence[Row], *, start: float = _TOP) -> bytes:
    """A PDF with text and ruled tables. start: points from the page's top; a row that does not
    fit goes on over the page, its label not repeated."""
    contents = []
    for page in lay_out(rows, start):
        content = b"0.7 w\n"
        for x0, y0, x1, y1 in page.rules:
            content += f"{x0:g} {A4[1] - y0:g} m {x1:g} {A4[1] - y1:g} l S\n".encode()
        for x, y, text, size in page.texts:
            content += text_at(x, A4[1] - y - size * 0.88, text, size)
        contents.append(content)
    return pdf_of(contents)


def as_pictures(
    rows: Sequence[Row], *, dpi: int = 200, seal: bool = True, start: float = _TOP
) -> list[Image.Image]:
    """Each page as a scanner gives it, a red seal on the last."""
    pages = lay_out(rows, start)
    pictures = []
    for page in pages:
        picture = _picture(page, dpi)
        if seal and page is pages[-1]:
            draw_seal(picture, (int(400 * dpi / 72), int(700 * dpi / 72)), int(56 * dpi / 72))
        pictures.append(picture)
    return pictures


def as_scan(rows: Sequence[Row], *, dpi: int = 200, seal: bool = True) -> bytes:
    """A PDF of pictures only."""
    first, *rest = as_pictures(rows, dpi=dpi, seal=seal)
    target = io.BytesIO()
    first.save(target, "PDF", resolution=dpi, save_all=True, append_images=rest, quality=85)
    return target.getvalue()


class PageLayout(NamedTuple):
    """Points from the upper left corner. rules: lines x0, y0, x1, y1. texts: x, top, text, size."""

    rules: list[tuple[float, float, float, float]]
    texts: list[tuple[float, float, str, float]]


def lay_out(rows: Sequence[Row], start: float = _TOP) -> list[PageLayout]:
    """Where everything of the rows stands."""
    pages = [PageLayout([], [])]
    y = start
    for first, part in _parts(rows):
        if isinstance(part, str):
            size = 18.0 if first else 12.0
            x = (A4[0] - text_width(part, size)) / 2 if first else _LEFT
            for line in _wrapped(part, _WIDTH, size):
                if y + size > _BOTTOM:
                    pages.append(PageLayout([], []))
                    y = _TOP
                pages[-1].texts.append((x, y, line, size))
                y += size + 10
            continue
        y = _table(part, pages, y) + 12
    return pages


def _table(part: Sequence[tuple[Cell, ...]], pages: list[PageLayout], y: float) -> float:
    width = _WIDTH / _columns(part)
    placed = list(_placed(part))
    wrapped = {
        (line, column): _wrapped(cell.text, width * cell.across - 2 * _PAD, _SIZE)
        for line, column, cell in placed
    }
    for number in range(len(part)):
        here = [one for one in placed if one[0] <= number < one[0] + one[2].down]
        lines = max(
            [len(wrapped[line, column]) for line, column, cell in here if cell.down == 1] or [1]
        )
        done = 0
        while done < lines:
            room = max(int((_BOTTOM - y - 2 * _PAD) // _LEADING), 0)
            if room == 0 or (room < lines - done and lines - done <= 3):
                pages.append(PageLayout([], []))
                y = _TOP
                continue
            taken = min(room, lines - done)
            height = taken * _LEADING + 2 * _PAD
            for line, column, cell in here:
                x0, x1 = _LEFT + column * width, _LEFT + (column + cell.across) * width
                bottom, top = y + height, y
                rules = pages[-1].rules
                rules += [(x0, top, x0, bottom), (x1, top, x1, bottom)]
                if line == number or y == _TOP:
                    rules.append((x0, top, x1, top))
                if number == line + cell.down - 1 or taken < lines - done:
                    rules.append((x0, bottom, x1, bottom))
                texts = wrapped[line, column]
                own = texts[done : done + taken] if cell.down == 1 else texts * (line == number)
                for place, text in enumerate(own):
                    spot = (x0 + _PAD, y + _PAD + place * _LEADING, text, _SIZE)
                    pages[-1].texts.append(spot)
            y += height
            done += taken
    return y


def text_width(text: str, size: float) -> float:
    return sum(size / 2 if ord(sign) < 128 else size for sign in text)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for sign in paragraph:
            if line and text_width(line + sign, size) > width:
                lines.append(line)
                line = ""
            line += sign
        lines.append(line)
    return lines


def _parts(rows: Sequence[Row]) -> Iterator[tuple[bool, str | list[tuple[Cell, ...]]]]:
    """Lines and whole tables; True with the first line, the title."""
    table: list[tuple[Cell, ...]] = []
    for number, row in enumerate(rows):
        if isinstance(row, str):
            if table:
                yield False, table
                table = []
            yield number == 0, row
        else:
            table.append(row)
    if table:
        yield False, table


def _columns(part: Sequence[tuple[Cell, ...]]) -> int:
    return max(column + cell.across for _line, column, cell in _placed(part))


def _placed(part: Sequence[tuple[Cell, ...]]) -> Iterator[tuple[int, int, Cell]]:
    """Every cell with its row and grid column."""
    taken: set[tuple[int, int]] = set()
    for line, row in enumerate(part):
        column = 0
        for cell in row:
            while (line, column) in taken:
                column += 1
            yield line, column, cell
            taken |= {
                (line + down, column + across)
                for down in range(cell.down)
                for across in range(cell.across)
            }
            column += cell.across


def _picture(page: PageLayout, dpi: int) -> Image.Image:
    scale = dpi / 72
    size = (round(A4[0] * scale), round(A4[1] * scale))
    picture = Image.new("RGB", size, (252, 252, 250))
    draw = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in page.rules:
        draw.line([(x0 * scale, y0 * scale), (x1 * scale, y1 * scale)], (30, 30, 32), 2)
    for x, y, text, points in page.texts:
        font = ImageFont.truetype(str(fonts.serif_path()), round(points * scale))
        draw.text((x * scale, (y - points * 0.25) * scale), text, (40, 40, 44), font)
    return picture
