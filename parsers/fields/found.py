"""What was found for the fields, the best of several kept."""

from __future__ import annotations

from collections.abc import Iterable

from model.document import Block, Box, Field
from model.fields import FieldKind, FieldRule
from parsers.fields.grids import is_ocr
from parsers.fields.values import Value, value_of
from parsers.fields.vocabulary import Label

GUESSED = 0.85
"""Share of the confidence where the label was read not quite so."""
OF_ANOTHER = 0.8
"""Share where it stands beside another person than the one it is looked for."""
BY_SYNONYM = 0.999
"""A field's own name goes before a synonym, where a form has both."""


class Found:
    """The candidates for each field, in the order of the document."""

    def __init__(self, rules: Iterable[FieldRule]) -> None:
        rules = tuple(rules)
        self._persons = {one.id for one in rules if one.kind is FieldKind.PERSON} | {
            one.of for one in rules if one.of
        }
        self._person = ""
        self._best: dict[str, Field] = {}

    def passes(self, label: Label) -> None:
        """Says that a label was come by: what follows may belong to that person."""
        if label.rule.id in self._persons:
            self._person = label.rule.id

    def take(
        self,
        label: Label,
        raw: str,
        block: Block,
        box: Box | None,
        method: str,
        sure: float,
        *,
        year: str = "",
        unit: str = "",
    ) -> bool:
        """Whether the text has a value for the label's field."""
        ocr = is_ocr(block)
        value = value_of(raw, label.rule.kind, ocr=ocr)
        if value is None:
            return False
        name = f"{label.rule.id}_{year}" if year else label.rule.id
        confidence = sure * value.share * block.confidence * self._share(label)
        flags = (*value.flags, *(("label_guessed",) if label.guessed else ()))
        found = Field(
            name,
            value.text,
            page=block.page,
            box=box,
            confidence=round(confidence, 4),
            label=label.text,
            method=method if block.method == "text" else f"{method}, {block.method}",
            unit=_unit(value, label, unit),
            raw=raw.strip()[:20_000],
            flags=flags,
        )
        if name not in self._best or self._best[name].confidence < found.confidence:
            self._best[name] = found
        return True

    def _share(self, label: Label) -> float:
        share = GUESSED if label.guessed else 1.0
        if not label.own:
            share *= BY_SYNONYM
        of = label.rule.of
        if of and self._person and self._person != of and of not in self._persons_named(label):
            share *= OF_ANOTHER
        return share

    @staticmethod
    def _persons_named(label: Label) -> tuple[str, ...]:
        """联系人手机 says itself whose it is."""
        return (label.rule.of,) if label.text.startswith("联系人") else ()

    def fields(self) -> tuple[Field, ...]:
        return tuple(self._best.values())


def _unit(value: Value, label: Label, unit: str) -> str:
    if label.rule.kind not in (FieldKind.FIGURES, FieldKind.MONEY):
        return ""
    return value.unit or label.unit or unit
