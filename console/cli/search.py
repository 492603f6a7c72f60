"""`intake search TEXT`."""

from __future__ import annotations

import click

from console.cli.output import json_option, print_json, print_table
from intake.settings import load_settings
from intake.sheets.words import OUTCOMES
from intake.workplace import open_workplace
from storage.ledger import search


@click.command("search")
@click.argument("text")
@json_option
def command(text: str, as_json: bool) -> int:
    """Find submissions by name, number, subject, sender, file name or finding."""
    with open_workplace(load_settings()) as place, place.ledger.read() as tx:
        rows = search.find(tx, text)
    if as_json:
        print_json(
            [
                {"programme": row.programme, "object": row.object_id, "version": row.version,
                 "application_no": row.application_no, "full_name": row.full_name,
                 "outcome": row.outcome, "receipt_no": row.receipt_no, "message": row.sha256}
                for row in rows
            ]
        )  # fmt: skip
    else:
        print_table(
            ("object", "version", "单位全称", "状态", "回执", "主题", "message"),
            ((row.object_id, row.version, row.full_name, OUTCOMES[row.outcome], row.receipt_no,
              row.subject, row.sha256[:16]) for row in rows),
        )  # fmt: skip
    return 0
