"""Presentations of the old format, from records made by hand."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from model.document import BlockKind, Document, ReadLimits
from parsers.documents.read import read_document
from tests.builders.ole_properties import SUMMARY, endless_summary
from tests.builders.ole_writer import ole
from tests.builders.slides import (
    OldSlide,
    atom,
    holder,
    ppt,
    slide_record,
    table_shape,
    text_atoms,
    text_shape,
)

KINDS = BlockKind


def read(data: bytes, folder: Path, limits: ReadLimits | None = None) -> Document:
    path = folder / "member"
    path.write_bytes(data)
    return read_document(path, limits or ReadLimits())


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_text_of_shapes_of_the_outline_of_tables_and_notes(tmp_path: Path) -> None:
    first = OldSlide(
        slide_record(
            text_shape(text_atoms("右"), left=900, top=1010),
            text_shape(text_atoms("Left"), left=10, top=1000),
            text_shape(atom(0x0F9E, struct.pack("<I", 1)), top=500),
            text_shape(atom(0x0F9E, struct.pack("<I", 0)), top=2000),
            table_shape([["企业", "甲"], ["联系人", "乙"]]),
        ),
        outline=text_atoms("质量标杆", 0) + text_atoms("要点一\r要点二\x0b续", 1),
        notes="讲稿",
    )
    second = OldSlide(slide_record(text_shape(text_atoms("底稿")), hidden=True))
    document = read(ppt([first, second]), tmp_path)
    assert document.media_type == "application/vnd.ms-powerpoint"
    assert [(b.kind, b.page, b.flags, b.text) for b in document.blocks] == [
        (KINDS.HEADING, 1, (), "质量标杆"),
        (KINDS.PARAGRAPH, 1, (), "要点一\n要点二\n续"),
        (KINDS.TABLE, 1, (), "企业\t甲\n联系人\t乙"),
        (KINDS.PARAGRAPH, 1, (), "Left"),
        (KINDS.PARAGRAPH, 1, (), "右"),
        (KINDS.NOTE, 1, (), "讲稿"),
        (KINDS.PARAGRAPH, 2, ("hidden",), "底稿"),
    ]
    assert (document.pages[0].width, document.pages[0].height) == (720, 540)
    assert codes(document) == ["document.hidden_text"]


def test_page_numbers_are_no_text(tmp_path: Path) -> None:
    shape = text_shape(text_atoms("*") + atom(0x0FD8, bytes(4)))
    document = read(ppt([OldSlide(slide_record(shape, text_shape(text_atoms("文"))))]), tmp_path)
    assert document.text == "文"


def test_a_slide_listed_a_thousand_times_is_read_once(tmp_path: Path) -> None:
    slide = slide_record(text_shape(text_atoms("文")))
    again = holder(0x0FF0, *[atom(0x03F3, struct.pack("<5I", 2, 0, 0, 256, 0))] * 1000)
    document = read(ppt([OldSlide(slide)], in_document=again), tmp_path)
    assert document.text.count("文") <= 2


def test_objects_and_macros(tmp_path: Path) -> None:
    sheet = ole({"Workbook": b"x"})
    packed = atom(0x1011, struct.pack("<I", len(sheet)) + zlib.compress(sheet), instance=1)
    macros = atom(0x0400, struct.pack("<3I", 9, 1, 2))
    slide = OldSlide(slide_record(text_shape(text_atoms("文"))))
    document = read(ppt([slide], more=[packed], in_document=holder(0x03FF, macros)), tmp_path)
    assert codes(document) == ["document.macros", "document.embedded"]
    assert [one.size for one in document.embedded] == [len(sheet)]


def test_a_bomb_in_an_object_is_named(tmp_path: Path) -> None:
    packed = atom(0x1011, bytes(4) + zlib.compress(bytes(5 << 20)), instance=1)
    slide = OldSlide(slide_record(text_shape(text_atoms("文"))))
    document = read(ppt([slide], more=[packed]), tmp_path, ReadLimits(part_bytes=1 << 20))
    assert codes(document) == ["document.embedded", "document.limit_embedded"]
    assert document.embedded == ()


@pytest.mark.parametrize("token", [0xF3D1C4DF])
def test_encrypted_ones_are_named(token: int, tmp_path: Path) -> None:
    document = read(ppt([OldSlide(slide_record())], token=token), tmp_path)
    assert (document.readable, codes(document)) == (False, ["document.encrypted"])


def test_without_its_directory_slides_are_read_as_they_lie(tmp_path: Path) -> None:
    stream = slide_record(text_shape(text_atoms("一"))) + slide_record(text_shape(text_atoms("二")))
    document = read(ole({"PowerPoint Document": stream}), tmp_path)
    assert document.text == "一\n二"


@pytest.mark.parametrize("count", [3, 0xFFFFFFFF])
def test_properties_that_promise_more_than_there_is(count: int, tmp_path: Path) -> None:
    slide = OldSlide(slide_record(text_shape(text_atoms("文"))))
    document = read(ppt([slide], streams={SUMMARY: endless_summary("讲稿", count=count)}), tmp_path)
    assert (document.text, document.properties) == ("文", {"title": "讲稿"})


@pytest.mark.parametrize(
    "stream", [b"\0" * 5000, b"junk" * 2000, b"\x0f\x00\xee\x03\xff\xff\xff\xff"]
)
def test_no_presentation_at_all(stream: bytes, tmp_path: Path) -> None:
    document = read(ole({"PowerPoint Document": stream}), tmp_path)
    assert not document.text
    assert document.findings or document.pages
