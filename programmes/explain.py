"""A programme told as a person would read it: Chinese sentences in sections, every key covered.

Which sentence is said follows from the file; the sentences stand in `common/explain.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from model.policies import LatePolicy
from model.programme import Programme
from programmes.explain_materials import fields, materials
from programmes.sentences import Section, Sentences, day, known, listed, moment, word

SECOND = timedelta(seconds=1)
EXAMPLE = 1
"""The serial number in examples."""


def explain(rules: Programme) -> tuple[Section, ...]:
    """The whole programme, section by section."""
    told = []
    for key, tell in SECTIONS.items():
        said = Sentences(key)
        tell(rules, said)
        told.append(said.section())
    return tuple(told)


def _programme(rules: Programme, said: Sentences) -> None:
    said.say(
        "named",
        title=rules.title,
        id=rules.id,
        year=rules.year,
        version=rules.version,
        timezone=rules.timezone,
    )


def _window(rules: Programme, said: Sentences) -> None:
    opens = rules.window.starts_at(rules.zone)
    closes = moment(rules.window.ends_before(rules.zone) - SECOND)
    if opens is None:
        said.say("until", closes=closes)
    else:
        said.say("from_to", opens=moment(opens), closes=closes)
        said.say("early")
    said.say("clock")
    minutes = rules.window.borderline_minutes
    said.say("borderline" if minutes else "no_borderline", minutes=minutes)


def _naming(rules: Programme, said: Sentences) -> None:
    naming = rules.naming
    if naming is None:
        said.say("none")
        return
    shape = naming.expected(word("parts", "number"), word("parts", "name"))
    where = listed(word("where", one) for one in naming.applies_to)
    said.say("rule", where=where, shape=shape)
    said.say("example" if naming.example else "no_example", example=naming.example)
    said.say("pattern" if naming.number_pattern else "opaque", pattern=naming.number_pattern)
    said.say("endings", endings=listed(naming.name_endings))
    said.say("short" if naming.short_names else "not_short")


def _package(rules: Programme, said: Sentences) -> None:
    package = rules.package
    formats = listed(one.upper() for one in package.formats)
    said.say("required" if package.required else "not_required", formats=formats)
    others = listed(one.upper() for one in package.other_formats)
    said.say("other" if package.other_formats else "no_other", formats=others)
    said.say("password" if package.password else "no_password", password=package.password)
    across = package.volumes_across_mails
    said.say("volumes" if across else "no_volumes", days=package.volume_days)


def _late(rules: Programme, said: Sentences) -> None:
    late = rules.late
    said.say(LatePolicy(late.policy).value)
    said.say("grace" if late.grace_minutes else "no_grace", minutes=late.grace_minutes)
    closing = late.closed_from(rules.zone)
    if closing is None:
        said.say("no_until")
    else:
        said.say("until", until=moment(closing - SECOND))


def _resubmission(rules: Programme, said: Sentences) -> None:
    rule = rules.resubmission
    said.say(rule.policy)
    said.say(rule.correction_day_kind, days=rule.correction_days)
    last = rule.last_correction
    if last is None:
        said.say("no_last")
    else:
        said.say("last", last=day(last))
    said.say("in_time")
    said.say("same")


def _number_register(rules: Programme, said: Sentences) -> None:
    rule = rules.number_register
    said.say(rule.unknown_number)
    by = word("by", rule.quota_by)
    said.say("no_quota" if rule.quota is None else "quota", by=by, quota=rule.quota)


def _forwarding(rules: Programme, said: Sentences) -> None:
    said.say("split" if rules.forwarding.split else "no_split")
    said.say(rules.forwarding.answer)
    said.say("most", most=rules.forwarding.per_forwarder_per_day)


def _reading(rules: Programme, said: Sentences) -> None:
    rule = rules.reading
    said.say(rule.at_intake.value)
    said.say(
        "most", file=rule.pages_per_file, mail=rule.pages_per_mail, seal=rule.seal_pages_per_file
    )


def _told_apart(rules: Programme, said: Sentences) -> None:
    words = rules.told_apart.words
    said.say("words" if words else "none", words=listed(words))


def _reminders(rules: Programme, said: Sentences) -> None:
    rule = rules.reminders
    before = rule.correction_days_before
    said.say("correction" if before else "no_correction", days=listed(before))
    before = rule.not_sent_days_before
    said.say("not_sent" if before else "no_not_sent", days=listed(before))
    number = rule.number.format(year=rules.year, serial=EXAMPLE)
    said.say("most", most=rule.most_per_run, number=number)


def _receipt(rules: Programme, said: Sentences) -> None:
    rule = rules.receipt
    said.say("number", number=rule.number.format(year=rules.year, serial=EXAMPLE))
    said.say("issuer" if rule.issuer else "no_issuer", issuer=rule.issuer)
    said.say("contact", clerk=known(rule.clerk), phone=known(rule.phone), email=known(rule.email))
    said.say("most", most=rule.per_sender_per_day)


def _archival(rules: Programme, said: Sentences) -> None:
    rule = rules.archival
    if rule.code:
        said.say("code", code=rule.number(rules.year, EXAMPLE))
    else:
        said.say("no_code")
    said.say(
        "described",
        fonds=known(rule.fonds),
        department=known(rule.department),
        retention=rule.retention,
        classification=known(rule.classification),
    )
    if rule.responsible:
        said.say("responsible", responsible=rule.responsible)
    else:
        said.say("applicant")
    number, name = word("parts", "number"), word("parts", "name")
    title = rule.title.format(full_name=name, application_no=number, programme=rules.title)
    said.say("title", title=title)


def _checks(rules: Programme, said: Sentences) -> None:
    said.say("all", checks=listed(word("checks", one) for one in rules.checks))
    default = Programme.model_fields["checks"].default
    left_out = [word("checks", one) for one in default if one not in rules.checks]
    if left_out:
        said.say("left_out", checks=listed(left_out))
    effects = listed(
        f"{code}→{word('effects', effect.value)}" for code, effect in rules.effects.items()
    )
    said.say("effects" if rules.effects else "no_effects", effects=effects)


SECTIONS: dict[str, Callable[[Programme, Sentences], None]] = {
    "programme": _programme,
    "window": _window,
    "naming": _naming,
    "package": _package,
    "material": materials,
    "late": _late,
    "resubmission": _resubmission,
    "number_register": _number_register,
    "receipt": _receipt,
    "reminders": _reminders,
    "archival": _archival,
    "forwarding": _forwarding,
    "told_apart": _told_apart,
    "reading": _reading,
    "field": fields,
    "checks": _checks,
}
"""In the order in which a clerk would ask for them."""
