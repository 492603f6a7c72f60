"""How subject and package are to be named: the part of a programme that names are read by.

A plain dataclass, apart from the rest: a question about one subject line is answered without
loading what checks a whole programme file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from model.number_pattern import unsafe_in_folder_names

OPAQUE_NUMBER = r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?"
"""An application number when the notice gives no format: Latin letters, digits and hyphens."""

NAME_ENDINGS = (
    "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "集团公司", "专业合作社", "合作社",
    "合伙企业", "集团", "公司", "研究院", "研究所", "设计院", "医院", "大学", "学院", "学校",
    "协会", "学会", "中心", "厂", "院", "所", "社", "店", "局", "站", "馆",
)  # fmt: skip

SEPARATOR_LENGTH = 4

Part = Literal["number", "name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingRule:
    """How subject and package are to be named.

    order: which part stands first. separator: what joins the parts.
    number_pattern: a regular expression for the whole number, None where the notice gives none.
    name_endings: how a full legal name may end. short_names: a name without such an ending is
    taken too. example: shown to applicants. applies_to: what has to follow the rule.

    Raises: ValueError where the values contradict one another or would not be safe.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    order: tuple[Part, Part] = ("number", "name")
    separator: str = "+"
    number_pattern: str | None = None
    name_endings: tuple[str, ...] = NAME_ENDINGS
    short_names: bool = False
    example: str = ""
    applies_to: tuple[Literal["subject", "package"], ...] = ("subject", "package")

    def __post_init__(self) -> None:
        if sorted(self.order) != ["name", "number"]:
            raise ValueError(
                'order: name both parts once: ["number", "name"] or ["name", "number"]'
            )
        if not 1 <= len(self.separator) <= SEPARATOR_LENGTH:
            raise ValueError(f"separator: 1 to {SEPARATOR_LENGTH} characters")
        if self.number_pattern is not None:
            _check_pattern(self.number_pattern)

    @property
    def number(self) -> str:
        """The pattern in force."""
        return self.number_pattern or OPAQUE_NUMBER

    def expected(self, application_no: str, full_name: str) -> str:
        """The subject, and the package's name without ending, as the rule wants them."""
        texts = {"number": application_no, "name": full_name}
        return self.separator.join(texts[part] for part in self.order)


def _check_pattern(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"number_pattern: not a regular expression: {error}") from error
    if compiled.match(""):
        raise ValueError("number_pattern: it matches nothing at all (the empty text)")
    if admitted := unsafe_in_folder_names(pattern):
        raise ValueError(
            f"number_pattern: it admits {admitted}; numbers become folder names, so it may not "
            "admit separators, white space, control characters or a leading dot"
        )
