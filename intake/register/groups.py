"""Applications by city or by recommender: of the register where it knows the number, else as the
application's own forms say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from model.full_name import normal_name
from model.register import Register, RegisterEntry
from model.submission import Submission
from model.verdict import Verdict

GROUPS = {"city": "市", "recommender": "推荐单位"}
"""What applications are grouped by, as a person calls it."""
FIELDS = {"city": "city", "recommender": "recommended_by"}
"""The field of a form that says it."""
UNKNOWN = "（未填）"
_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,8}?(?:省|自治区)(?=.)")


def group_key(name: str, by: str) -> str:
    """The form in which names of groups are compared: 山东省济南市, 济南市 and 济南 are one."""
    plain = normal_name(name).casefold()
    if by != "city":
        return plain
    plain = _PROVINCE.sub("", plain)
    return plain.removesuffix("市") if len(plain) > 2 else plain


def of_entry(entry: RegisterEntry, by: str) -> str:
    return entry.city if by == "city" else entry.recommender


def of_row(row: Row[Any], register: Register, by: str) -> str:
    """The group of an application in the ledger, "" where nobody says it."""
    entry = register.entry(row.application_no)
    fields: Mapping[str, str] = row.fields or {}
    return (of_entry(entry, by) if entry else "") or fields.get(FIELDS[by], "")


def stated_group(submission: Submission, verdict: Verdict, by: str) -> str:
    """What the forms of a mail say of it, the surest value; "" where they do not."""
    forms = {path for item in verdict.checklist for path in item.files}
    values = [
        one
        for file in submission.files
        if file.path in forms and file.document is not None
        for one in file.document.fields
        if one.name == FIELDS[by] and "invalid" not in one.flags
    ]
    surest = max(values, key=lambda one: one.confidence, default=None)
    return surest.value if surest else ""
