"""Sizes, times and formats as a letter says them."""

from __future__ import annotations

from datetime import date, datetime

from model.programme import FORMATS, Programme

BEIJING = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "PRC")
"""Zones whose time is called 北京时间."""

FORMAT_WORDS = {
    "pdf": "PDF",
    "ofd": "OFD",
    "word": "Word",
    "sheet": "表格",
    "slides": "演示文稿",
    "image": "图片",
    "text": "文本",
}


def size_in_words(size: int) -> str:
    """1,234,567 字节 with a rounded figure before it."""
    for unit, bytes_each in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= bytes_each:
            return f"{size / bytes_each:.1f} {unit}（{size:,} 字节）"
    return f"{size:,} 字节"


def moment_in_words(moment: datetime, programme: Programme) -> str:
    """To the second, in the programme's zone."""
    local = moment.astimezone(programme.zone)
    zone = "北京时间" if programme.timezone in BEIJING else programme.timezone
    return f"{day_in_words(local)} {local:%H:%M:%S}（{zone}）"


def day_in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def format_in_words(media_type: str) -> str:
    return next(
        (FORMAT_WORDS[name] for name, types in FORMATS.items() if media_type in types), "其他"
    )
