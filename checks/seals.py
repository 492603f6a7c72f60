"""Is there a seal where one is wanted, and whose? Advice to a person, never a verdict.

The readers say what they saw on the pages that were looked at; a seal that nobody saw is asked
for only where the programme wants it so and every page could have shown it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.agreement import is_read, of_seal
from checks.agreement_names import Unit, unit_of
from checks.case import Case
from checks.checklist import checklist, good
from model.agreement import NameRelation
from model.document import Document, Seal, Signature
from model.finding import Finding
from model.likeness import contained, likeness
from model.programme import Material
from model.submission import SubmittedFile
from model.verdict import ItemState

SURELY_READ = 0.8
GOOD_SEAL = 0.6
"""A seal less sure than this is shown to a person as doubtful."""
UNKNOWN_SIGNER = "未标明"
SHOWN_PAGES = 6
NEAREST_FIRST = tuple(NameRelation)
OWN = (NameRelation.SAME, NameRelation.BRACKETS, NameRelation.MISREAD)
"""What is on the applicant's seal; a seal bears the full name, so a shorter one is another's or
was not read to its end."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the pages of one material show. looked: pages looked at; grey: of them scans without
    colour; unseen: there are pages that nobody looked at."""

    looked: tuple[int, ...] = ()
    grey: tuple[int, ...] = ()
    unseen: bool = False
    seals: tuple[Seal, ...] = ()
    signatures: tuple[Signature, ...] = ()


def check(case: Case) -> Iterator[Finding]:
    for item in checklist(case):
        material = case.programme.material(item.material)
        if not material.seal or item.state not in (ItemState.PRESENT, ItemState.TOO_MANY):
            continue
        seen = _seen(case, material)
        if not _anything(seen):
            continue
        yield from _signed(material, seen)
        finding = _sealed(case, material, seen)
        if finding is not None:
            yield finding


def judged(case: Case, material: Material) -> bool:
    """Whether this rule has something to say of the material: its pages were looked at, or an
    electronic seal is known."""
    return "seals" in case.programme.checks and _anything(_seen(case, material))


def _anything(seen: _Seen) -> bool:
    return bool(seen.looked or seen.seals or seen.signatures)


def _seen(case: Case, material: Material) -> _Seen:
    """Of all the material's good files, of each its own pages only."""
    files = good(material, case.assignment.files_of(material.id, case.files))
    parts = [_of_file(case, material, file, file.document) for file in files if file.document]
    return _Seen(
        looked=tuple(page for part in parts for page in part.looked),
        grey=tuple(page for part in parts for page in part.grey),
        unseen=any(part.unseen for part in parts) or len(parts) < len(files),
        seals=tuple(seal for part in parts for seal in part.seals),
        signatures=tuple(one for part in parts for one in part.signatures),
    )


def _of_file(case: Case, material: Material, file: SubmittedFile, document: Document) -> _Seen:
    match = case.assignment.match(material.id, file.path)
    runs = match.pages if match else ()

    def own(page: int) -> bool:
        return not runs or not page or any(first <= page <= last for first, last in runs)

    pages = {page.number for page in document.pages if own(page.number)} | {
        number for number in document.scanned if own(number)
    }
    looked = tuple(number for number in document.looked_at if own(number))
    # A page that was made on a computer is grey because nothing red was put on it.
    pictures = {page.number for page in document.pages if page.source == "ocr"}
    pictures |= set(document.scanned)
    if document.media_type.startswith("image/"):
        pictures |= set(looked)
    return _Seen(
        looked=looked,
        grey=tuple(one for one in document.grey if one in looked and one in pictures),
        unseen=bool(pages - set(looked)) or not looked,
        seals=tuple(seal for seal in document.seals if own(seal.page)),
        signatures=tuple(one for one in document.signatures if own(one.page)),
    )


