"""What the layout of a document says of it: labels of a form, titles at the tops of pages.

Text that OCR read may have a wrong character: there, words are found within a small distance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from model.document import UNSEEN, BlockKind, Document, Page
from model.fields import FieldKind, FieldRule, is_pattern
from model.labels import LONGEST_LABEL, normal_label
from model.misread import alike, within
from model.programme import Material

_MOST_CELLS = 20_000
_MOST_LINES = 5_000
_LONGEST_LINE = 200
_TITLE_LINES = 5
"""Lines at a page's top of which one may be a title."""
_TITLE_CHARACTERS = 30
_AFTER_WORD = 8
"""Characters of a title that may stand behind the word that says what it is."""
_NO_TITLE = re.compile(r"[：:。；;，,？?]|\.{3}|…|·{3}")
_BRACKETS = re.compile(r"[（(【\[][^）)】\]]{0,30}[）)】\]]")
_CONTENTS = re.compile(r"^目[录次]$")
_FEWEST_IN_A_ROW = 3
_PLAIN = re.compile(r"^[\w\u4e00-\u9fff]+$")


@dataclass(frozen=True, slots=True)
class FormFit:
    """Labels of a material's form that a document has. share: of those the programme names."""

    found: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Titled:
    """A page at the top of which a material's title stands."""

    page: int
    material: Material
    word: str


def form_fit(
    document: Document, material: Material, fields: tuple[FieldRule, ...]
) -> FormFit | None:
    """How much of the material's form a document is, None where it is too little.

    A label counts by whatever synonym of the fields it stands there.
    """
    named = material.recognise.form_labels
    if not named:
        return None
    synonyms = _synonyms(fields)
    plain = {word: normal_label(word) for word in named}
    wanted = {word: (own, *synonyms.get(own, ())) for word, own in plain.items()}
    if material.statistics:
        # A head may take two rows.
        rows = (_labels_of_row(one + other) for one, other in pairwise(_table_rows(document)))
        found = max((_present(wanted, row, ocr=is_ocr(document)) for row in rows),
                    key=len, default=())  # fmt: skip
    else:
        found = _present(wanted, _labels(document), ocr=is_ocr(document))
    least = max(math.ceil(material.recognise.form_share * len(wanted)), _FEWEST_IN_A_ROW)
    return FormFit(found, len(found) / len(wanted)) if len(found) >= least else None


@lru_cache(maxsize=16)
def _synonyms(fields: tuple[FieldRule, ...]) -> dict[str, tuple[str, ...]]:
    """For each label all those of its field."""
    known: dict[str, tuple[str, ...]] = {}
    for rule in fields:
        words = tuple(normal_label(word) for word in rule.words if not is_pattern(word))
        if rule.kind is not FieldKind.OTHER:
            known.update(dict.fromkeys(words, words))
    return known


def is_ocr(document: Document) -> bool:
    return any(page.source == "ocr" for page in document.pages)


def has_word(document: Document, word: str) -> bool:
    """Whether a word of the programme stands anywhere in a document, blanks aside."""
    return re.search(word, "".join(document.text.split())) is not None


def titled_pages(document: Document, materials: tuple[Material, ...]) -> list[Titled]:
    """The pages that begin with the title of a material, in order."""
    heads = _running_heads(document.pages)
    found = []
    for page in document.pages:
        lines = [line for line in _top(page) if line not in heads]
        if any(_CONTENTS.match(line) for line in lines):
            continue
        titled = _title(page, lines, materials)
        if titled is not None:
            found.append(titled)
    return found


def _title(page: Page, lines: list[str], materials: tuple[Material, ...]) -> Titled | None:
    for line in _likely_titles(lines):
        hits = [
            (end, Titled(page.number, material, word))
            for material in materials
            for word, end in _words_in(line, material, ocr=page.source == "ocr")
            if len(line) - end <= _AFTER_WORD
        ]
        if hits:
            return max(hits, key=lambda one: one[0])[1]
    return None


def _words_in(line: str, material: Material, *, ocr: bool) -> Iterator[tuple[str, int]]:
    for word in material.recognise.content_words:
        matches = [match for match in re.finditer(word, line) if match[0]]
        if matches:
            yield matches[-1][0], matches[-1].end()
        elif ocr and _PLAIN.match(word) and within(word, line):
            yield word, len(line)


def _likely_titles(lines: list[str]) -> Iterator[str]:
    """Short lines without punctuation; a title may run over two."""
    plain = [_BRACKETS.sub("", line) for line in lines]
    for number, line in enumerate(plain):
        if not line or _NO_TITLE.search(line):
            continue
        if len(line) <= _TITLE_CHARACTERS:
            yield line
        after = plain[number + 1] if number + 1 < len(plain) else ""
        if after and not _NO_TITLE.search(after) and len(line + after) <= _TITLE_CHARACTERS:
            yield line + after


def _top(page: Page) -> list[str]:
    lines = ("".join(line[:_LONGEST_LINE].split()) for line in page.text[:2_000].split("\n"))
    return [line for line in lines if line][:_TITLE_LINES]


def _running_heads(pages: tuple[Page, ...]) -> set[str]:
    """Lines at the tops of nearly all pages: what stands on each tells none from another."""
    if len(pages) < 4:
        return set()
    counted = Counter(line for page in pages for line in set(_top(page)))
    return {line for line, count in counted.items() if count * 5 >= len(pages) * 4}


def _present(
    wanted: Mapping[str, tuple[str, ...]], labels: set[str], *, ocr: bool
) -> tuple[str, ...]:
    found = []
    for word, synonyms in wanted.items():
        exact = any(one in labels for one in synonyms)
        if exact or (ocr and any(alike(synonyms[0], one) for one in labels)):
            found.append(word)
    return tuple(found)


def _table_rows(document: Document) -> Iterator[tuple[str, ...]]:
    left = _MOST_CELLS
    for block in document.blocks:
        if block.kind is not BlockKind.TABLE:
            continue
        for row in block.rows:
            left -= len(row)
            if left < 0:
                return
            yield row


def _labels_of_row(row: tuple[str, ...]) -> set[str]:
    return {normal_label(cell) for cell in row if 0 < len(cell) <= LONGEST_LABEL} - {""}


def _labels(document: Document) -> set[str]:
    """Texts that could be labels: cells, and what stands before colons."""
    labels: set[str] = set()
    for row in _table_rows(document):
        labels |= _labels_of_row(row)
    lines = 0
    for block in document.blocks:
        if block.kind is BlockKind.TABLE or not UNSEEN.isdisjoint(block.flags):
            continue
        for line in block.text.split("\n"):
            lines += 1
            if lines > _MOST_LINES:
                return labels
            if len(line) <= _LONGEST_LINE:
                labels |= _before_colons(line)
    return labels


def _before_colons(line: str) -> set[str]:
    pieces = re.split("[：:]", line)[:-1]
    words = {piece for piece in pieces if len(piece) <= LONGEST_LABEL}
    words |= {piece.split()[-1] for piece in pieces if piece.split()}
    return {normal_label(word) for word in words} - {""}
