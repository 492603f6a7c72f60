"""问题 → 处理 → 结果 → 回执: what follows from each finding in one programme, as a table.

Made from the very tables that decide (`checks.outcome`, `receipts.kinds`) and from the programme's
own `effects`, so it cannot say anything else than what happens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.outcome import OUTCOMES
from model.finding import Effect, FindingKind, finding_kinds
from model.policies import LatePolicy
from model.programme import Programme
from model.verdict import Outcome
from programmes.sentences import word
from receipts.kinds import KINDS

ORDER = (*(effect for effect, _ in OUTCOMES), Effect.PERSON, Effect.REMIND, Effect.NOTE)
"""The strongest effect first: a mail's outcome is that of the first group that it is in."""
DECIDES = frozenset(effect for effect, _ in OUTCOMES)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding that may be made. text: its sentence, with … for what depends on the mail.
    changed: this programme has another effect for it than the table of findings; usual: that
    one's effect, as a word."""

    code: str
    text: str
    changed: bool
    usual: str


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that are handled alike. outcome, letter: in Chinese; "" for what decides nothing."""

    effect: Effect
    handling: str
    outcome: str
    letter: str
    problems: tuple[Problem, ...]


def outcome_table(rules: Programme) -> tuple[Group, ...]:
    """Groups from the strongest to the mildest; of those that decide nothing, a person's are told
    in full, the others only where this programme changes them."""
    groups = []
    for effect in ORDER:
        problems = tuple(
            _problem(kind, rules)
            for kind in finding_kinds().values()
            if rules.effects.get(kind.code, kind.effect) is effect
            and may_arise(kind.code, rules)
            and (effect in DECIDES or effect is Effect.PERSON or kind.code in rules.effects)
        )
        if problems:
            outcome = dict(OUTCOMES).get(effect)
            groups.append(
                Group(
                    effect,
                    word("handling", effect.value),
                    word("outcomes", outcome.value) if outcome else "",
                    word("letters", KINDS[outcome].value) if outcome else "",
                    problems,
                )
            )
    return tuple(groups)


def otherwise() -> tuple[str, str]:
    """Outcome and letter where no problem decides anything."""
    return (
        word("outcomes", Outcome.COMPLETE.value),
        word("letters", KINDS[Outcome.COMPLETE].value),
    )


def may_arise(code: str, rules: Programme) -> bool:
    """Whether a finding can be made at all under this programme's rules."""
    check = CHECK_OF.get(code.split(".")[0])
    if check is not None and check not in rules.checks:
        return False
    only = ONLY_IF.get(code)
    return only is None or only(rules)


CHECK_OF = {"window": "window", "seal": "seals", "register": "register", "agreement": "agreement"}
"""Areas all of whose findings are made by one check."""

ONLY_IF: dict[str, Callable[[Programme], bool]] = {
    "window.late_refused": lambda rules: rules.late.policy is LatePolicy.REFUSE,
    "window.late_pending": lambda rules: rules.late.policy is LatePolicy.CLERK,
    "window.late_accepted": lambda rules: (
        rules.late.policy is LatePolicy.ACCEPT or rules.late.grace_minutes > 0
    ),
    "window.closed": lambda rules: rules.late.until is not None,
    "window.early": lambda rules: rules.window.opens is not None,
    "window.borderline": lambda rules: rules.window.borderline_minutes > 0,
    "window.borderline_in_time": lambda rules: rules.window.borderline_minutes > 0,
    "seal.missing": lambda rules: any(
        one.seal and one.seal_missing == "correct" for one in rules.materials
    ),
    "identity.no_rule": lambda rules: rules.naming is None,
    "package.volumes_waiting": lambda rules: rules.package.volumes_across_mails,
}
"""Findings that depend on a key of the programme file."""


class _Left(dict[str, str]):
    """Stands for whatever a sentence would be given."""

    def __missing__(self, key: str) -> str:
        return "…"


def _problem(kind: FindingKind, rules: Programme) -> Problem:
    return Problem(
        code=kind.code,
        text=kind.text.format_map(_Left()),
        changed=kind.code in rules.effects and rules.effects[kind.code] is not kind.effect,
        usual=word("effects", kind.effect.value),
    )
