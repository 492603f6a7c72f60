"""The applicant as other names and numbers are compared with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from checks.identity import Identity
from model.agreement import NameRelation
from model.full_name import normal_name
from model.name_relation import ONE_UNIT, relation
from model.register import NO_REGISTER, Register, plain_number
from model.standing import Standing

_LOOK_ALIKES = str.maketrans("OIL", "011")
"""What OCR takes for one another in numbers."""
_REGISTERED_ALONE = (
    NameRelation.MISREAD,
    NameRelation.ABBREVIATION,
    NameRelation.CONVERTED,
    NameRelation.SUBSIDIARY,
)
_PURPOSE = re.compile(
    r"(?:\((?:\d{1,3}|[一二三四五六七八九十]{1,3})\))?"
    r"(?:(?:合同|财务|发票|业务|投标|招投标|技术|质检|质量|行政|人事|档案|报关|公章|资料|项目|电子|"
    r"法人|对外|内部|材料|检验|检测|申报|出图|销售|采购|收发|结算|现金|收讫)*(?:专用)?章|印章|公章|印)"
    r"(?:\((?:\d{1,3}|[一二三四五六七八九十]{1,3})\))?$"
)
_SERIAL = re.compile(r"[\d★☆*·.]{1,20}$")


@dataclass(frozen=True, slots=True)
class Unit:
    """other_names: those that the register gives to the holder of the number, as long as the
    applicant's own name is among them."""

    application_no: str
    full_name: str
    other_names: tuple[str, ...] = ()
    register: Register = NO_REGISTER

    def stands(self, found: str, *, read_by_machine: bool = False) -> NameRelation:
        """How a name found somewhere stands to the applicant's. A name that the register gives to
        another unit is that unit's, however alike the two are."""
        made = _relation(found, self.full_name, self.other_names, read_by_machine)
        if made in _REGISTERED_ALONE and self._is_registered_to_another(found):
            return NameRelation.OTHER
        return made

    def number_agrees(self, found: str, *, read_by_machine: bool = False) -> bool | None:
        """Whether a number is the applicant's; None where one of the two is not known."""
        if not found or not self.application_no:
            return None
        one, other = plain_number(found), plain_number(self.application_no)
        if read_by_machine:
            one, other = one.translate(_LOOK_ALIKES), other.translate(_LOOK_ALIKES)
        return one == other

    def _is_registered_to_another(self, found: str) -> bool:
        own = plain_number(self.application_no)
        entries = self.register.of_name(found)
        return bool(entries) and all(plain_number(one.application_no) != own for one in entries)


def unit_of(identity: Identity, standing: Standing) -> Unit:
    number, name = identity.application_no or "", identity.full_name or ""
    entry = standing.register.entry(number) if number else None
    names: tuple[str, ...] = ()
    if entry is not None and name:
        registered = (entry.full_name, *entry.former_names)
        if any(relation(name, one) in ONE_UNIT for one in registered):
            names = tuple(one for one in registered if normal_name(one) != normal_name(name))
    return Unit(number, name, names, standing.register)


def name_on_seal(text: str) -> str:
    """The unit's name of what is written on a seal: without its serial number and what the seal is
    for (合同专用章)."""
    plain = _SERIAL.sub("", normal_name(text))
    return _PURPOSE.sub("", plain) or plain


@lru_cache(maxsize=4096)
def _relation(found: str, name: str, others: tuple[str, ...], machine: bool) -> NameRelation:
    return relation(found, name, others, read_by_machine=machine)
