"""Is the mail nothing but the carrier of others' mails?"""

from __future__ import annotations

from collections.abc import Iterator

from checks.case import Case
from model.finding import Finding


def only_carries(case: Case) -> bool:
    """Whether the mail has no submission of its own beside those that it carries: nobody that it
    is for, or nothing that it brings."""
    if not case.submission.forwarded:
        return False
    return not (case.identity.known and (case.files or case.submission.packages))


def check(case: Case) -> Iterator[Finding]:
    """What is told of the mails that it carries, and of files that belong to none of them."""
    carried = case.submission.forwarded
    if not carried:
        return
    subjects = "；".join(one.subject or one.name for one in carried)
    yield Finding("forward.carries", params={"count": str(len(carried)), "subjects": subjects})
    if only_carries(case) and case.files:
        names = "、".join(one.path for one in case.files)
        yield Finding("forward.own_files", params={"files": names})
