"""How an application is described for the archive, and its 档号, drawn once and for ever.

Sources: DA/T 22-2015, 5.4 (档号: 全宗号-档案门类代码·年度-保管期限-机构（问题）代码-件号),
5.5 (what a catalogue says of each item); GB/T 18894-2016, annex A (metadata of electronic files).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from model.archival import ArchivalFields
from model.programme import Programme
from storage.ledger import numbers


def archival_fields(
    tx: Connection,
    programme: Programme,
    object_id: str,
    *,
    full_name: str,
    application_no: str,
    first_received_at: datetime,
) -> ArchivalFields:
    """The description of one application; its 档号 is drawn with the first one that is made.

    The code belongs to the application whatever is filed for it later, and is given back where
    the transaction falls: codes have no gaps. "" where the programme draws none.
    """
    code = numbers.code_of(tx, programme.id, object_id)
    if not code and programme.archival.code:
        serial = numbers.next_serial(tx, _series(programme))
        code = programme.archival.number(programme.year, serial)
        numbers.keep_code(tx, programme.id, object_id, code)
    return described(
        programme,
        code=code,
        full_name=full_name,
        application_no=application_no,
        first_received_at=first_received_at,
    )


def described(
    programme: Programme,
    *,
    code: str,
    full_name: str,
    application_no: str,
    first_received_at: datetime,
) -> ArchivalFields:
    """The description with a code that is known already; nothing is drawn."""
    rule = programme.archival
    return ArchivalFields(
        code=code,
        title=rule.title.format(
            full_name=full_name, application_no=application_no, programme=programme.title
        ),
        responsible=rule.responsible or full_name,
        made_on=first_received_at.astimezone(programme.zone).date(),
        retention=rule.retention,
        classification=rule.classification,
        department=rule.department,
        fonds=rule.fonds,
        year=programme.year,
    )


def restore_code(tx: Connection, programme: Programme, object_id: str, code: str) -> None:
    """A code that stands in the archive: the ledger knows it again, and counts on behind it."""
    if not code or numbers.code_of(tx, programme.id, object_id):
        return
    numbers.keep_code(tx, programme.id, object_id, code)
    rule = programme.archival
    last = rule.serial_of(code, programme.year) if rule.code else None
    if last is not None and last > numbers.serial(tx, _series(programme)):
        numbers.set_serial(tx, _series(programme), last)


def _series(programme: Programme) -> str:
    return f"archival:{programme.archival.series(programme.year)}"
