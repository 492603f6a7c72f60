"""Which material is this file? By the words of its name, its title, the labels of its form, its
folders, its content.

A kind of evidence counts only where the stronger kinds say nothing: a name before a title, a
title before the labels of a form, these before a folder, a folder before words of the content.
`rest` takes what is left. A file whose pages bear the titles of several materials holds them all.
"""

from __future__ import annotations

import re
from pathlib import Path

from checks.archives import is_archive
from checks.by_name import Hit, by_name
from checks.layout import FormFit, Titled, form_fit, is_ocr, titled_pages
from checks.matches import Assignment, Match, fits, format_of, ruled_out
from model.container import MemberOutcome
from model.letter_marks import OUR_FILE
from model.misread import within
from model.programme import Material, Programme
from model.submission import Submission, SubmittedFile

__all__ = ["Assignment", "Match", "assign", "assign_lost", "fits", "format_of", "is_junk"]

TITLE_CHARACTERS = 200
"""How far into a document a title may stand."""
CONTENT_CHARACTERS = 3000
"""How far into a document words of its content are looked for."""

SHOWN_LABELS = 4
"""Labels of a form that are named as the reason."""
MISREAD_TITLE = 60
"""How far into a page a title is looked for that OCR may have misread."""
PLAIN_WORD = re.compile(r"^[\w\u4e00-\u9fff]+$")

JUNK = re.compile(
    r"(?:^|/)(?:thumbs\.db|desktop\.ini|\.ds_store|~\$[^/]*|~wr[ldc]\d*\.tmp|\._[^/]*|"
    r"__macosx/.*)$",
    re.IGNORECASE,
)
"""What operating systems and word processors leave behind."""

LOST = (MemberOutcome.DAMAGED, MemberOutcome.ENCRYPTED, MemberOutcome.MISSING)


def is_junk(file: SubmittedFile) -> bool:
    """What nobody submits: leavings of programs, and our own letters that come back."""
    return JUNK.search(file.path) is not None or OUR_FILE.fullmatch(file.name) is not None


def assign(files: tuple[SubmittedFile, ...], programme: Programme) -> Assignment:
    """Take every file for the material that it shows the strongest evidence of."""
    own = {one.path: found for one in files if (found := _by_itself(one, programme))}
    packed = any(one.container for one in files)
    matches: dict[str, tuple[Match, ...]] = {}
    for file in files:
        match = own.get(file.path) or _by_folder(file, programme, own)
        if not match and not is_archive(file.media_type):
            match = _by_content(file, programme) or _rest(file, programme, packed=packed)
        if match:
            matches[file.path] = match
    return Assignment(matches)


def assign_lost(submission: Submission, programme: Programme) -> Assignment:
    """What the members that did not come out would have been, by their names."""
    there = {one.path for one in submission.files}
    matches = {}
    for container in submission.containers:
        for member in container.members:
            if member.outcome not in LOST or member.path in there or JUNK.search(member.path):
                continue
            name = member.path.rsplit("/", 1)[-1]
            if found := by_name(name, SubmittedFile(name, 0, "", "", Path()), programme):
                matches[member.path] = found
    return Assignment(matches)


