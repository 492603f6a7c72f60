"""Which material is this file? By the words of its name, its title, its folders, its content.

A kind of evidence counts only where the stronger kinds say nothing: a name before a title, a
title before a folder, a folder before words of the content. `rest` takes what is left.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from checks.archives import is_archive
from model.container import MemberOutcome
from model.programme import FORMATS, Material, Programme
from model.submission import Submission, SubmittedFile

TITLE_CHARACTERS = 200
"""How far into a document a title may stand."""
CONTENT_CHARACTERS = 3000
"""How far into a document words of its content are looked for."""

JUNK = re.compile(
    r"(?:^|/)(?:thumbs\.db|desktop\.ini|\.ds_store|~\$[^/]*|~wr[ldc]\d*\.tmp|\._[^/]*|"
    r"__macosx/.*)$",
    re.IGNORECASE,
)
"""What operating systems and word processors leave behind."""

BRACKETED = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
JOINED = re.compile(r"[、，,+＋&＆\s]*(?:[、，,+＋&＆]|以?及|和|与)[、，,+＋&＆\s]*")
"""What stands between two materials that share one file: 推荐表、承诺书.pdf."""

LOST = (MemberOutcome.DAMAGED, MemberOutcome.ENCRYPTED, MemberOutcome.MISSING)


@dataclass(frozen=True, slots=True)
class Match:
    """Why a file is taken for a material. sure: False where a person should look."""

    material: str
    why: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every file with the material it was taken for; one file may hold two of them (then neither
    is sure), and files of none are not in it."""

    matches: dict[str, tuple[Match, ...]]

    def match(self, material: str, path: str) -> Match | None:
        return next((one for one in self.matches.get(path, ()) if one.material == material), None)

    def files_of(self, material: str, files: tuple[SubmittedFile, ...]) -> list[SubmittedFile]:
        return [one for one in files if self.match(material, one.path)]

    def names(self, material: str) -> bool:
        """Whether any file was taken for the material."""
        return any(self.match(material, path) for path in self.matches)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A material's word within a text."""

    material: Material
    start: int
    end: int
    word: str


def is_junk(file: SubmittedFile) -> bool:
    return JUNK.search(file.path) is not None


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
            if found := _by_name(name, SubmittedFile(name, 0, "", "", Path()), programme):
                matches[member.path] = found
    return Assignment(matches)


def format_of(file: SubmittedFile) -> str:
    """The programme's name for a file's format, or its media type where it has none."""
    for name, types in FORMATS.items():
        if file.media_type in types:
            return name
    return file.media_type


def fits(file: SubmittedFile, material: Material) -> bool:
    return not material.formats or format_of(file) in material.formats


def _by_itself(file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    return _by_name(file.name, file, programme) or _by_title(file, programme)


def _by_name(name: str, file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    """What is in brackets counts only where nothing outside of them does."""
    outside = BRACKETED.sub(lambda found: "\0" * len(found[0]), name)
    hits = _hits(outside, file, programme) or _hits(name, file, programme)
    if not hits:
        return ()
    joined = _joined([one for one in hits if not one.material.rest], name)
    if joined:
        words = "”和“".join(one.word for one in joined)
        return tuple(Match(one.material.id, f"文件名含“{words}”", sure=False) for one in joined)
    # The last word is what the thing is: 申报材料真实性承诺书 is a 承诺书. A word of the material
    # that takes the rest (附件, 证明) says less than any other.
    best = max(hits, key=lambda one: (not one.material.rest, one.end, fits(file, one.material)))
    return (Match(best.material.id, f"文件名含“{best.word}”"),)


def _hits(text: str, file: SubmittedFile, programme: Programme) -> list[_Hit]:
    """The last word of each material that stands in a name."""
    hits = []
    for material in programme.materials:
        if _ruled_out(file, material):
            continue
        found = [
            match
            for word in material.recognise.name_words
            for match in re.finditer(word, text)
            if match[0]
        ]
        if found:
            last = max(found, key=lambda match: (match.end(), -match.start()))
            hits.append(_Hit(material, last.start(), last.end(), last[0]))
    return hits


def _joined(hits: list[_Hit], name: str) -> list[_Hit]:
    """The materials that a name gives as parts of one file."""
    ordered = sorted(hits, key=lambda one: one.start)
    together = [
        (one, other)
        for one, other in pairwise(ordered)
        if JOINED.fullmatch(name[one.end : other.start])
    ]
    return list(dict.fromkeys(one for pair in together for one in pair))


def _by_title(file: SubmittedFile, programme: Programme) -> tuple[Match, ...]:
    text = file.document.text if file.document else ""
    title = _squeezed(text[: TITLE_CHARACTERS * 2])[:TITLE_CHARACTERS]
    return _by_words_of_content(title, "标题", file, programme)


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
        _Hit(material, match.start(), match.end(), match[0])
        for material in programme.materials
        if not _ruled_out(file, material) and (fits(file, material) or not only_fitting)
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
            if found is None or _ruled_out(file, material):
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
        if material.rest and not _ruled_out(file, material):
            if material.least and not fits(file, material):
                return ()
            return (Match(material.id, "未识别为其他材料", sure=material.least == 0),)
    return ()


def _ruled_out(file: SubmittedFile, material: Material) -> bool:
    return any(re.search(word, file.name) for word in material.recognise.not_words)


def _squeezed(text: str) -> str:
    """Titles are often spaced out: 承 诺 书."""
    return re.sub(r"\s+", "", text)