def _signed(material: Material, seen: _Seen) -> Iterator[Finding]:
    """One finding for each way in which electronic signatures stand."""
    told: dict[str, list[str]] = {}
    for one in seen.signatures:
        if one.unchanged is False:
            code = "seal.changed"
        elif one.unchanged is None:
            code = "seal.signed_unverified"
        else:
            code = "seal.signed" if one.whole else "seal.signed_partly"
        told.setdefault(code, []).append(one.signer or UNKNOWN_SIGNER)
    for code, signers in told.items():
        params = {"signer": "、".join(dict.fromkeys(signers))}
        yield Finding(code, about=material.label, params=params)


def _sealed(case: Case, material: Material, seen: _Seen) -> Finding | None:
    """The one thing to say of the seals; None where signatures have said it already."""
    whole = [seal for seal in seen.seals if _whole(seal)]
    if whole:
        return _named(case, material, whole)
    if seen.signatures:
        return None
    about = material.label
    if seen.seals:
        return Finding("seal.partial", about, {"pages": _pages(seal.page for seal in seen.seals)})
    if seen.grey:
        return Finding("seal.grey", about, {"pages": _pages(seen.grey)})
    if material.seal_missing == "correct" and not seen.unseen:
        return Finding("seal.missing", about, {"how_to": material.how_to})
    return Finding("seal.not_seen", about, {"pages": _pages(seen.looked)})


def _whole(seal: Seal) -> bool:
    if seal.kind == "electronic":
        return True
    return seal.kind != "part" and seal.confidence >= GOOD_SEAL


def _named(case: Case, material: Material, seals: list[Seal]) -> Finding:
    """What the whole seals of a material say; of several names, that which is the applicant's."""
    about, full_name = material.label, case.identity.full_name or ""
    read = [seal for seal in seals if is_read(seal)]
    pages = _pages(seal.page for seal in seals)
    if not read:
        return Finding("seal.seen_unread", about, {"pages": pages})
    if not full_name:
        best = max(read, key=lambda seal: seal.text_confidence)
        return Finding("seal.seen_name", about, {"pages": pages, "found": best.text})
    unit = unit_of(case.identity, case.standing)
    best = max(read, key=lambda seal: _nearness(seal, unit))
    relation = of_seal(best, unit)
    params = {"pages": _pages([best.page]), "found": best.text}
    if relation in OWN:
        alike = str(round(100 * _alike(best.text, full_name)))
        return Finding("seal.seen", about, {**params, "likeness": alike})
    wanted = {"wanted": full_name}
    if relation is NameRelation.FORMER:
        return Finding("seal.former_name", about, params | wanted)
    surely = best.text_confidence >= SURELY_READ or best.kind == "electronic"
    if not surely or len(read) < len(seals):  # one that was not read may be the applicant's
        return Finding("seal.seen_unread", about, {"pages": pages})
    if relation is NameRelation.BRANCH:
        return Finding("seal.branch", about, params | wanted)
    found = {"pages": pages, "found": "、".join(dict.fromkeys(seal.text for seal in read))}
    if relation is NameRelation.OTHER:
        return Finding("seal.other_name", about, found | wanted)
    return Finding("seal.near_name", about, found | wanted)


def _nearness(seal: Seal, unit: Unit) -> tuple[int, float]:
    """The greater, the nearer is what a seal says to the applicant's name."""
    return -NEAREST_FIRST.index(of_seal(seal, unit)), _alike(seal.text, unit.full_name)


def _alike(text: str, full_name: str) -> float:
    """A seal may say more than the name: a department, what it is for."""
    longer = len(text) > len(full_name)
    return max(likeness(text, full_name), contained(full_name, text) - 0.05 if longer else 0.0)


def _pages(pages: Iterator[int] | tuple[int, ...] | list[int]) -> str:
    """第1、3页; a format without pages has none to name."""
    numbers = sorted({page for page in pages if page})
    if not numbers:
        return "电子印章"
    shown = "、".join(str(number) for number in numbers[:SHOWN_PAGES])
    return f"第{shown}{'等' if len(numbers) > SHOWN_PAGES else ''}页"