def _by_itself(file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    named = by_name(file.name, file, programme)
    return (
        _by_pages(file, programme, named)
        or named
        or _by_title(file, programme)
        or _by_form(file, programme)
    )


def _by_pages(
    file: SubmittedFile, programme: Programme, named: tuple[Match, ...]
) -> tuple[Match, ...]:
    """The materials of a file whose pages bear the titles of more than one."""
    if file.document is None or len(file.document.pages) < 2:
        return ()
    materials = tuple(
        one for one in programme.materials if not one.rest and not ruled_out(file, one)
    )
    titled = titled_pages(file.document, materials)
    if len({one.material.id for one in titled}) < 2:
        return ()
    runs: dict[str, list[tuple[int, int]]] = {}
    words: dict[str, str] = {}
    for number, one in enumerate(titled):
        last = titled[number + 1].page - 1 if number + 1 < len(titled) else _last_page(file)
        first = one.page
        if number == 0 and not any(match.material != one.material.id for match in named):
            first = 1  # a cover belongs to what it covers
        own = runs.setdefault(one.material.id, [])
        words.setdefault(one.material.id, one.word)
        if own and own[-1][1] == first - 1:
            own[-1] = (own[-1][0], last)
        else:
            own.append((first, last))
    found = [
        Match(material, f"第{own[0][0]}页标题为“{words[material]}”", pages=tuple(own))
        for material, own in runs.items()
    ]
    return (*found, *(_beside(match, titled) for match in named if match.material not in runs))


def _beside(match: Match, titled: list[Titled]) -> Match:
    """The material that only the file's name gives: what stands before the first title."""
    before = titled[0].page - 1
    pages = ((1, before),) if before else ()
    return Match(match.material, match.why, sure=match.sure and bool(before), pages=pages)


def _last_page(file: SubmittedFile) -> int:
    assert file.document is not None
    return max(page.number for page in file.document.pages)


def _by_form(file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    """The material of whose form the file has the most labels."""
    if file.document is None:
        return ()
    fits_: list[tuple[Material, FormFit]] = [
        (material, fit)
        for material in programme.materials
        if not ruled_out(file, material)
        and (fit := form_fit(file.document, material, programme.fields))
    ]
    if not fits_:
        return ()
    material, fit = max(fits_, key=lambda one: (one[1].share, len(one[1].found)))
    named = "、".join(fit.found[:SHOWN_LABELS])
    return (Match(material.id, f"含“{named}”等{len(fit.found)}项栏目"),)


def _by_title(file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    text = file.document.text if file.document else ""
    title = _squeezed(text[: TITLE_CHARACTERS * 2])[:TITLE_CHARACTERS]
    found = _by_words_of_content(title, "标题", file, programme)
    if not found and file.document is not None and is_ocr(file.document):
        return _by_misread_title(title, file, programme)
    return found


def _by_misread_title(title: str, file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    """A title that OCR read not quite right: 承诺韦."""
    hits = [
        (material, word)
        for material in programme.materials
        if not material.rest and not ruled_out(file, material)
        for word in material.recognise.content_words
        if PLAIN_WORD.match(word) and within(word, title[:MISREAD_TITLE])
    ]
    if len({material.id for material, _ in hits}) != 1:
        return ()
    material, word = hits[0]
    return (Match(material.id, f"标题近似“{word}”（文字识别）"),)


def _by_content(file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    text = file.document.text if file.document else ""
    body = _squeezed(text[:CONTENT_CHARACTERS])
    found = _by_words_of_content(body, "正文", file, programme, only_fitting=True)
    return tuple(Match(one.material, one.why, sure=False) for one in found)


def _by_words_of_content(
    text: str, where: str, file: SubmittedFile, programme: Programme, *, only_fitting: bool = False
) -> tuple[Match, ...]:
    """The material whose word stands first: titles begin with what a thing is."""
    hits = [
        Hit(material, match.start(), match.end(), match[0])
        for material in programme.materials
        if not ruled_out(file, material) and (fits(file, material) or not only_fitting)
        for word in material.recognise.content_words
        if (match := re.search(word, text)) and match[0]
    ]
    if not hits:
        return ()
    best = min(hits, key=lambda one: (one.material.rest, one.start, -one.end))
    return (Match(best.material.id, f"{where}含“{best.word}”"),)


def _by_folder(
    file: SubmittedFile, programme: Programme, own: dict[str, tuple[Match, ...]]
) -> tuple[Match, ...]:
    """The innermost folder that names a material. The outermost one is the package, named after
    the applicant, and a folder that holds other materials as well tells nothing."""
    if is_junk(file):
        return ()
    parts = file.path.split("/")[:-1]
    for depth in range(len(parts), 1, -1):
        folder = parts[depth - 1]
        prefix = "/".join(parts[:depth]) + "/"
        for material in programme.materials:
            words = (re.search(word, folder) for word in material.recognise.name_words)
            found = next((match for match in words if match), None)
            if found is None or ruled_out(file, material):
                continue
            others = {
                one.material
                for path, matches in own.items()
                if path.startswith(prefix)
                for one in matches
                if one.material != material.id and not programme.material(one.material).rest
            }
            if not others:
                return (Match(material.id, f"文件夹名含“{found[0]}”"),)
    return ()


def _rest(file: SubmittedFile, programme: Programme, *, packed: bool) -> tuple[Match, ...]:
    """The material that takes what no other was recognised in.

    A picture that lies loose beside a package is somebody's logo. Where the material is a
    required one, only what could be it is taken, and a person looks.
    """
    if packed and not file.container and format_of(file) == "image":
        return ()
    for material in programme.materials:
        if material.rest and not ruled_out(file, material):
            if material.least and not fits(file, material):
                return ()
            return (Match(material.id, "未识别为其他材料", sure=material.least == 0),)
    return ()


def _squeezed(text: str) -> str:
    """Titles are often spaced out: 承 诺 书."""
    return "".join(text.split())
