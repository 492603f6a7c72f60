"""Options that several commands share, and values as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from model.errors import IntakeError

programme_option = click.option(
    "--programme", "-p", default=None, metavar="P",
    help="Id of a programme, or a .toml file; the configured one by default.",
)  # fmt: skip


class Moment(click.ParamType[datetime]):
    """A date or a date with time, as 2021-06-16 or 2021-06-16T17:00[+08:00]."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2021-06-16 or 2021-06-16T17:00", param, ctx)


def in_zone(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A time without a zone is meant in the programme's."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone)


def user_name() -> str:
    """Who calls, for the record.

    Raises: IntakeError where the system does not say.
    """
    import getpass

    try:
        return getpass.getuser()
    except OSError as error:
        raise IntakeError("It is not known who you are.", "Set the variable USER.") from error
