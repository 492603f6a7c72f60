"""The materials of a call as data: how many of each, in which formats, and how each is known."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from model.labels import normal_label

FEWEST_LABELS = 3


class Part(BaseModel):
    """A table of a programme file: nothing unknown in it, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Recognition(Part):
    """How a material is known. Any word may be a regular expression; the rules are tried by
    weight: words of the file's own name, its title, the labels of its form, its folders, then of
    its content.

    form_labels: labels of the form's cells, of which a file has to have form_share to be that form.
    form_marks: words that this year's form has. old_marks: words that only an older one has.
    """

    name_words: tuple[str, ...] = ()
    content_words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    form_labels: tuple[str, ...] = ()
    form_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    form_marks: tuple[str, ...] = ()
    old_marks: tuple[str, ...] = ()

    @field_validator("form_labels")
    @classmethod
    def _labels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        empty = [word for word in value if not normal_label(word)]
        if empty:
            raise ValueError(f"{empty[0]!r} has nothing that a label could be compared with")
        if 0 < len(value) < FEWEST_LABELS:
            raise ValueError(f"give at least {FEWEST_LABELS}: fewer are found in any paper")
        return value

    @field_validator("name_words", "content_words", "not_words", "form_marks", "old_marks")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            try:
                re.compile(word)
            except re.error as error:
                raise ValueError(f"{word!r} is not a regular expression: {error}") from error
        return value


class Material(Part):
    """One line of the checklist.

    least, most: how many files; least 0 is optional, most None is any number.
    formats: kinds by content, by the names of FORMATS; empty admits all.
    seal: a seal is wanted on it; seal_missing: where none is seen on any page, a person looks, or
    the applicant has to correct it. rest: takes what no other material is recognised in.
    statistics: a table with a line for each applicant (统计表).
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Annotated[str, Field(min_length=1)]
    least: Annotated[int, Field(ge=0)] = 1
    most: Annotated[int, Field(ge=1)] | None = None
    formats: tuple[str, ...] = ()
    seal: bool = False
    seal_missing: Literal["person", "correct"] = "person"
    rest: bool = False
    statistics: bool = False
    recognise: Recognition = Recognition()
    how_to: str = ""

    @field_validator("formats")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in FORMATS]
        if unknown:
            raise ValueError(f"unknown format {unknown[0]!r}; allowed: {', '.join(FORMATS)}")
        return value

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if self.most is not None and self.most < self.least:
            raise ValueError("`most` is smaller than `least`")
        return self


FORMATS: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "ofd": ("application/ofd",),
    "word": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
        "application/vnd.ms-word.document.macroenabled.12",
        "application/vnd.ms-word.template.macroenabled.12",
        "application/msword",
        "application/rtf",
        "application/vnd.ms-works",
    ),
    "sheet": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "text/csv",
    ),
    "slides": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.ms-powerpoint",
    ),
    "image": ("image/jpeg", "image/png", "image/tiff", "image/bmp", "image/webp", "image/heic"),
    "text": ("text/plain",),
}
"""Names of formats that a programme file may use, and the media types they stand for."""
