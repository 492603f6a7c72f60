"""What a mail's subject and its packages' names say by a programme's naming rule."""

from __future__ import annotations

from collections.abc import Iterator

from model.finding import Finding
from model.made_up_names import is_made_up
from model.message import Message, RawMessage
from model.programme import Programme
from model.reading import NameReading
from parsers.subject import read_package_name, read_subject

OF_THE_OUTER = "forward.subject_of_outer"


def subject_of(raw: RawMessage, message: Message, programme: Programme) -> NameReading | None:
    """The subject by the naming rule. Where that of a mail forwarded alone tells nothing, that of
    the mail around it may."""
    naming = programme.naming
    if naming is None or "subject" not in naming.applies_to:
        return None
    own = read_subject(message.subject, naming)
    if raw.forwarded is None or not raw.forwarded.alone or _is_known(own):
        return own
    outer = read_subject(raw.forwarded.subject, naming)
    return outer if _is_known(outer) else own


def told_of_subject(
    raw: RawMessage, message: Message, subject: NameReading | None
) -> Iterator[Finding]:
    """That it is another mail's, where it is."""
    if raw.forwarded is not None and subject is not None and subject.text != message.subject:
        yield Finding(OF_THE_OUTER, about=raw.forwarded.subject)


def package_named(name: str, programme: Programme) -> NameReading | None:
    """A package's name by the naming rule, None where that does not go for packages or the name is
    a mail program's."""
    naming = programme.naming
    if naming is None or "package" not in naming.applies_to or is_made_up(name):
        return None
    return read_package_name(name, naming)


def _is_known(reading: NameReading) -> bool:
    return bool(reading.application_no and reading.full_name)
