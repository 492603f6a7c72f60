"""What our letters' subjects are made of, so that they are known when they come back.

【材料接收回执】需补正 ZB20210001（HZ2021-00042）: the tag, the letter's title, the application
number, and the letter's own number in full-width brackets at the very end.
"""

from __future__ import annotations

import re

RECEIPT_TAG = "【材料接收回执】"
REMINDER_TAG = "【申报材料提醒】"
TAGS = (RECEIPT_TAG, REMINDER_TAG)

TITLES = (
    "材料齐全", "需补正", "退回", "逾期", "窗口已关闭", "逾期待定", "重复报送", "补正提醒",
    "报送提醒",
)  # fmt: skip
"""The titles as we word them; a later version of a set has its number behind: （第2版）."""

_VERSION = r"(?:[(（]第\d{1,4}版[)）])?"
TITLE_BEHIND_TAG = re.compile(f"(?:{'|'.join(sorted(TITLES, key=len, reverse=True))}){_VERSION}")
ANY_TITLE = re.compile(rf"[\u4e00-\u9fff]{{1,20}}{_VERSION}")
"""One that the operator has worded anew."""
NUMBER_AT_END = re.compile(r"（[^（）]{0,60}\d[^（）]{0,60}）\s{0,20}$")
"""A letter's own number, only ever looked for where one of our tags stands in front."""
OUR_FILE = re.compile(r"回执-[^/\\]{1,80}\.pdf(?:\.sig)?", re.IGNORECASE)
"""What our letters carry themselves: to send it back brings nothing."""


def subject_of_letter(tag: str, title: str, application_no: str, letter_no: str) -> str:
    """A letter's subject. application_no: "" where nobody is identified."""
    return f"{tag}{' '.join(filter(None, (title, application_no)))}（{letter_no}）"
