"""Files that another application has filed before: another unit's, or the same unit's under another
number.

Equal bytes are never made twice by chance, but people do share files: the blank form, the notice,
a logo, a group's certificate. So these are asked about only:
- forms and materials that want a seal, where somebody has filled them in (a field, a seal, a
  signature, or pages that are pictures);
- other required materials, where they are long: a blank outline is short;
- optional ones where they name the other unit, or nobody has read them and they are large;
and what more than two other applications have (one, for what is no form) is common property.

A form or a required material of another unit's is for a person; an optional one is a note. The
letter says nothing of it: whose file it really is, and who sent it first, are two questions, and
no applicant is told of another. What a file itself names is told by the agreement rule.

Residual risk: of two mails that are processed at the same moment neither knows of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from model.agreement import BETWEEN
from model.finding import Finding
from model.full_name import normal_name
from model.name_relation import ONE_UNIT, relation
from model.programme import Material, Programme
from model.submission import Submission, SubmittedFile
from model.verdict import Outcome, Verdict
from storage.ledger.others import Elsewhere, filed_elsewhere

NOT_ASKED = (Outcome.IGNORED, Outcome.FORWARDED, Outcome.DUPLICATE)
"""Outcomes of mail that brings nothing new to an application."""
FORMS_SHARED_BY, OTHERS_SHARED_BY = 2, 1
"""Other applications that may have a file before it is taken for common property."""
LEAST_WRITTEN = 2_000
"""Letters of a required material that is more than an outline."""
LEAST_REQUIRED_BYTES, LEAST_OPTIONAL_BYTES = 20_000, 50_000
"""Of files without any text that was read."""
LONGEST_TEXT = 200_000
"""Characters of a document in which a name is looked for."""
MOST_FILES = 10
"""Files that one finding names."""
UNIT = "“{name}”（{number}）"
"""How another application is called to the clerk."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A file that is asked about. most: other applications that may have it. weighs: it is a form
    or a required material. naming: it counts only where it names the other unit."""

    file: SubmittedFile
    most: int
    weighs: bool
    naming: bool = False


def seen_elsewhere(
    tx: Connection, programme: Programme, object_id: str, submission: Submission, verdict: Verdict
) -> tuple[Finding, ...]:
    """What is to be said of files of this mail that other applications have filed."""
    if verdict.outcome in NOT_ASKED or verdict.application_no is None:
        return ()
    asked = {one.file.sha256: one for one in _asked(programme, submission, verdict)}
    if not asked:
        return ()
    found = filed_elsewhere(
        tx,
        programme.id,
        object_id,
        asked,
        but_message=submission.raw.sha256,
        most=max(FORMS_SHARED_BY, OTHERS_SHARED_BY),
    )
    # By number as well: one application may be filed twice, before and after it was tied.
    found = [one for one in found if one.application_no != verdict.application_no]
    order = {sha256: place for place, sha256 in enumerate(asked)}
    found.sort(key=lambda one: (order[one.sha256], one.application_no))
    told: dict[tuple[str, str], list[str]] = {}
    for one in found:
        ours = asked[one.sha256]
        if one.shared_by <= ours.most and _concerns(one, ours):
            told.setdefault((_code(one, ours, verdict), _called(one)), []).append(ours.file.path)
    return tuple(
        Finding(
            code,
            BETWEEN.join(list(dict.fromkeys(paths))[:MOST_FILES]),
            {"others": others},
            so=programme.effects.get(code),
        )
        for (code, others), paths in told.items()
    )


def _code(other: Elsewhere, ours: _Asked, verdict: Verdict) -> str:
    if relation(other.full_name, verdict.full_name or "") in ONE_UNIT:
        return "agreement.two_numbers"
    return "agreement.filed_elsewhere" if ours.weighs else "agreement.shared_file"


def _called(other: Elsewhere) -> str:
    return UNIT.format(name=other.full_name, number=other.application_no)


def _asked(
    programme: Programme, submission: Submission, verdict: Verdict
) -> Iterator[_Asked]:  # fmt: skip
    taken: dict[str, list[Material]] = {}
    for item in verdict.checklist:
        for path in item.files:
            taken.setdefault(path, []).append(programme.material(item.material))
    for file in submission.files:
        materials = taken.get(file.path, [])
        # Every file of no bytes is the same one.
        if file.earlier or not materials or not file.size:
            continue
        if any(one.seal or one.recognise.form_labels for one in materials):
            if _is_filled(file):
                yield _Asked(file, FORMS_SHARED_BY, weighs=True)
        elif any(one.least for one in materials):
            if _is_long(file):
                yield _Asked(file, OTHERS_SHARED_BY, weighs=True)
        elif _text(file):
            yield _Asked(file, OTHERS_SHARED_BY, weighs=False, naming=True)
        elif file.size >= LEAST_OPTIONAL_BYTES:
            yield _Asked(file, OTHERS_SHARED_BY, weighs=False)


def _concerns(other: Elsewhere, ours: _Asked) -> bool:
    return not ours.naming or normal_name(other.full_name) in normal_name(_text(ours.file))


def _is_filled(file: SubmittedFile) -> bool:
    """Whether somebody has written, sealed or scanned it; of what was not read nobody knows."""
    document = file.document
    if document is None or not document.readable:
        return True
    written = document.fields or document.seals or document.signatures
    return bool(written or document.scanned) or file.media_type.startswith("image/")


def _is_long(file: SubmittedFile) -> bool:
    text = _text(file)
    return len(text) >= LEAST_WRITTEN if text else file.size >= LEAST_REQUIRED_BYTES


def _text(file: SubmittedFile) -> str:
    return file.document.text.strip()[:LONGEST_TEXT] if file.document else ""
