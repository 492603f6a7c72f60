"""The index of a package: what each applicant sent and where it lies, for Excel and the browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from intake.export.plan import Bundle
from intake.export.words import (
    ABSENT,
    FOLDER_HEAD,
    HEADS,
    INDEX,
    LEFT_OUT_HEADS,
    LEFT_OUT_TITLE,
    OTHER,
    SUBTITLE,
    TITLE,
)
from intake.sheets.excel import open_book
from intake.sheets.layout import Cell, Column, Kind, Layout, Link, columns
from intake.sheets.words import MOMENT
from model.programme import Programme


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An application that is not in the package, and why."""

    number: str
    full_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Index:
    """bundles: what is in the package. zipped: each lies in a ZIP of its own."""

    rules: Programme
    bundles: Sequence[Bundle]
    left_out: Sequence[LeftOut]
    made: datetime
    zipped: bool = False

    @property
    def materials(self) -> list[tuple[str, str]]:
        """Id and label of each material that anybody sent, in the programme's order."""
        listed = [*((one.id, one.label) for one in self.rules.materials), ("", OTHER)]
        return [
            (name, label)
            for name, label in listed
            if any(bundle.of(name) or name in bundle.parts for bundle in self.bundles)
        ]

    def place_of(self, bundle: Bundle) -> str:
        """The path of an applicant's folder or ZIP."""
        return f"{bundle.folder}.zip" if self.zipped else f"{bundle.folder}/"

    @property
    def subtitle(self) -> str:
        return SUBTITLE.format(
            programme=self.rules.title,
            count=len(self.bundles),
            files=sum(len(one.copies) for one in self.bundles),
            made=MOMENT.format(self.made),
        )


def write_workbook(index: Index, path: Path) -> None:
    """index.xlsx, in a folder where only this is written."""
    labels = [label for _, label in index.materials]
    layout = Layout(
        INDEX,
        (
            Column(HEADS[0], 6, Kind.NUMBER),
            *columns(Kind.WORDS, *zip(HEADS[1:6], (16, 32, 24, 9, 18), strict=True)),
            Column(HEADS[6], 11, Kind.STATE),
            Column(HEADS[7], 24, Kind.MOMENT),
            Column(HEADS[8], 6, Kind.NUMBER),
            *columns(Kind.WORDS, *((label, 22) for label in labels)),
            Column(FOLDER_HEAD, 40, Kind.WORDS),
        ),
        held=3,
    )
    with open_book(path, f"{index.rules.title} {TITLE}", index.made) as book:
        sheet = book.sheet(layout)
        for number, bundle in enumerate(index.bundles, 1):
            sheet.add(_row(index, number, bundle))
        if index.left_out:
            aside = book.sheet(
                Layout(
                    LEFT_OUT_TITLE[:4],
                    columns(Kind.WORDS, *zip(LEFT_OUT_HEADS, (18, 34, 80), strict=True)),
                )
            )
            for one in index.left_out:
                aside.add([one.number, one.full_name, one.reason])


def _row(index: Index, number: int, bundle: Bundle) -> list[Cell]:
    materials: list[Cell] = []
    for name, _ in index.materials:
        copies = bundle.of(name)
        words = [one.name for one in copies]
        if name in bundle.parts:
            words.append(bundle.parts[name])
        text = "\n".join(words)
        if copies and not index.zipped:
            target = f"{bundle.folder}/{copies[0].path}"
            folder = f"{bundle.folder}/{copies[0].folder}"
            materials.append(Link(text, target if len(copies) == 1 else folder))
        else:
            materials.append(text or ABSENT)
    place = index.place_of(bundle)
    return [number, *bundle.about, *materials, Link(place.rstrip("/"), place.rstrip("/"))]


def page(index: Index) -> Iterator[str]:
    """index.html, piece by piece: it needs nothing but itself."""
    template = _environment().get_template("index.html")
    return template.generate(
        title=TITLE,
        subtitle=index.subtitle,
        programme=index.rules.title,
        heads=HEADS,
        labels=[label for _, label in index.materials],
        folder_head=FOLDER_HEAD,
        rows=(_shown(index, number, one) for number, one in enumerate(index.bundles, 1)),
        absent=ABSENT,
        left_out_title=LEFT_OUT_TITLE,
        left_out_heads=LEFT_OUT_HEADS,
        left_out=index.left_out,
    )


def _shown(index: Index, number: int, bundle: Bundle) -> dict[str, object]:
    *about, received, revision = bundle.about
    assert isinstance(received, datetime)
    materials = [
        {
            "files": [
                {
                    "name": one.name,
                    "href": "" if index.zipped else quote(f"{bundle.folder}/{one.path}"),
                    "sha256": one.sha256,
                }
                for one in bundle.of(name)
            ],
            "part": bundle.parts.get(name, ""),
        }
        for name, _ in index.materials
    ]
    place = index.place_of(bundle)
    return {
        "cells": [number, *about, MOMENT.format(received), revision],
        "materials": materials,
        "place": place.rstrip("/"),
        "href": quote(place),
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
