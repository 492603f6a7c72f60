"""How a name found somewhere stands to the applicant's full name: the same unit, or which other?

Nothing but the names is looked at, so the answer is what a careful clerk would say who knows
neither company. Two complete names of which a letter differs are never those of one unit, unless
a machine read one of them; in doubt a name is another's, and a person looks.

Sources: 企业名称登记管理规定 第六条 (the parts of a name); 企业名称相同相近比对规则 (工商企注字
〔2017〕133号) 第三条: names whose parts only stand in another order are one name, and one registrar
admits no second one that differs in place or legal form alone; 公司法 第七条, 第十三条.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from model.agreement import NameRelation
from model.full_name import normal_name
from model.misread import distance
from model.name_parts import NameParts, parts_of, places_at_end, without_asides
from model.name_words import (
    BRANCH_ENDINGS,
    COUNTED,
    DEPARTMENTS,
    ENTERPRISES,
    FORMS,
    LESS_THAN,
    OTHER_FORMS,
    PARTS_OF_A_COMPANY,
)

ALIKE = 0.87
"""From here on a name read by a machine is the applicant's. One letter of eight may be misread; two
letters of twelve are what the names of two companies of one trade and town differ in."""
LONGEST = 80
"""Letters of a name; the longest registered ones have about fifty. What is longer is no name."""

ONE_UNIT = (
    NameRelation.SAME, NameRelation.BRACKETS, NameRelation.MISREAD, NameRelation.ABBREVIATION,
    NameRelation.FORMER,
)  # fmt: skip
"""Relations under which two names are taken for those of one legal person."""
_COMPANY = re.compile(r"有限(?:责任)?公司|集团公司|股份公司")
_IN_FULL, _IN_SHORT = "有限责任公司", "有限公司"
_NUMBERED = re.compile(r"第[一二三四五六七八九十\d]{1,3}$")
_NUMERALS = frozenset("一二三四五六七八九十百0123456789")


def relation(
    found: str, applicant: str, former_names: Iterable[str] = (), *, read_by_machine: bool = False
) -> NameRelation:
    """How `found` stands to the applicant's full name.

    former_names: other names that the applicant bears or has borne, as the register gives them.
    read_by_machine: whether `found` was read off a picture, so that a letter may be wrong.
    """
    one, other = _form(found), _form(applicant)
    if not one or not other:
        return NameRelation.UNKNOWN
    if one == other:
        return NameRelation.SAME
    if max(len(one), len(other)) > LONGEST:
        return NameRelation.OTHER
    if _only_spelt_otherwise(one, other):
        return NameRelation.BRACKETS
    former = [form for name in former_names if (form := _form(name)) not in ("", other)]
    if any(one == name or _only_spelt_otherwise(one, name) for name in former):
        return NameRelation.FORMER
    if read_by_machine:
        if _misread(one, other):
            return NameRelation.MISREAD
        if any(_misread(one, name) for name in former):
            return NameRelation.FORMER
    return _as_a_part(one, other, former, machine=read_by_machine) or _by_parts(one, other)


def _form(name: str) -> str:
    return without_asides(normal_name(name[: 4 * LONGEST]).casefold())


def _bare(text: str) -> str:
    return text.replace("(", "").replace(")", "")


def _only_spelt_otherwise(one: str, other: str) -> bool:
    """Brackets left out, the place in them moved (泰山（山东）机械, 山东泰山机械), or 有限责任公司
    written 有限公司, which is the same legal form (公司法第七条)."""
    one, other = one.replace(_IN_FULL, _IN_SHORT), other.replace(_IN_FULL, _IN_SHORT)
    if _bare(one) == _bare(other):
        return True
    if "(" not in one + other:
        return False
    first, second = parts_of(one), parts_of(other)
    return bool(first.places) and (first.places, first.rest) == (second.places, second.rest)


def _misread(one: str, other: str) -> bool:
    """Whether a machine may have made one name of the other: few letters differ, they are not what
    tells sister companies apart, and the trade name is still to be known."""
    read, wanted = _bare(one), _bare(other)
    longest = max(len(read), len(wanted))
    most = int((1 - ALIKE) * longest + 1e-9)
    if not most or distance(read, wanted, most) > most:
        return False
    first, second = parts_of(one), parts_of(other)
    if first.places and second.places and not _compatible(first, second):
        return False
    if first.form != second.form and first.form in ENTERPRISES and second.form in ENTERPRISES:
        return False
    return not _tells_sisters_apart(read, wanted) and _trade_name_shows(second, read, wanted)


def _tells_sisters_apart(read: str, wanted: str) -> bool:
    blocks = SequenceMatcher(None, read, wanted, autojunk=False).get_opcodes()
    for kind, start, end, from_, to in blocks:
        before, after = set(read[start:end]), set(wanted[from_:to])
        if kind == "replace" and before <= COUNTED and after <= COUNTED:
            return True
        if kind in ("insert", "delete") and (before | after) & _NUMERALS:
            return True
    return False


def _trade_name_shows(parts: NameParts, read: str, wanted: str) -> bool:
    name = parts.trade_name
    at = wanted.find(name)
    if len(name) < 2 or at < 0:
        return True
    # Letters lost or added in front of it move it.
    places = range(max(at - 2, 0), at + 3)
    nearest = min(distance(read[start : start + len(name)], name, len(name)) for start in places)
    return nearest <= len(name) // 2


def _as_a_part(one: str, other: str, former: list[str], *, machine: bool) -> NameRelation | None:
    """BRANCH where one of them is a part of the other, or both are of one; SUBSIDIARY where a legal
    person of its own follows the whole name of the other; None where neither is a part."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    follows = longer.startswith(shorter) and bool(parts_of(shorter).form)
    if follows and longer.endswith((*BRANCH_ENDINGS, *DEPARTMENTS)):
        return NameRelation.BRANCH
    head, tail = _head_and_tail(one)
    other_head, other_tail = _head_and_tail(other)
    if tail or other_tail:
        whole = relation(head, other_head, former, read_by_machine=machine)
        if whole not in ONE_UNIT:
            return None if whole is NameRelation.OTHER else whole
        own = [text for text in (tail, other_tail) if _is_legal_person(text)]
        return NameRelation.SUBSIDIARY if own else NameRelation.BRANCH
    follows = follows and longer[len(shorter) :].endswith(OTHER_FORMS)
    return NameRelation.SUBSIDIARY if follows else None


