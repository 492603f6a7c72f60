"""What a number pattern admits that no folder name may hold.

The pattern is taken apart rather than tried on samples: `ZB\\d{4}/\\d+` admits a slash in one
place only, and no list of samples would find it. Assertions are not followed, so a pattern that
forbids in a lookahead what its classes admit is refused as well; say it in the classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
SPACES = "\u0020\u00a0\u1680\u2000\u2003\u2009\u2028\u2029\u202f\u205f\u3000"
HIDDEN = "\u200b\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff"
SEPARATORS = '/\\:*?"<>|'
"""Those of paths, and what Windows admits in no file name."""
UNSAFE = SEPARATORS + CONTROLS + SPACES + HIDDEN

_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_ASSERTIONS = (ops.ASSERT, ops.ASSERT_NOT, ops.AT, ops.GROUPREF)
"""They take no character, or one that another part has taken before."""
_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s", ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def unsafe_in_folder_names(pattern: str) -> str:
    """What a valid pattern admits and should not, as an operator reads it; "" if nothing."""
    tree = parser.parse(pattern)
    found = [char for char in UNSAFE if _takes(tree, char)]
    if found:
        return repr(found[0])
    return "a leading dot" if _may_begin(tree, ".")[0] else ""


def _takes(tree: Iterable[tuple[Any, Any]], char: str) -> bool:
    """Whether any part of the pattern may take the character."""
    return any(
        _one(op, value, char) or any(_takes(branch, char) for branch in _branches(op, value))
        for op, value in tree
    )


def _may_begin(tree: Iterable[tuple[Any, Any]], char: str) -> tuple[bool, bool]:
    """Whether a match may begin with the character, and whether the pattern may take nothing."""
    for op, value in tree:
        branches = _branches(op, value)
        inner = [_may_begin(branch, char) for branch in branches]
        if _one(op, value, char) or any(begins for begins, _ in inner):
            return True, False
        may_be_nothing = (
            op in _ASSERTIONS
            or (op in _REPEATS and value[0] == 0)
            or (op is ops.GROUPREF_EXISTS and value[2] is None)
            or any(nothing for _, nothing in inner)
        )
        if not may_be_nothing:
            return False, False
    return False, True


def _branches(op: Any, value: Any) -> list[Any]:
    """The patterns within one part of a pattern."""
    if op in _REPEATS:
        return [value[2]]
    if op is ops.SUBPATTERN:
        return [value[3]]
    if op is ops.ATOMIC_GROUP:
        return [value]
    if op is ops.BRANCH:
        return list(value[1])
    if op is ops.GROUPREF_EXISTS:
        return [branch for branch in value[1:] if branch is not None]
    return []


def _one(op: Any, value: Any, char: str) -> bool:
    """Whether a part that takes one character takes this one."""
    if op is ops.LITERAL:
        return bool(value == ord(char))
    if op is ops.NOT_LITERAL:
        return bool(value != ord(char))
    if op is ops.ANY:
        return True
    if op is ops.IN:
        negated = value[0][0] is ops.NEGATE
        return any(_in_class(one, char) for one in value) != negated
    return False


def _in_class(part: tuple[Any, Any], char: str) -> bool:
    op, value = part
    if op is ops.LITERAL:
        return bool(value == ord(char))
    if op is ops.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if op is ops.CATEGORY:
        return re.fullmatch(_CATEGORIES[value], char) is not None
    return False
