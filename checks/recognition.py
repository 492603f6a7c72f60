"""Which material is this file? By the words of its name, its folders, and its content.

The evidence is ranked by table; a file is taken for the material with the strongest evidence,
and among equals for the one the programme names first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.programme import FORMATS, Material, Programme
from model.submission import SubmittedFile

TITLE_CHARACTERS = 200
"""How far into a document a title may stand."""
CONTENT_CHARACTERS = 3000
"""How far into a document words of its content are looked for."""

NOT_MATERIAL = re.compile(
    r"(?:^|/)(?:thumbs\.db|desktop\.ini|\.ds_store|~\$[^/]*|\._[^/]*|__macosx/.*)$", re.IGNORECASE
)
"""What operating systems and word processors leave behind."""


@dataclass(frozen=True, slots=True)
class Match:
    """Why a file is taken for a material: the weight ranks, the words say it to a person."""

    material: str
    weight: int
    why: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every file with the material it was taken for; files of none are not in it."""

    matches: dict[str, Match]

    def files_of(self, material: str, files: tuple[SubmittedFile, ...]) -> list[SubmittedFile]:
        return [
            one for one in files if one.path in self.matches
            and self.matches[one.path].material == material
        ]  # fmt: skip


def assign(files: tuple[SubmittedFile, ...], programme: Programme) -> Assignment:
    """Take every file for the material that it shows the strongest evidence of."""
    matches: dict[str, Match] = {}
    for file in files:
        if NOT_MATERIAL.search(file.path):
            continue
        found = [match for one in programme.materials if (match := _match(file, one))]
        if found:
            matches[file.path] = max(found, key=lambda match: match.weight)
    return Assignment(matches)


def format_of(file: SubmittedFile) -> str:
    """The programme's name for a file's format, or its media type where it has none."""
    for name, types in FORMATS.items():
        if file.media_type in types:
            return name
    return file.media_type


def _match(file: SubmittedFile, material: Material) -> Match | None:
    """The best evidence that a file is a material.

    A name in the right format outweighs the same name in a wrong one, so that of 推荐表.pdf and
    推荐表.docx both are recognised and the scan is the one that counts.
    """
    words = material.recognise
    if any(re.search(word, file.name) for word in words.not_words):
        return None
    fits = not material.formats or format_of(file) in material.formats
    folder = file.path.rsplit("/", 1)[0] if "/" in file.path else ""
    # The outermost folder is the package, named after the applicant: it tells nothing.
    folder = folder.split("/", 1)[1] if "/" in folder else ""
    for word in words.name_words:
        if re.search(word, file.name):
            return Match(material.id, 80 + fits, f"文件名含“{_shown(word, file.name)}”")
    text = file.document.text if file.document else ""
    title = _squeezed(text[: TITLE_CHARACTERS * 2])[:TITLE_CHARACTERS]
    for word in words.content_words:
        if re.search(word, title):
            return Match(material.id, 60 + fits, f"标题含“{_shown(word, title)}”")
    for word in words.name_words:
        if folder and re.search(word, folder):
            return Match(material.id, 50 + fits, f"文件夹名含“{_shown(word, folder)}”")
    body = _squeezed(text[:CONTENT_CHARACTERS])
    for word in words.content_words:
        if fits and re.search(word, body):
            return Match(material.id, 20, f"正文含“{_shown(word, body)}”")
    if material.rest:
        return Match(material.id, 0, "未识别为其他材料")
    return None


def _squeezed(text: str) -> str:
    """Titles are often spaced out: 承 诺 书."""
    return re.sub(r"\s+", "", text)


def _shown(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[0] if found else pattern
