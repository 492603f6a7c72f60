"""The labels of forms (单位全称, 联系人, …) in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

LONGEST_LABEL = 60
"""Characters of a cell that may be a label, its remarks in brackets included."""

_REMARK = re.compile(r"[(\[【〔][^()\[\]【】〔〕]{0,40}(?:[)\]】〕]|$)")
_NUMBERING = re.compile(
    r"^(?:[*★※●■□]|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|"
    r"\d{1,2}(?:[、)]|\.(?!\d))|其中:?){1,3}"
)
_ENDS = ":;,、.。_*-"
_UNIT = re.compile(
    r"(?:^|[(:,/、])(?:人民币|单位[:为])?(亿元|万元|千元|百万元|元)(?:人民币)?(?:[),]|$)"
)
_YEAR = re.compile(r"^((?:19|20)\d\d)年?(?:度|末|底)?(?:实际|决算|完成)?$")


def squeezed(text: str) -> str:
    """NFKC without any white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def normal_label(text: str) -> str:
    """A label without numbering, remarks in brackets, colons and blanks: "" where it is too long
    for a label. "联 系 人：" → "联系人", "摘要（500字以内）" → "摘要"."""
    if len(text) > LONGEST_LABEL:
        return ""
    plain = _NUMBERING.sub("", squeezed(text))
    without = _REMARK.sub("", plain).strip(_ENDS)
    return without.casefold()


def unit_in(text: str) -> str:
    """The unit of money that a label or a caption gives: 营业收入（万元）, 单位：亿元; else ""."""
    found = _UNIT.search(squeezed(text[:LONGEST_LABEL]))
    return found[1] if found else ""


def year_in(text: str) -> str:
    """The year that a cell consists of: 2019年度 → "2019"; else ""."""
    if len(text) > LONGEST_LABEL:
        return ""
    found = _YEAR.match(squeezed(text))
    return found[1] if found else ""
