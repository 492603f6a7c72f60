"""The register (登记册): which application number was issued to which unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from model.full_name import normal_name
from model.labels import squeezed


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One issued number. former_names: other names that the unit has borne. recommender: who
    recommends it (推荐单位), "" where the register has no such column."""

    application_no: str
    full_name: str
    uscc: str = ""
    city: str = ""
    recommender: str = ""
    contact: str = ""
    mobile: str = ""
    email: str = ""
    former_names: tuple[str, ...] = ()


def plain_number(text: str) -> str:
    """The form in which two application numbers are compared."""
    return squeezed(text).upper()


@dataclass(frozen=True)
class Register:
    """All issued numbers of one programme. version: which import made it, 0 where none did."""

    entries: tuple[RegisterEntry, ...] = ()
    version: int = 0
    _by_number: dict[str, RegisterEntry] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, list[RegisterEntry]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_by_number", {plain_number(one.application_no): one for one in self.entries}
        )
        names: dict[str, list[RegisterEntry]] = {}
        for one in self.entries:
            for name in (one.full_name, *one.former_names):
                names.setdefault(normal_name(name).casefold(), []).append(one)
        object.__setattr__(self, "_by_name", names)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def entry(self, application_no: str) -> RegisterEntry | None:
        """Whose number it is."""
        return self._by_number.get(plain_number(application_no))

    def of_name(self, full_name: str) -> list[RegisterEntry]:
        """The entries of a unit, by its name or a former one."""
        return list(self._by_name.get(normal_name(full_name).casefold(), ()))

    def names(self) -> Iterable[tuple[str, list[RegisterEntry]]]:
        """Every name, former ones too, in the form in which names are compared, and whose it is."""
        return self._by_name.items()

    def numbers(self) -> Iterable[str]:
        return (one.application_no for one in self.entries)


NO_REGISTER = Register()
