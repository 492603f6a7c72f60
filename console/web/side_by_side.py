"""The application's agreement as the clerk's page shows it, with the seals' pictures."""

from __future__ import annotations

from typing import Any

from console.agreement import COLUMNS, differs, line
from intake.contents import RECORD, decode_record
from intake.workplace import Workplace
from model.agreement import Evidence, Place
from model.errors import ArchiveError
from model.record import Record

__all__ = ["COLUMNS", "agreements"]


def agreements(place: Workplace, programme: str, object_id: str) -> dict[int, list[dict[str, Any]]]:
    """The lines of each version by its number; versions without such evidence are left out."""
    if programme not in place.archived_programmes():
        return {}
    try:
        held = place.archive(programme).versions(object_id)
    except ArchiveError:  # told by `intake verify`; the page shows what the ledger knows
        return {}
    found = {}
    for version in held:
        if RECORD in version.state:
            record = decode_record(version.path(RECORD).read_bytes())
            if record.agreement:
                found[version.number] = [_line(one, record) for one in record.agreement]
    return found


def _line(one: Evidence, record: Record) -> dict[str, Any]:
    filed_as, number = _seal(one, record)
    return {"cells": line(one), "differs": differs(one), "filed_as": filed_as, "seal": number}


def _seal(one: Evidence, record: Record) -> tuple[str, int]:
    """Where the file lies and which of its seals has a picture; "" and 0 where there is none."""
    file = next((file for file in record.files if file.path == one.about), None)
    if file is None:
        return "", 0
    if one.place is not Place.SEAL:
        return file.filed_as, 0
    for number, seal in enumerate(file.seals, 1):
        if (seal.page, seal.text) == (one.page, one.full_name) and seal.image is not None:
            return file.filed_as, number
    return file.filed_as, 0
