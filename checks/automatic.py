"""Is this a submission at all, or what a machine sent? By headers (RFC 3834, RFC 3464) and subject.

A mail that brings a package, or a material that the notice requires, is a submission, whatever
its headers say; whether it may be answered is for the receipt policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from model.finding import Finding
from model.letter_marks import OUR_FILE
from model.message import Message
from model.reading import SubjectVerdict


def check(case: Case) -> Iterator[Finding]:
    if case.submission.packages or _brings_a_material(case):
        return
    reason = machine_made(case.submission.message)
    subject = case.submission.subject
    if reason:
        yield Finding("mail.automatic", about=reason)
    elif subject is not None and subject.verdict is SubjectVerdict.IGNORE:
        yield from subject.notes


def machine_made(message: Message) -> str:
    """The header that shows a machine as the author, "" if none does."""
    automatic = message.header("auto-submitted").split(";")[0].strip().lower()
    if automatic and automatic != "no":
        return f"Auto-Submitted: {automatic}"
    if message.media_type == "multipart/report":
        return "multipart/report"
    if message.header("return-path").replace(" ", "") == "<>":
        return "Return-Path: <>"
    if message.header("list-id") or message.header("list-unsubscribe"):
        return "List-Id"
    if message.report is not None:
        return "退信、已读回执或自动回复"
    return ""


def _brings_a_material(case: Case) -> bool:
    """A report brings back what was sent, under names of its own making; a letter of ours its PDF,
    which tells of the materials by their titles."""
    if case.submission.message.media_type == "multipart/report":
        return False
    required = {one.id for one in case.programme.materials if one.least}
    return any(
        match.sure and match.material in required and not OUR_FILE.fullmatch(path)
        for path, matches in case.assignment.matches.items()
        for match in matches
    )
