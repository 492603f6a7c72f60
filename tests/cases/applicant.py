"""Who applies in a case: a number and a full name of its own, the same in every run."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_BRANDS = "泰岳宏华盛鲁海辰天源龙泉金恒兴瑞鼎新圣力东润永信"


@dataclass(frozen=True, slots=True)
class Applicant:
    """key: what nobody else has, in ASCII."""

    number: str
    name: str
    key: str

    @property
    def address(self) -> str:
        return f"qy{self.key}@example.com"

    def fill(self, text: str) -> str:
        """A text of the table with this applicant's 编号 and 单位 in it."""
        return text.replace("{编号}", self.number).replace("{单位}", self.name)


def applicant_of(case_id: str, number: str = "", name: str = "") -> Applicant:
    """number, name: given by the case where they matter, made up from its id where not."""
    seed = zlib.crc32(case_id.encode())
    letters, rest = [], seed
    for _ in range(3):
        rest, place = divmod(rest, len(_BRANDS))
        letters.append(_BRANDS[place])
    return Applicant(
        number or f"ZB2021{seed % 10_000_000:07d}",
        name or f"山东{''.join(letters)}机械有限公司",
        f"{seed:08x}",
    )
