"""What a package will hold: which file goes where, decided before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from intake.export.words import OTHER, PAGES, PART
from intake.holding import HeldFile
from intake.sheets.application import Application
from intake.sheets.layout import Cell
from intake.sheets.words import OUTCOMES
from model.programme import Programme
from model.record import Record
from parsers.archives.names import Names, safe_path


@dataclass(frozen=True, slots=True)
class Copy:
    """One file. path: within its applicant's folder. source: where its bytes lie in the archive.
    size: bytes."""

    path: str
    material: str
    source: Path
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """Its path without the material's folder."""
        return self.path.split("/", 1)[1]

    @property
    def folder(self) -> str:
        return self.path.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Bundle:
    """One applicant. folder: its name, unique in the package. about: what the index says of it,
    from 申报编号 to 版本. parts: where a material stands within a file of another folder,
    by the material's id."""

    folder: str
    about: tuple[Cell, ...]
    copies: tuple[Copy, ...]
    parts: dict[str, str] = field(default_factory=dict)

    def of(self, material: str) -> tuple[Copy, ...]:
        return tuple(one for one in self.copies if one.material == material)


def plan(application: Application, names: Names) -> Bundle:
    """Where each file in force of an application goes. names: those of the folders so far.

    Raises: ValueError for an application of which nothing is held.
    """
    held, rules = application.holding, application.rules
    if held is None:
        raise ValueError("nothing is held of it")
    title = "+".join(one for one in (application.number, application.row.full_name) if one)
    folder = names.unique(_one_part(title), stored=False)
    copies: dict[str, Copy] = {}
    taken = Names()
    for number, (material, label) in enumerate(_order(rules), 1):
        own = [one for one in held.files if _material(one, rules) == material]
        inside = _below_common(own)
        for one, path in zip(own, inside, strict=True):
            wanted = f"{number} {_one_part(label)}/{path}"
            target = taken.unique(safe_path(wanted))
            copies[one.path] = Copy(target, material, one.stored, one.filed.sha256, one.filed.size)
    parts = _parts(held.record, copies, rules)
    return Bundle(folder, _about(application), tuple(copies.values()), parts)


def _about(one: Application) -> tuple[Cell, ...]:
    fields = one.row.fields or {}
    return (
        one.number,
        one.row.full_name,
        fields.get("title", ""),
        fields.get("city", ""),
        one.row.archival_code,
        OUTCOMES[one.row.outcome],
        one.local(one.row.received_at),
        one.row.revision,
    )


def _order(rules: Programme) -> list[tuple[str, str]]:
    """Materials as the programme lists them; what was taken for none comes last."""
    return [*((one.id, one.label) for one in rules.materials), ("", OTHER)]


def _material(file: HeldFile, rules: Programme) -> str:
    """The material it was taken for, "" where the programme has none of that id any more."""
    return file.material if any(one.id == file.material for one in rules.materials) else ""


def _one_part(text: str) -> str:
    """A name of a single folder: a slash in it is only a sign."""
    return safe_path(text.replace("/", "／").replace("\\", "＼"))


def _below_common(files: list[HeldFile]) -> list[str]:
    """Their paths without the folders that all of them share, so that what tells them apart
    stays."""
    paths = [PurePosixPath(one.path).parts for one in files]
    if not paths:
        return []
    shared = 0
    shortest = min(len(path) for path in paths) - 1
    while shared < shortest and len({path[shared] for path in paths}) == 1:
        shared += 1
    return ["/".join(path[shared:]) for path in paths]


def _parts(record: Record, copies: dict[str, Copy], rules: Programme) -> dict[str, str]:
    """Materials that stand on some pages of a file that was copied for another one.

    copies: by the paths that the applicant gave.
    """
    found = {}
    for item in record.checklist:
        told = []
        for part in item.parts:
            copy = copies.get(part.path)
            if copy is not None and copy.material != item.material:
                first, last = part.first, part.last
                pages = str(first) if first == last else PAGES.format(first=first, last=last)
                told.append(PART.format(folder=copy.folder, name=copy.name, pages=pages))
        if told and any(one.id == item.material for one in rules.materials):
            found[item.material] = "；".join(told)
    return found
