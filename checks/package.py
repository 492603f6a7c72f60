"""Is there one archive, of a format that the notice takes?

What is wrong inside an archive (password, damage, limits) the unpacker has found already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.archives import family
from checks.case import Case
from model.finding import Effect, Finding
from model.submission import Package

VOLUME = re.compile(r"\.(?:[rz]\d\d|\d{3})$")
"""x.r00, x.z01, x.7z.001: a volume's ending tells its number, not its format."""
ENDINGS = {"rar": (".rar", ".exe"), "zip": (".zip", ".exe"), "7z": (".7z", ".exe")}


def check(case: Case) -> Iterator[Finding]:
    submission, rule = case.submission, case.programme.package
    formats = "、".join(name.upper() for name in rule.formats)
    if not submission.packages:
        if case.files and rule.required:
            naming = case.programme.naming
            separator = naming.separator if naming else "+"
            yield Finding(
                "attachment.loose_files", params={"formats": formats, "separator": separator}
            )
        return
    volumes = sum(one.code == "package.volume_part" for one in submission.findings)
    if (count := len(submission.packages) - volumes) > 1:
        yield Finding("attachment.several_packages", params={"count": str(count)})
    none = {one.about for one in submission.findings if one.code == "package.not_an_archive"}
    for package in submission.packages:
        if package.name in none:
            continue  # what is no archive has no format to speak of
        yield from _format(package, rule.formats, rule.other_formats, formats)
    if not case.files and not any(one.effect is Effect.RETURN for one in submission.findings):
        names = "、".join(one.name for one in submission.packages)
        yield Finding("package.nothing_out", about=names)


def _format(
    package: Package, wanted: tuple[str, ...], taken: tuple[str, ...], formats: str
) -> Iterator[Finding]:
    kind = family(package.format)
    params = {"format": kind.upper(), "formats": formats}
    if kind not in wanted and kind not in taken:
        yield Finding("attachment.format_refused", about=package.name, params=params)
    elif kind not in wanted and package.opened:
        yield Finding("attachment.other_format", about=package.name, params=params)
    endings = ENDINGS.get(kind)
    name = package.name.lower()
    if endings and not name.endswith(endings) and not VOLUME.search(name):
        yield Finding("attachment.ending_lies", about=package.name, params={"format": kind.upper()})
