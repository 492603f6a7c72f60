"""What a programme's page shows: its rules in Chinese sentences, and what follows from what."""

from __future__ import annotations

from typing import Any

from intake.outcome_table import otherwise, outcome_table
from intake.workplace import Workplace
from programmes.cautions import cautions
from programmes.explain import explain


def page(place: Workplace, programme_id: str) -> dict[str, Any] | None:
    """The whole page as values; None where no programme in use has that id.

    Raises: ProgrammeError where its file cannot be used.
    """
    if programme_id not in {*place.settings.all_programmes(), *place.archived_programmes()}:
        return None  # a path of the visitor's making is never looked for on the disk
    rules = place.programme(programme_id)
    return {
        "rules": rules,
        "sections": explain(rules),
        "cautions": cautions(rules, place.clock().astimezone(rules.zone).date()),
        "groups": outcome_table(rules),
        "otherwise": otherwise(),
    }