def _head_and_tail(text: str) -> tuple[str, str]:
    """A company's name and what follows it; 泰山机械济南分公司 → 泰山机械, 济南分公司."""
    found = _COMPANY.search(text)
    while found and text[: found.start()].endswith("分"):
        found = _COMPANY.search(text, found.end())
    if found and found.end() < len(text):
        head, tail = text[: found.end()], text[found.end() :]
        if tail[0] == "(":  # （有限合伙） and the like belong to the name
            return text, ""
        return head, tail
    ending = next((one for one in BRANCH_ENDINGS if text.endswith(one)), "")
    if not ending:
        return text, ""
    head = text.removesuffix(ending)
    head = _NUMBERED.sub("", head)
    place = places_at_end(head)
    head = head[: len(head) - place] if place < len(head) else head
    return (head, text[len(head) :]) if head else (text, "")


def _is_legal_person(tail: str) -> bool:
    """Whether what follows a company's name makes it the name of another legal person."""
    if tail.endswith((*BRANCH_ENDINGS, *PARTS_OF_A_COMPANY, *DEPARTMENTS)):
        return False
    return tail.endswith((*FORMS, *OTHER_FORMS))


def _by_parts(one: str, other: str) -> NameRelation:
    first, second = parts_of(one), parts_of(other)
    if not _compatible(first, second):
        return NameRelation.OTHER
    if first.places != second.places and not (first.has_trade_name and second.has_trade_name):
        return NameRelation.OTHER
    short = _shortened(first, second) or _shortened(second, first)
    if short and not _with_a_place_of_its_own(first, second):
        return NameRelation.ABBREVIATION
    if first.trade_name != second.trade_name or len(first.trade_name) < 2:
        return NameRelation.OTHER
    same = (first.stem, first.group) == (second.stem, second.group)
    forms = {first.form, second.form}
    if same and len(forms) == 2 and forms <= set(ENTERPRISES):
        return NameRelation.CONVERTED
    return NameRelation.SUBSIDIARY


def _with_a_place_of_its_own(found: NameParts, applicant: NameParts) -> bool:
    """A complete name that has a place more than the applicant's complete one is no spelling of
    it (北京华为技术有限公司, 华为技术有限公司); who leaves the place out is only short."""
    in_full = bool(found.form) and found.form == applicant.form
    return in_full and applicant.places < found.places


def _compatible(one: NameParts, other: NameParts) -> bool:
    """Whether the places of two names may be those of one unit: one says no more than the other."""
    return one.places <= other.places or other.places <= one.places


def _shortened(short: NameParts, whole: NameParts) -> bool:
    """Whether one name is the other with words left out, its trade name kept. Where the legal form
    stands in full, a name that lacks words of the industry is complete, and another one."""
    if len(short.stem) < 2 or not _says_less(short.form, whole.form):
        return False
    if short.group != whole.group and (short.group or short.form):
        return False
    if short.stem == whole.stem:
        return True
    in_full = bool(short.form) and short.form == whole.form
    return not in_full and _stem_shortened(short.stem, whole)


def _says_less(form: str, whole: str) -> bool:
    return form in ("", whole) or form in LESS_THAN.get(whole, ())


def _stem_shortened(stem: str, whole: NameParts) -> bool:
    """泰山机械, 泰山制造 of 泰山机械制造: the trade name, then words of two letters or more in
    their order."""
    name = whole.trade_name
    if len(name) < 2 or not stem.startswith(name):
        return False
    left, right = stem[len(name) :], whole.stem[len(name) :]
    if right.startswith(left):
        return True
    while left:
        size = next((n for n in range(len(left), 1, -1) if left[:n] in right), 0)
        if not size:
            return False
        right = right[right.index(left[:size]) + size :]
        left = left[size:]
    return True
