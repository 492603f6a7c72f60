"""Is there one archive, of a format that the notice takes?

What is wrong inside an archive (password, damage, limits) the unpacker has found already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.case import Case
from model.finding import Finding
from model.submission import Package

FAMILIES = {"rar4": "rar", "rar5": "rar", "rar": "rar", "zip": "zip", "7z": "7z"}
VOLUME = re.compile(r"\.(?:[rz]\d\d|\d{3})$")
"""x.r00, x.z01, x.7z.001: a volume's ending tells its number, not its format."""
ENDINGS = {"rar": (".rar", ".exe"), "zip": (".zip", ".exe"), "7z": (".7z", ".exe")}


def family(container_format: str) -> str:
    """The name a programme file uses for a container's format."""
    return FAMILIES.get(container_format, container_format.split(".")[0])


def check(case: Case) -> Iterator[Finding]:
    submission, rule = case.submission, case.programme.package
    formats = "、".join(name.upper() for name in rule.formats)
    if not submission.packages:
        if submission.files and rule.required:
            naming = case.programme.naming
            separator = naming.separator if naming else "+"
            yield Finding(
                "attachment.loose_files", params={"formats": formats, "separator": separator}
            )
        return
    if len(submission.packages) > 1:
        yield Finding(
            "attachment.several_packages", params={"count": str(len(submission.packages))}
        )
    for package in submission.packages:
        yield from _format(package, rule.formats, rule.other_formats, formats)


def _format(
    package: Package, wanted: tuple[str, ...], taken: tuple[str, ...], formats: str
) -> Iterator[Finding]:
    kind = family(package.format)
    params = {"format": kind.upper(), "formats": formats}
    if kind not in wanted:
        code = "attachment.other_format" if kind in taken else "attachment.format_refused"
        yield Finding(code, about=package.name, params=params)
    endings = ENDINGS.get(kind)
    name = package.name.lower()
    if endings and not name.endswith(endings) and not VOLUME.search(name):
        yield Finding("attachment.ending_lies", about=package.name, params={"format": kind.upper()})
