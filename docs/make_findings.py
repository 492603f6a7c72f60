"""Writes docs/findings.md from the table of findings: `make docs`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from model.finding import Effect, FindingKind, finding_kinds

PAGE = Path(__file__).with_name("findings.md")

AREAS = {
    "agreement": "Who is named where",
    "attachment": "What is attached",
    "authenticity": "Whether the mail is whose it says",
    "decision": "What a clerk has decided",
    "delivery": "What became of our letters",
    "document": "Documents",
    "field": "Fields of forms",
    "forward": "Mails within a mail",
    "identity": "Who applies",
    "mail": "The mail as a whole",
    "material": "Materials",
    "message": "Headers, parts and encodings of the mail",
    "office": "Old office formats",
    "ofd": "OFD",
    "package": "Packages",
    "pdf": "PDF",
    "programme": "Which programme it is for",
    "reading": "Pages read as pictures",
    "register": "Numbers that were issued",
    "revision": "Earlier mails of the application",
    "scan": "Pages as pictures",
    "seal": "Seals and electronic signatures",
    "subject": "Subjects and package names",
    "window": "The window",
}
EFFECTS = {
    Effect.NOTE: "recorded and shown to the clerk; the applicant is not told",
    Effect.REMIND: "told to the applicant; nothing is asked",
    Effect.PERSON: "a clerk has to look",
    Effect.CORRECT: "the applicant has to send something again",
    Effect.PEND: "held until a clerk decides, and the applicant is told so",
    Effect.REFUSE: "not taken, because the notice says so",
    Effect.RETURN: "cannot be taken in as it is; sent back with what to do",
    Effect.IGNORE: "not a submission at all: filed, and never answered",
}
HEAD = """\
# Findings

Everything that intake may say about a submission. The code is stable: programs may rely on it.
The wording stands in `model/findings/*.toml`; names in braces are filled in. This page is made
from these files by `make docs`; edit them, not the page.

A mail's outcome follows from the strongest effect among its findings. From the mildest:
"""


def page() -> str:
    """The whole page, in the order of the files and of the rows in them."""
    effects = [f"- **{effect.value}**: {meaning}" for effect, meaning in EFFECTS.items()]
    told = "- **person, told**: a clerk has to look, and the applicant is told as well"
    parts = [HEAD, "\n", "\n".join([*effects, told]), "\n"]
    kinds = finding_kinds().values()
    for area, rows in groupby(kinds, key=lambda kind: kind.code.split(".")[0]):
        parts.append(f"\n## {AREAS[area]}\n\n")
        parts.append("| code | effect | meaning | 中文 |\n| --- | --- | --- | --- |\n")
        parts.extend(_row(kind) for kind in rows)
    return "".join(parts)


def _row(kind: FindingKind) -> str:
    effect = f"{kind.effect.value}, told" if kind.told else kind.effect.value
    chinese = kind.text + (f"<br>{kind.advice}" if kind.advice else "")
    return f"| `{kind.code}` | {effect} | {kind.meaning} | {chinese} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
