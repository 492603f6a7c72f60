"""`intake decide KIND APPLICATION` and `intake decisions`."""

from __future__ import annotations

import sys

import click

from console.cli.options import programme_option, user_name
from console.cli.output import json_option, print_json, printable
from intake.decisions.decide import CarriedOut, Proposal, carry_out_pending, decide, propose
from intake.settings import load_settings
from intake.workplace import Workplace, open_workplace
from model.decision import DecisionKind
from model.errors import IntakeError

KINDS = {kind.value.replace("_", "-"): kind for kind in DecisionKind}


@click.command("decide")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("application")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stays in the record.")
@click.option("--by", default="", metavar="NAME", help="Who decides; by default who is logged in.")
@click.option("--version", type=int, help="Whose mail is meant, where not that in force.")
@click.option("--to", "number", default="", metavar="NUMBER", help="tie: the application number.")
@click.option("--name", default="", metavar="FULL_NAME", help="tie: its full legal name.")
@click.option("--decision", default="", metavar="ID", help="revoke: the decision to undo.")
@click.option("--letter/--no-letter", default=None, help="Whether a new receipt goes out.")
@click.option("--yes", is_flag=True, help="Do it without asking; else it is shown first.")
@programme_option
@json_option
def command(
    kind: str,
    application: str,
    reason: str,
    by: str,
    version: int | None,
    number: str,
    name: str,
    decision: str,
    letter: bool | None,
    yes: bool,
    programme: str | None,
    as_json: bool,
) -> int:
    """Decide on the mail in force of APPLICATION (or an unidentified-… object).

    \b
    accept-late       late mail counts as if it had come in time
    accept            complete in spite of what was found
    return            not taken in, for the reason given
    tie               it belongs to the application --to NUMBER [--name FULL_NAME]
    not-a-submission  it is nobody's: filed, and not answered
    checked           a person has looked; nothing else changes
    revoke            undo the decision --decision ID

    What follows is shown with the letter that would go out; nothing is done without your yes.
    """
    settings = load_settings()
    with open_workplace(settings) as place:
        carry_out_pending(place)
        proposal = propose(
            place,
            programme or settings.programme,
            application,
            KINDS[kind],
            by=by or user_name(),
            reason=reason,
            version=version,
            application_no=number,
            full_name=name,
            revokes=decision,
            letter=letter,
        )
        if not as_json:
            click.echo(printable(_shown(proposal)))
        done = _carried_out(place, proposal, yes=yes, as_json=as_json)
    if as_json:
        print_json(_as_json(proposal, done))
    elif done is not None:
        owed = f", receipt {done.receipt_no} is owed" if done.receipt_no else ", no letter"
        click.echo(f"{done.object_id} version {done.version}: {done.outcome}{owed}")
    return 0


def _carried_out(
    place: Workplace, proposal: Proposal, *, yes: bool, as_json: bool
) -> CarriedOut | None:
    if not yes:
        if as_json:
            return None
        if not sys.stdin.isatty():
            raise IntakeError("Nothing was done: there is nobody to ask.", "Repeat it with --yes.")
        if not click.confirm("Do it?"):
            return None
    return decide(place, proposal)


def _shown(proposal: Proposal) -> str:
    made, after, before = proposal.decision, proposal.after, proposal.before
    lines = [
        f"decision   {made.kind.value}, by {made.by}: {made.reason}",
        f"mail       {before.message.subject}  <{before.message.sender}>"
        f"  {before.message.received_at:%Y-%m-%d %H:%M:%S %z}",
        f"outcome    {before.outcome.value} → {after.verdict.outcome.value}",
    ]
    if after.home != proposal.before.object_id:
        lines.append(f"belongs to {proposal.before.object_id} → {after.home}")
    lines += [f"finding    {one.text}" for one in after.verdict.findings
              if one.effect.value not in ("note", "remind")]  # fmt: skip
    if proposal.letter is None:
        lines.append(f"letter     none: {proposal.why_no_letter}")
    else:
        lines += [f"letter     to {after.owed.recipient}: {proposal.letter.subject}", ""]
        lines.append(proposal.letter.text)
    return "\n".join(lines)


def _as_json(proposal: Proposal, done: CarriedOut | None) -> dict[str, object]:
    made, after = proposal.decision, proposal.after
    letter = proposal.letter
    return {
        "decision": {"id": made.id, "kind": made.kind.value, "by": made.by, "reason": made.reason},
        "done": done is not None,
        "application": after.home,
        "before": proposal.before.outcome.value,
        "after": after.verdict.outcome.value,
        "letter": None if letter is None else
        {"to": after.owed.recipient, "subject": letter.subject, "text": letter.text},
        "why_no_letter": proposal.why_no_letter,
        "version": done.version if done else None,
        "receipt_no": done.receipt_no if done else "",
    }  # fmt: skip
