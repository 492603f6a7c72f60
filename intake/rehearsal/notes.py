"""What a rehearsal cannot show: rules that work before or beside the judging of a mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.programme import Programme

UNSEEN: tuple[tuple[Callable[[Programme], Any], str], ...] = (
    (
        lambda one: one.package.password,
        "package.password differs: packages that stayed closed stay so here.",
    ),
    (
        lambda one: (one.package.volumes_across_mails, one.package.volume_days),
        "package.volumes_across_mails or volume_days differs: packages stay joined, or waiting, as "
        "they were.",
    ),
    (
        lambda one: one.forwarding,
        "forwarding differs: forwarded mail stays taken apart as it was, and letters over the cap "
        "are shown as if they went.",
    ),
    (
        lambda one: one.receipt.per_sender_per_day,
        "receipt.per_sender_per_day differs: letters over the cap are shown as if they went.",
    ),
    (
        lambda one: one.receipt.number,
        "receipt.number differs: receipts are shown under the numbers that they have.",
    ),
    (
        lambda one: one.told_apart,
        "told_apart differs: no mail is moved to another programme here.",
    ),
    (lambda one: one.reminders, "reminders differs: reminders are not rehearsed."),
    (lambda one: one.archival, "archival differs: 档号 and descriptions are not rehearsed."),
)
"""What is compared, and the sentence where it differs."""

FURTHER = (
    "{count} applications have pages that the new rules would have had looked at and nobody has "
    "({names}): their texts and seals are as they were read."
)
SHOWN = 5


def notes(old: Programme, new: Programme, further: list[str]) -> tuple[str, ...]:
    """further: objects with pages that only the new rules would have had looked at."""
    found = [sentence for part, sentence in UNSEEN if part(old) != part(new)]
    if further:
        names = ", ".join(further[:SHOWN]) + (", …" if len(further) > SHOWN else "")
        found.append(FURTHER.format(count=len(further), names=names))
    return tuple(found)
