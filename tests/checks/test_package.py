"""The archive: one of the formats asked for, by its bytes, whatever its ending says."""

from __future__ import annotations

from typing import Any

import pytest

from checks import judge
from checks.archives import family, is_archive
from model.finding import Finding
from model.submission import SubmittedFile
from model.verdict import Outcome, Verdict
from tests.builders.submissions import (
    PACKAGE,
    RIGHT,
    file,
    full_set,
    packed,
    programme,
    submission,
)


def _one(name: str, kind: str, *, opened: bool = True, **changes: Any) -> Verdict:
    rules = programme(**changes)
    package = packed(name, rules, kind=kind, opened=opened)
    files = full_set(name) if opened else []
    found = () if opened else (Finding("package.encrypted", name),)
    return judge(submission(rules, packages=(package,), files=files, found=found), rules)


def _codes(verdict: Verdict) -> set[str]:
    wanted = ("attachment.", "package.")
    return {one.code for one in verdict.findings if one.code.startswith(wanted)}


ONLY_RAR = {"package": {"formats": ("rar",), "other_formats": ()}}
ZIP = {"package": {"formats": ("zip",), "other_formats": ("rar",)}}


@pytest.mark.parametrize(
    ("name", "kind", "changes", "codes", "outcome"),
    [
        (PACKAGE, "rar5", {}, set(), Outcome.COMPLETE),
        (PACKAGE, "rar4", {}, set(), Outcome.COMPLETE),
        (PACKAGE.upper(), "rar5", {}, set(), Outcome.COMPLETE),
        (f"{RIGHT}.exe", "rar5", {}, set(), Outcome.COMPLETE),
        (f"{RIGHT}.part1.rar", "rar5", {}, set(), Outcome.COMPLETE),
        (f"{RIGHT}.r00", "rar4", {}, set(), Outcome.COMPLETE),
        (f"{RIGHT}.zip", "zip", {}, {"attachment.other_format"}, Outcome.COMPLETE),
        (f"{RIGHT}.7z.001", "7z", {}, {"attachment.other_format"}, Outcome.COMPLETE),
        (f"{RIGHT}.tar.gz", "tar.gz", {}, {"attachment.other_format"}, Outcome.COMPLETE),
        (
            PACKAGE,
            "zip",
            {},
            {"attachment.other_format", "attachment.ending_lies"},
            Outcome.COMPLETE,
        ),
        (f"{RIGHT}.zip", "rar5", {}, {"attachment.ending_lies"}, Outcome.COMPLETE),
        (f"{RIGHT}.zip", "zip", ONLY_RAR, {"attachment.format_refused"}, Outcome.CORRECTION),
        (f"{RIGHT}.zip", "zip", ZIP, set(), Outcome.COMPLETE),
    ],
)
def test_format_and_ending(
    name: str, kind: str, changes: dict[str, Any], codes: set[str], outcome: Outcome
) -> None:
    verdict = _one(name, kind, **changes)
    assert _codes(verdict) == codes
    assert verdict.outcome is outcome


def test_a_package_that_stayed_closed_is_not_said_to_have_been_opened() -> None:
    verdict = _one(f"{RIGHT}.zip", "zip", opened=False)
    assert _codes(verdict) == {"package.encrypted"}
    assert verdict.outcome is Outcome.RETURNED


def test_a_closed_package_of_a_refused_format_is_told_both() -> None:
    verdict = _one(f"{RIGHT}.zip", "zip", opened=False, **ONLY_RAR)
    assert _codes(verdict) == {"package.encrypted", "attachment.format_refused"}


def test_an_unpacker_that_died_leaves_the_format_known() -> None:
    """The format is then the media type; the applicant used the right one."""
    rules = programme(**ONLY_RAR)
    package = packed(PACKAGE, rules, kind="application/vnd.rar", opened=False)
    died = Finding("mail.unpacking_failed", PACKAGE, {"reason": "处理超时"})
    verdict = judge(submission(rules, packages=(package,), files=[], found=(died,)), rules)
    assert _codes(verdict) == {"package.nothing_out"}


@pytest.mark.parametrize(
    "why",
    [
        Finding("mail.unpacking_failed", PACKAGE, {"reason": "内存超限"}),
        Finding("package.limit_members", PACKAGE, {"count": "9", "limit": "2"}),
        Finding("package.limit_time", PACKAGE, {"limit": "300"}),
    ],
    ids=lambda one: one.code,
)
def test_nothing_is_called_complete_when_nothing_came_out(why: Finding) -> None:
    rules = programme()
    package = packed(PACKAGE, rules, opened=False)
    verdict = judge(submission(rules, packages=(package,), files=[], found=(why,)), rules)
    assert verdict.outcome is Outcome.RETURNED
    assert verdict.needs_person


@pytest.mark.parametrize(
    ("base", "files", "codes"),
    [
        ("national-2021", [file("推荐表.pdf")], {"attachment.loose_files"}),
        ("gaoxin-2021", [file("统计表.xlsx"), file("申报材料.docx")], set()),
        ("national-2021", [file("Thumbs.db")], {"attachment.none"}),
    ],
)
def test_loose_files(base: str, files: list[SubmittedFile], codes: set[str]) -> None:
    rules = programme(base)
    assert _codes(judge(submission(rules, packages=(), files=files), rules)) == codes


def test_loose_files_beside_a_package_need_no_word() -> None:
    rules = programme()
    files = [*full_set(), file("说明.docx")]
    assert _codes(judge(submission(rules, files=files), rules)) == set()


def test_volumes_of_one_archive_are_one_package() -> None:
    rules = programme()
    first, second = f"{RIGHT}.part1.rar", f"{RIGHT}.part2.rar"
    later = Finding("package.volume_part", second, {"first": first})
    packages = (packed(first, rules), packed(second, rules, opened=False))
    verdict = judge(submission(rules, packages=packages, found=(later,)), rules)
    assert _codes(verdict) == {"package.volume_part"}
    assert verdict.outcome is Outcome.COMPLETE


def test_several_packages_are_noted_with_their_number() -> None:
    rules = programme()
    verdict = judge(submission(rules, packages=(PACKAGE, "证明材料.rar")), rules)
    (found,) = [one for one in verdict.findings if one.code == "attachment.several_packages"]
    assert "2个" in found.text


@pytest.mark.parametrize(
    ("kind", "name"),
    [("rar5", "rar"), ("tar.gz", "tar"), ("application/x-7z-compressed", "7z"),
     ("application/x-arj", "arj"), ("application/x-strange", "x-strange")],
)  # fmt: skip
def test_the_family_of_a_format(kind: str, name: str) -> None:
    assert family(kind) == name


def test_only_media_types_make_a_file_an_archive() -> None:
    assert is_archive("application/zip")
    assert not is_archive("rar")
    assert not is_archive("application/pdf")


def test_what_is_no_archive_has_no_format() -> None:
    rules = programme()
    package = packed(f"{RIGHT}.rar", rules, kind="text/html", opened=False)
    found = (Finding("package.not_an_archive", package.name, {"format": "text/html"}),)
    verdict = judge(submission(rules, packages=(package,), files=[], found=found), rules)
    assert _codes(verdict) == {"package.not_an_archive"}
    assert verdict.outcome is Outcome.RETURNED
