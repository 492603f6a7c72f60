"""The papers of the reading benchmark as content: what a reader ought to give, before any format.

The same seed gives the same paper. A paper's text is what stands in its body in reading order,
the numbers that Word or the page shows included. What has no agreed place in that order (notes,
headers, text boxes, comments …) is an `Aside`: it is looked for, and taken out before the order is
judged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

_SUBJECTS = (
    "本公司", "质量管理部", "公司总经理办公会", "生产制造中心", "供应链协同平台", "研发团队",
    "各车间班组", "售后服务部门", "首席质量官", "数字化工厂项目组", "检验检测中心", "QC小组",
)  # fmt: skip
_VERBS = (
    "围绕顾客需求持续改进", "建立并运行", "系统梳理", "全面推广", "率先应用", "按季度评审",
    "逐级分解并考核", "引进消化再创新", "对标国际先进水平优化", "以数据驱动", "会同高校共同研究",
)  # fmt: skip
_OBJECTS = (
    "全生命周期质量管理模式", "关键工序统计过程控制", "供应商分级与飞行检查制度",
    "六西格玛改进项目",
    "卓越绩效评价准则(GB/T 19580-2012)", "ISO 9001:2015质量管理体系", "在线视觉检测系统",
    "主轴热处理工艺参数", "产品可靠性增长试验", "MES与ERP系统集成", "“零缺陷”操作规程",
    "质量成本核算办法", "知识产权与标准化工作", "顾客满意度测评模型",
)  # fmt: skip
_RESULTS = (
    "一次交验合格率由{a}%提高到{b}%", "万元产值质量损失下降{a}.{c}个百分点", "新增发明专利{d}项",
    "主持或参与制定国家标准{d}项、行业标准{e}项", "实现销售收入{f}万元，同比增长{a}.{c}%",
    "产品返修率控制在0.{c}%以内", "节约成本约{f}万元", "交付周期缩短{d}天", "获评省级质量标杆称号",
    "培训员工{f}人次", "顾客满意度达到9{e}.{c}分",
)  # fmt: skip
_JOINS = (
    "，从而使",
    "，先后",
    "；截至2020年12月31日，",
    "，并以此为基础",
    "。在此期间，",
    "，其中",
)
_HEADINGS = (
    "企业基本情况", "质量管理模式的形成背景", "主要做法与创新点", "组织领导与战略部署",
    "关键过程的控制方法", "供应链质量协同", "数字化与智能化应用", "人才培养与质量文化",
    "实施效果与经济效益", "可推广性分析", "存在的不足及改进方向", "近三年主要经济指标",
)  # fmt: skip
_COLUMNS = ("序号", "指标名称", "计量单位", "2018年", "2019年", "2020年")
_MEASURES = (
    ("资产总额", "万元"), ("营业收入", "万元"), ("利润总额", "万元"), ("研发投入", "万元"),
    ("一次交验合格率", "%"), ("员工人数", "人"), ("有效专利", "件"), ("顾客投诉", "起"),
)  # fmt: skip
_PLACES = ("济南", "青岛", "淄博", "烟台", "潍坊", "济宁", "泰安", "威海", "日照", "临沂")
_WORDS = ("泰山", "鲁信", "海岱", "齐鑫", "宏喆", "瑞堃", "蓬莱", "东岳", "沂蒙", "恒昇")
_TRADES = ("机械制造", "精密铸造", "生物科技", "新材料", "智能装备", "食品", "化工", "纺织服装")
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "建国志强丽华晓明文斌海燕玉兰喆堃瑾"

NOTE_SIGN = "※"
"""Stands in the text where a note is called; the call's own number is not judged."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that reaches over so many columns and rows."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Aside:
    """A construct beside the order of the text, with words of its own."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """kind: "title", "heading", "paragraph", "item", "right", "table" or "break" (a new page)."""

    kind: str
    text: str = ""
    number: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """asides: of the whole paper (header, footer). form: the fields, with their right values."""

    name: str
    pieces: tuple[Piece, ...]
    asides: tuple[Aside, ...] = ()
    form: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(_texts(self.pieces))

    @property
    def constructs(self) -> tuple[Aside, ...]:
        return (*self.asides, *(aside for piece in self.pieces for aside in piece.asides))


def _texts(pieces: tuple[Piece, ...]) -> Iterator[str]:
    for piece in pieces:
        if piece.rows:
            yield from (cell.text for row in piece.rows for cell in row if cell.text)
        elif piece.kind != "break":
            yield piece.number + piece.text


def sentence(chance: random.Random) -> str:
    """One sentence of the kind that stands in an application."""
    figures = {
        "a": chance.randint(11, 89), "b": chance.randint(90, 99), "c": chance.randint(1, 9),
        "d": chance.randint(2, 48), "e": chance.randint(0, 9), "f": chance.randint(100, 98765),
    }  # fmt: skip
    return (
        f"{chance.choice(_SUBJECTS)}{chance.choice(_VERBS)}{chance.choice(_OBJECTS)}"
        f"{chance.choice(_JOINS)}{chance.choice(_RESULTS).format(**figures)}。"
    )


def prose(chance: random.Random, sentences: int) -> str:
    return "".join(sentence(chance) for _ in range(sentences))


def company(chance: random.Random) -> str:
    return (
        f"{chance.choice(('山东', chance.choice(_PLACES)))}{chance.choice(_WORDS)}"
        f"{chance.choice(_TRADES)}{chance.choice(('有限公司', '股份有限公司', '集团有限公司'))}"
    )


def person(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))


def _figures(chance: random.Random, measures: int) -> Piece:
    """A table of figures with a merged title row and a merged last column."""
    rows: list[tuple[Cell, ...]] = [(Cell("近三年主要经济指标一览表（单位见各行）", across=6),)]
    rows.append(tuple(Cell(text) for text in _COLUMNS))
    for number, (name, unit) in enumerate(chance.sample(_MEASURES, measures), 1):
        values = tuple(Cell(f"{chance.randint(10, 99999):,}") for _ in range(3))
        rows.append((Cell(str(number)), Cell(name), Cell(unit), *values))
    rows.append((Cell("备注"), Cell(f"以上数据经{company(chance)}审计", across=5)))
    return Piece("table", rows=tuple(rows))


_CHINESE = "零一二三四五六七八九十"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _CHINESE[tens] + "十"
    return head + (_CHINESE[ones] if ones else "")


def long_text(seed: int, pages: int = 20) -> Paper:
    """An application text: numbered headings, lists, tables, notes, boxes, header and footer."""
    chance = random.Random(f"text {seed}")
    name = company(chance)
    pieces = [Piece("title", f"{name}质量标杆申报材料")]
    for page in range(1, pages + 1):
        if page > 1:
            pieces.append(Piece("break"))
        heading = chance.choice(_HEADINGS)
        pieces.append(Piece("heading", heading, f"{_chinese(page)}、"))
        pieces += [Piece("paragraph", prose(chance, 4)) for _ in range(2)]
        pieces += [Piece("item", prose(chance, 1), f"{one}.") for one in range(1, 4)]
        asides = _asides_of(page, chance)
        text = prose(chance, 3) + NOTE_SIGN * sum("note" in one.kind for one in asides)
        pieces.append(Piece("paragraph", text, asides=asides))
        pieces.append(
            _figures(chance, 3) if page % 3 == 0 else Piece("paragraph", prose(chance, 3))
        )
    asides = (
        Aside("header", f"{name}二〇二一年度全国质量标杆申报材料（页眉）"),
        Aside("footer", "本材料仅供质量标杆遴选评审使用，未经许可不得外传（页脚）"),
    )
    return Paper(f"text-{seed}", tuple(pieces), asides)


def _asides_of(page: int, chance: random.Random) -> tuple[Aside, ...]:
    mark = f"{page:02}{chance.randint(1000, 9999)}"
    given = {
        0: ("footnote", f"数据来源于企业质量年报第{mark}号，已由第三方机构复核"),
        2: ("text box", f"创新点提示框之{mark}，把检验前移到设计评审环节"),
        3: ("endnote", f"参见企业标准编号{mark}的质量损失核算细则附录"),
    }.get(page % 5)
    return (Aside(*given),) if given else ()


def constructs(seed: int) -> Paper:
    """A short text with every construct that a word processor knows and a reader may miss."""
    chance = random.Random(f"constructs {seed}")
    pieces = [Piece("title", "各种构件齐全的说明")]
    for number, (kind, words) in enumerate(_CONSTRUCTS, 1):
        mark = f"{seed}{number:02}{chance.randint(100, 999)}"
        text = prose(chance, 2) + (NOTE_SIGN if "note" in kind else "")
        pieces.append(Piece("paragraph", text, asides=(Aside(kind, words.format(mark)),)))
    pieces.append(_figures(chance, 4))
    asides = (
        Aside("header", "构件说明的页眉文字共一行"),
        Aside("footer", "构件说明的页脚文字共一行"),
    )
    return Paper(f"constructs-{seed}", tuple(pieces), asides)


_CONSTRUCTS = (
    ("footnote", "脚注里面的补充说明编号{}以备核对"),
    ("endnote", "尾注里面的参考文献编号{}以备核对"),
    ("text box", "文本框里面的提示文字编号{}以备核对"),
    ("old text box", "旧式文本框里的提示文字编号{}以备核对"),
    ("comment", "审稿人批注的修改意见编号{}以备核对"),
    ("hidden text", "隐藏起来的内部备注编号{}以备核对"),
    ("inserted text", "修订时插入的一句话编号{}以备核对"),
    ("deleted text", "修订时删去的一句话编号{}以备核对"),
    ("content control", "内容控件里填写的文字编号{}以备核对"),
    ("nested table", "嵌套表格里的单元格文字编号{}以备核对"),
    ("link", "超链接上面显示的文字编号{}以备核对"),
    ("field result", "域代码显示的结果文字编号{}以备核对"),
    ("smart tag", "智能标记里面的文字编号{}以备核对"),
)


def pledge(seed: int) -> Paper:
    """A commitment letter on one page."""
    chance = random.Random(f"pledge {seed}")
    name = company(chance)
    items = (
        "提交的全部申报材料真实、准确、完整，无虚假记载、误导性陈述或者重大遗漏；",
        "近三年内未发生重大质量、安全、环境污染事故，未被列入严重违法失信名单；",
        f"严格遵守{chance.choice(_OBJECTS)}的各项要求，自愿接受社会监督；",
        "如有违反上述承诺的行为，自愿承担由此产生的一切法律责任及后果。",
    )
    pieces = (
        Piece("title", "真实性承诺书"),
        Piece("paragraph", "山东省工业和信息化厅："),
        Piece("paragraph", f"{name}自愿申报2021年全国质量标杆，现郑重承诺如下："),
        *(Piece("item", text, f"{number}.") for number, text in enumerate(items, 1)),
        Piece("paragraph", prose(chance, 2)),
        Piece("right", f"承诺单位（盖章）：{name}"),
        Piece("right", f"法定代表人（签字）：{person(chance)}"),
        Piece("right", f"2021年{chance.randint(4, 6)}月{chance.randint(1, 28)}日"),
    )
    return Paper(f"pledge-{seed}", pieces)


def page_text(seed: int) -> Paper:
    """One page of headings, prose, a list and a table, nothing beside it."""
    chance = random.Random(f"page {seed}")
    pieces = (
        Piece("heading", chance.choice(_HEADINGS), "一、"),
        Piece("paragraph", prose(chance, 3)),
        Piece("paragraph", prose(chance, 3)),
        *(Piece("item", prose(chance, 1), f"{one}.") for one in range(1, 4)),
        Piece("heading", chance.choice(_HEADINGS), "二、"),
        Piece("paragraph", prose(chance, 2)),
        _figures(chance, 4),
    )
    return Paper(f"page-{seed}", pieces)
