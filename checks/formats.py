"""Is each material in a format that the notice takes?"""

from __future__ import annotations

from collections.abc import Iterator

from checks.archives import is_archive
from checks.case import Case
from checks.checklist import checklist, fitting
from checks.recognition import format_of
from model.finding import Finding
from model.verdict import ItemState

FORMAT_NAMES = {
    "pdf": "PDF",
    "ofd": "OFD",
    "word": "Word文档",
    "sheet": "电子表格",
    "slides": "演示文稿",
    "image": "图片",
    "text": "纯文本",
    "application/octet-stream": "无法识别的格式",
}
LACKING = (ItemState.WRONG_FORMAT, ItemState.TOO_FEW, ItemState.UNREADABLE)


def in_words(name: str) -> str:
    if is_archive(name):
        return "压缩包"
    return FORMAT_NAMES.get(name, "其他格式")


def in_a_row(names: tuple[str, ...]) -> str:
    """PDF、图片或OFD"""
    words = [in_words(name) for name in names]
    return "或".join(("、".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def check(case: Case) -> Iterator[Finding]:
    for item in checklist(case):
        material = case.programme.material(item.material)
        files = case.assignment.files_of(material.id, case.files)
        right = fitting(material, files)
        wrong = [one for one in files if one not in right]
        if not wrong:
            continue
        params = {
            "files": "、".join(one.name for one in wrong),
            "found": "、".join(dict.fromkeys(in_words(format_of(one)) for one in wrong)),
            "wanted": in_a_row(material.formats),
            "how_to": material.how_to,
        }
        if material.least and item.state in LACKING:
            yield Finding("material.wrong_format", about=material.label, params=params)
        elif material.least == 0:
            yield Finding("material.other_format", about=material.label, params=params)
