"""The words that stand round numbers and names in real subjects; none of them is of one call.

Every list is tried longest word first. Text is compared after folding: NFKC, no white space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.full_name import DASHES
from parsers.subject.regex import Regex


def one_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


SEPARATORS = frozenset("+_:;,、。!/\\|=#*~^…→➕∶`.·•&@$%" + DASHES)
"""What may stand between two parts. Some of them may stand inside a name: see IN_NAMES."""

IN_NAMES = frozenset(".·•&")
"""A.O.史密斯, 阿里·某某: inside a name only, never at its ends. A dash is decided by `names`."""

OPENING = "(（[【〔〖《〈「『“‘{<«‹"
CLOSING = ")）]】〕〗》〉」』”’}>»›"
QUOTES = "\"'"
CLOSES = dict(zip(OPENING, CLOSING, strict=True))

NUMBER_LABELS = (
    "申报编号", "申请编号", "项目编号", "受理编号", "系统编号", "登记编号", "申报序号", "申报号",
    "申报码", "编号", "序号",
)  # fmt: skip
NAME_LABELS = (
    "申报单位全称", "申报单位名称", "申报单位", "申报企业全称", "申报企业名称", "申报企业",
    "单位全称", "单位名称", "企业全称", "企业名称", "公司全称", "公司名称", "申报主体",
    "申请单位", "申请企业", "报送单位", "推荐单位", "全称",
)  # fmt: skip
NAME_LABELS_WITH_COLON = ("单位", "企业", "公司", "名称")
"""Too short to be a label unless a colon follows."""

MATERIAL_WORDS = (
    "申报材料", "申报资料", "申报文件", "申报书", "申报表", "申请书", "申请表", "申请材料",
    "推荐表", "推荐书", "承诺书", "证明材料", "补正材料", "补充材料", "电子材料", "材料清单",
    "最终版", "修改版", "修订版", "更新版", "盖章版", "扫描件", "完整版", "正式版", "电子版",
)  # fmt: skip
"""Never a part of a name, so they are taken off even where nothing separates them."""

UNMISTAKABLE = (*MATERIAL_WORDS, "申报", "申请", "补正", "补充", "附件", "最终", "修改", "定稿")
"""Never the end of a short name either; 材料 and 文件 may be (山东某某新材料)."""

TRAILING_WORDS = (
    *MATERIAL_WORDS,
    "申报", "申请", "材料", "资料", "文件", "补正", "补充", "附件", "电子档", "盖章", "扫描",
    "终稿", "定稿", "最终", "修改", "修订", "更新", "新版", "最新版", "最新", "正式", "全套",
    "重发", "重新发送", "再次发送", "补发", "重新提交", "请查收", "查收", "谢谢", "已盖章",
    "副本", "复件", "拷贝", "的", "版", "稿", "新", "final", "new", "copy", "ok",
)  # fmt: skip
"""Taken off after a legal ending or after something that separates them (新材料 is a name)."""

LEADING_WORDS = (
    "关于", "报送", "提交", "上报", "呈报", "发送", "附件", "复件", "副本", "新建", "申报材料",
    "申报书", "申报", "copyof",
)  # fmt: skip

PARTNERSHIP = Regex(r"\([^()]{0,10}(?:合伙|独资)[^()]{0,6}\)$")
"""The legal form that follows the ending in brackets: …中心（有限合伙）."""
