"""Whether a city (or recommender) has more applications than the programme admits.

Two that are filed at the very same moment do not see one another; `intake register report` counts
anew each time and shows every excess.
"""

from __future__ import annotations

from sqlalchemy import Connection

from intake.register.groups import GROUPS, group_key, of_entry, of_row
from model.finding import Finding
from model.programme import Programme
from model.register import Register
from model.verdict import Outcome
from storage.ledger import register as rows

COUNTED = (Outcome.COMPLETE, Outcome.CORRECTION, Outcome.LATE_PENDING)
"""Outcomes of applications that take a place: what was sent back or refused takes none."""
SHOWN = 5


def quota_findings(
    tx: Connection,
    programme: Programme,
    register: Register,
    application_no: str,
    object_id: str,
    *,
    stated: str = "",
) -> tuple[Finding, ...]:
    """What is to be said of an application whose city has sent its share already.

    stated: the city or recommender by the mail's own forms (`register_groups.stated_group`), for
    where the register does not know it.
    """
    rule = programme.number_register
    if rule.quota is None:
        return ()
    by = rule.quota_by
    entry = register.entry(application_no)
    name = (of_entry(entry, by) if entry else "") or stated
    key = group_key(name, by)
    if not key:
        return ()
    others = [
        row
        for row in rows.applications_of(tx, programme.id)
        if row.object_id != object_id
        and row.outcome in COUNTED
        and group_key(of_row(row, register, by), by) == key
    ]
    if len(others) < rule.quota:
        return ()
    told = "；".join(f"{row.application_no} {row.full_name}".strip() for row in others[:SHOWN])
    if len(others) > SHOWN:
        told += f"；等{len(others)}家"
    params = {"group": name, "unit": GROUPS[by], "quota": str(rule.quota), "others": told}
    return (Finding("register.over_quota", params=params),)
