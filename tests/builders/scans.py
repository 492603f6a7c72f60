"""Pages as offices scan and photograph them, with the truth of what is written on them.

Every page is a function of its kind and seed. Pictures are uint8 BGR of A4 at 200 dpi.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.builders.scanner import grey, photographed, scanned
from tests.builders.seals import SERIF, Picture, draw_seal, font, pixels

Kind = Literal["text", "pledge", "form", "columns", "statistics", "stacked"]
Medium = Literal["plain", "scan", "photo", "grey"]

DPI = 200
_WIDTH, _HEIGHT = 1654, 2339
_LEFT, _RIGHT = 220, 1434
_SENTENCES = (
    "公司始终坚持“质量第一、顾客至上”的方针，围绕主导产品建立了覆盖研发、采购、制造和服务的质量管理体系。",
    "2020年实现营业收入18,632.75万元，同比增长12.6%；利润总额2,105.4万元，研发投入占比达到5.3%。",
    "通过导入六西格玛方法，一次交验合格率由91.2%提高到99.6%，年节约质量成本约360万元。",
    "先后参与制定国家标准7项、行业标准12项，拥有发明专利23件（其中国际专利2件）。",
    "对供应商实行A、B、C三级动态管理，每年开展飞行检查不少于40次，不合格批次下降了57%。",
    "顾客满意度连续三年保持在96分以上，产品远销德国、日本、巴西等30多个国家和地区。",
    "依托MES与ERP系统集成，实现了关键工序数据的自动采集、在线分析与异常预警。",
    "按照GB/T 19580—2012《卓越绩效评价准则》开展自我评价，形成了“党建+质量”的特色做法。",
)
_LABELS = (
    "企业名称", "法定代表人", "联系人", "职务", "固定电话", "手机", "传真", "电子邮箱",
    "所属行业", "企业类型", "成立时间", "员工人数",
)  # fmt: skip
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙", "建国志强丽华晓明文斌海燕玉兰"


@dataclass(frozen=True, slots=True)
class Truth:
    """text: in reading order; white space says nothing. rows: of its one table, merged cells
    standing once. sealed: a seal lies over the writing."""

    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    sealed: bool = False


@dataclass(slots=True)
class _Sheet:
    image: Image.Image = field(default_factory=lambda: Image.new("L", (_WIDTH, _HEIGHT), 252))
    said: list[str] = field(default_factory=list)
    y: float = 200.0

    def write(self, x: float, y: float, text: str, size: int, face: str = SERIF) -> None:
        ImageDraw.Draw(self.image).text((x, y), text, font=font(face, size), fill=20)

    def centred(self, text: str, size: int) -> None:
        wide = font(SERIF, size).getlength(text)
        self.write((_WIDTH - wide) / 2, self.y, text, size)
        self.said.append(text)
        self.y += size * 2.2

    def prose(self, text: str, size: int, left: float = _LEFT, right: float = _RIGHT) -> None:
        """A paragraph, its first line set in by two characters."""
        self.said.append(text)
        for number, line in enumerate(_wrapped(text, size, right - left)):
            self.write(left + (2 * size if number == 0 else 0), self.y, line, size)
            self.y += size * 1.65

    def grid(
        self, x: Sequence[float], rows: Sequence[Sequence[str]], tall: float, size: int
    ) -> None:
        """A ruled table; None-like cells "" beside a text are merged with it where marked "<"."""
        draw = ImageDraw.Draw(self.image)
        top = self.y
        for number, row in enumerate(rows):
            y = top + number * tall
            draw.line([(x[0], y), (x[-1], y)], fill=25, width=3)
            for column, text in enumerate(row):
                if text == "<":
                    continue
                draw.line([(x[column], y), (x[column], y + tall)], fill=25, width=3)
                end = column + 1
                while end < len(row) and row[end] == "<":
                    end += 1
                room = x[end] - x[column] - 20
                lines = _wrapped(text, size, room, indent=0)
                start = y + (tall - len(lines) * size * 1.25) / 2
                for place, line in enumerate(lines):
                    self.write(x[column] + 12, start + place * size * 1.25, line, size)
        self.y = top + len(rows) * tall
        draw.line([(x[0], self.y), (x[-1], self.y)], fill=25, width=3)
        draw.line([(x[-1], top), (x[-1], self.y)], fill=25, width=3)
        self.said += [text for row in rows for text in row if text not in ("", "<")]
        self.y += 40


def scan_page(
    kind: Kind,
    seed: int,
    *,
    medium: Medium = "scan",
    seal: bool = False,
    turned: int = 0,
    skew: float | None = None,
) -> tuple[Picture, Truth]:
    """One page and what it says.

    medium: "plain" is the page as printed. seal: a red one over the writing. turned: degrees
    clockwise by which the finished picture lies wrong. skew: of a scan, drawn from the seed
    where None.
    """
    chance = random.Random(f"{kind} {seed}")
    sheet = _Sheet()
    rows = _DRAWN[kind](sheet, chance)
    page = np.asarray(cv2.cvtColor(np.asarray(sheet.image), cv2.COLOR_GRAY2BGR), np.uint8)
    if seal:
        middle = (chance.uniform(900, 1250), min(sheet.y - chance.uniform(60, 200), 2000))
        draw_seal(page, centre=middle, diameter=pixels(40, DPI), seed=seed,
                  angle=chance.uniform(-20, 20))  # fmt: skip
    if medium == "photo":
        page = photographed(page, seed)
    elif medium != "plain":
        page = scanned(page, seed, skew=skew)
    if medium == "grey":
        page = grey(page)
    page = np.ascontiguousarray(np.rot90(page, -turned // 90))
    return page, Truth("\n".join(sheet.said), rows, seal)


def _text(sheet: _Sheet, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    sheet.centred("质量标杆申报材料", 58)
    for number in "一二三":
        sheet.centred(f"{number}、{chance.choice(_SENTENCES)[:12]}", 44)
        for _ in range(2):
            sheet.prose("".join(chance.sample(_SENTENCES, 2)), 40)
    return ()


def _pledge(sheet: _Sheet, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    sheet.y = 320
    sheet.centred("承诺书", 66)
    for text in (
        "本单位自愿申报质量标杆，现郑重承诺如下：",
        "一、所提交的申报材料和附件内容真实、准确、完整，不存在虚假记载、误导性陈述或者重大遗漏。",
        f"二、近三年未发生重大质量、安全、环境污染事故，无违法违规行为，{chance.choice(_SENTENCES)}",
        "三、如有弄虚作假，愿意承担由此产生的一切法律责任和后果。",
    ):
        sheet.prose(text, 44)
    sheet.y += 160
    for text in (
        f"申报单位（盖章）：山东{chance.choice('泰岳鲁齐海')}{chance.choice('信源宏瑞')}机械有限公司",
        f"法定代表人（签字）：{_person(chance)}",
        f"2021年{chance.randint(4, 6)}月{chance.randint(1, 28)}日",
    ):
        sheet.write(700, sheet.y, text, 40)
        sheet.said.append(text)
        sheet.y += 100
    return ()


def _form(sheet: _Sheet, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    sheet.centred("山东省质量标杆推荐表", 58)
    labels = list(_LABELS)
    rows: list[tuple[str, ...]] = [("标杆名称", "基于数据驱动的全流程质量管控模式", "<", "<")]
    rows += [
        (labels[2 * place], _value(labels[2 * place], chance), labels[2 * place + 1],
         _value(labels[2 * place + 1], chance))
        for place in range(6)
    ]  # fmt: skip
    rows.append(("近三年", "2018年", "2019年", "2020年"))
    for name in ("资产总额", "营业收入", "利润总额"):
        rows.append((name, *(f"{chance.uniform(100, 99999):,.2f}" for _ in range(3))))
    rows.append(("经验摘要", "".join(chance.sample(_SENTENCES, 2)), "<", "<"))
    sheet.grid((180, 430, 830, 1060, 1474), rows, 118, 31)
    return _said_rows(rows)


def _columns(sheet: _Sheet, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    sheet.centred("质量标杆经验交流材料选编", 56)
    start = sheet.y
    for left, right in ((150, 800), (870, 1520)):
        sheet.y = start
        for _ in range(4):
            sheet.prose("".join(chance.sample(_SENTENCES, 2)), 32, left, right)
    return ()


def _statistics(sheet: _Sheet, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    sheet.centred("申报企业统计表", 56)
    heads = ("序号", "市", "申报单位全称", "所属行业", "联系人", "手机", "备注")
    rows = [heads]
    for number in range(1, 15):
        name = (
            f"{chance.choice(('济南', '青岛', '烟台'))}{chance.choice('泰岳鲁齐海')}源机械有限公司"
        )
        note = chance.choice(("", "", "已获省奖"))
        rows.append(
            (str(number), name[:2], name, "通用设备", _person(chance), _mobile(chance), note)
        )
    sheet.grid((130, 210, 310, 690, 880, 1030, 1290, 1524), rows, 92, 28)
    return _said_rows(rows)


def _stacked(sheet: _Sheet, chance: random.Random) -> tuple[tuple[str, ...], ...]:
    """A form with labels written downwards in a merged cell at the left."""
    sheet.centred("企业基本情况表", 56)
    top, tall, left = sheet.y, 110.0, 190.0
    rows: list[tuple[str, ...]] = []
    draw = ImageDraw.Draw(sheet.image)
    for block, label in enumerate(("企业基本情况", "主要经济指标")):
        start = top + block * 5 * tall
        inner = [(_LABELS[block * 5 + place], _value(_LABELS[block * 5 + place], chance))
                 for place in range(5)]  # fmt: skip
        draw.line([(left, start), (left, start + 5 * tall)], fill=25, width=3)
        draw.line([(left, start), (left + 90, start)], fill=25, width=3)
        for place, letter in enumerate(label):
            sheet.write(left + 28, start + 60 + place * 70, letter, 34)
        sheet.said.append(label)
        sheet.y = start
        sheet.grid((left + 90, 600, 1450), inner, tall, 31)
        rows += [(label if place == 0 else "", *row) for place, row in enumerate(inner)]
    draw.line([(left, top + 10 * tall), (left + 90, top + 10 * tall)], fill=25, width=3)
    return tuple(rows)


_DRAWN = {
    "text": _text, "pledge": _pledge, "form": _form, "columns": _columns,
    "statistics": _statistics, "stacked": _stacked,
}  # fmt: skip


def _value(label: str, chance: random.Random) -> str:
    if label in ("联系人", "法定代表人"):
        return _person(chance)
    return {
        "企业名称": f"山东{chance.choice('泰岳鲁齐海')}{chance.choice('信源宏瑞')}机械股份有限公司",
        "职务": chance.choice(("质量部经理", "总经理", "主任")),
        "固定电话": f"0531-{chance.randint(10**7, 10**8 - 1)}",
        "手机": _mobile(chance),
        "传真": chance.choice(("", f"0531-{chance.randint(10**7, 10**8 - 1)}")),
        "电子邮箱": f"zhiliang{chance.randint(1, 999)}@163.com",
        "所属行业": "通用设备制造业",
        "企业类型": chance.choice(("国有企业", "民营企业", "外资企业")),
        "成立时间": f"{chance.randint(1980, 2015)}年{chance.randint(1, 12)}月",
        "员工人数": str(chance.randint(20, 9000)),
    }[label]


def _person(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))


def _mobile(chance: random.Random) -> str:
    return f"13{chance.randint(10**8, 10**9 - 1)}"


def _said_rows(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple("" if text == "<" else text for text in row) for row in rows)


def _wrapped(text: str, size: int, room: float, indent: int = 2) -> list[str]:
    lines, line, left = [], "", room - indent * size
    for letter in text:
        wide = font(SERIF, size).getlength(letter)
        if wide > left and letter not in "，。；、）”》":
            lines.append(line)
            line, left = "", room
        line += letter
        left -= wide
    return [*lines, line] if line else lines
