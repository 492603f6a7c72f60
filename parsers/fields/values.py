"""What a field's text is worth: cleaned by its kind, and whether it can be such a value at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from model.fields import FieldKind
from model.labels import squeezed
from model.uscc import is_uscc, repaired_uscc

LONGEST_VALUE = 20_000
"""Characters of a value; a summary of 500 is the longest that forms ask for."""
_SHORT = 400
"""Characters of a value of every other kind that are looked at."""

_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]")
_RULE = re.compile("_{2,}")
"""What is there to be written on."""
_NOTHING = re.compile(r"^[_\-—–/／\\|.…·*＊xX×、，。\s]*$")
_NONE = frozenset(("无", "暂无", "没有", "不填", "请填写", "(请填写)", "同上"))
_STAMPED = re.compile(r"[(（](?:加?盖?公?章|盖章处|加盖公章|盖公章|签章|印章)[)）]")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_PHONE = re.compile(r"(?:\+?86-?)?\(?(0\d{2,3})\)?-?(\d{7,8})(?:(?:-|转|x|ext\.?)\d{1,6})?")
_LOCAL = re.compile(r"\d{7,8}(?:(?:-|转)\d{1,6})?|[48]00-?\d{3}-?\d{4}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,6}")
_COUNT = re.compile(
    r"(?:约|共|合计)?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0{1,4})?(?:余)?(?:人|名|个|位)?"
)
_AMOUNT = re.compile(
    r"(?:约|人民币|¥)?(\(?-?(?:\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.\d{1,8})?\)?)"
    r"(亿元|百万元|万元|千元|元|亿|万)?(?:人民币)?"
)
_OCR_DIGITS = str.maketrans("OoIl|丨Z", "0011112")
_UNITS = {"亿": "亿元", "万": "万元"}
_INVALID = 0.5
"""What is left of the confidence where the value cannot be one of its kind."""


@dataclass(frozen=True, slots=True)
class Value:
    """share: by which the confidence is multiplied."""

    text: str
    unit: str = ""
    share: float = 1.0
    flags: tuple[str, ...] = ()


def value_of(raw: str, kind: FieldKind, *, ocr: bool = False) -> Value | None:
    """The value that a text gives, None where nothing was filled in."""
    text = _RULE.sub(" ", raw[:LONGEST_VALUE]).strip("_ \t\n\u3000")
    if _NOTHING.match(text) or (len(text) < 8 and squeezed(text) in _NONE):
        return None
    if kind in (FieldKind.TEXT, FieldKind.INDUSTRY, FieldKind.OTHER):
        return Value(joined(text))
    short = text[:_SHORT]
    match kind:
        case FieldKind.USCC:
            return _uscc(short, ocr=ocr)
        case FieldKind.NUMBER:
            return Value(squeezed(short))
        case FieldKind.FULL_NAME | FieldKind.PERSON | FieldKind.CITY:
            name = "".join(_STAMPED.sub("", joined(short)).split("\n"))
            return Value(name) if name else None
        case FieldKind.MOBILE:
            return _mobile(short, ocr=ocr)
        case FieldKind.PHONE:
            return _phone(short, ocr=ocr)
        case FieldKind.EMAIL:
            found = _EMAIL.search(squeezed(short))
            return Value(found[0]) if found else _invalid(squeezed(short))
        case FieldKind.COUNT:
            return _count(short, ocr=ocr)
        case FieldKind.MONEY | FieldKind.FIGURES:
            return amount_of(short, ocr=ocr) or _invalid(joined(short))
        case _:
            return Value("".join(joined(short).split()))


def joined(text: str) -> str:
    """The text on one line: what a line end or blanks part in Chinese belongs together."""
    whole = ""
    for line in text.split("\n"):
        pieces = line.split()
        if not pieces:
            continue
        # A number is cut wherever its line ends; between words a blank stood there.
        words = whole[-1:].isalpha() and pieces[0][0].isalpha()
        apart = " " if words and not _touch(whole, pieces[0]) else ""
        blanks = ["" if _touch(one, other) else " " for one, other in pairwise(pieces)]
        whole += apart + "".join(
            f"{piece}{blank}" for piece, blank in zip(pieces, [*blanks, ""], strict=True)
        )
    return whole


def _touch(before: str, after: str) -> bool:
    return bool(_CJK.match(before[-1]) or _CJK.match(after[0]))


def amount_of(text: str, *, ocr: bool = False) -> Value | None:
    """An amount as plain digits with its unit, None where the text is none."""
    plain = squeezed(text[:_SHORT])
    flags: tuple[str, ...] = ()
    found = _AMOUNT.fullmatch(plain)
    if found is None and ocr and len(plain) < 30:
        # Of points and commas OCR gives either, and letters for digits.
        mended = plain.translate(_OCR_DIGITS).replace("，", ",").replace("。", ".")
        found, flags = _AMOUNT.fullmatch(mended), ("repaired",)
    if found is None:
        return None
    digits = found[1].replace(",", "")
    if digits.startswith("("):  # a loss, as bookkeepers write it
        digits = "-" + digits.strip("()-")
    unit = found[2] or ""
    return Value(digits.strip("()"), _UNITS.get(unit, unit), 0.9 if flags else 1.0, flags)


def _uscc(text: str, *, ocr: bool) -> Value:
    code = re.sub(r"[^0-9A-Za-z丨|]", "", squeezed(text)).upper()
    if is_uscc(code):
        return Value(code)
    mended = repaired_uscc(code) if ocr else None
    if mended is not None:
        return Value(mended, share=0.9, flags=("repaired",))
    return _invalid(code or squeezed(text))


def _mobile(text: str, *, ocr: bool) -> Value:
    plain = squeezed(text)
    digits = _dialled(plain, ocr=ocr)
    if found := _MOBILE.search(digits):
        return Value(found[1])
    return _invalid(plain)


def _phone(text: str, *, ocr: bool) -> Value:
    plain = squeezed(text)
    for first in re.split(r"[/、,;]", plain, maxsplit=1):
        number = _ocr_digits(first, ocr=ocr).replace("—", "-").replace("–", "-")
        if _PHONE.fullmatch(number) or _MOBILE.fullmatch(number.replace("-", "")):
            return Value(number)
        if _LOCAL.fullmatch(number):
            return Value(number, share=0.95)
    return _invalid(plain)


def _count(text: str, *, ocr: bool) -> Value:
    plain = squeezed(text)
    found = _COUNT.fullmatch(_ocr_digits(plain, ocr=ocr))
    return Value(found[1].replace(",", "")) if found else _invalid(joined(text))


def _dialled(plain: str, *, ocr: bool) -> str:
    return re.sub(r"[-—–().]", "", _ocr_digits(plain, ocr=ocr))


def _ocr_digits(text: str, *, ocr: bool) -> str:
    return text.translate(_OCR_DIGITS) if ocr else text


def _invalid(text: str) -> Value:
    return Value(unicodedata.normalize("NFKC", text), share=_INVALID, flags=("invalid",))
