"""What a document says in the programme's own fields."""

from __future__ import annotations

from dataclasses import replace

from model.document import Document
from model.programme import Programme
from parsers.fields import read_fields, read_statistics


def with_fields(document: Document, programme: Programme) -> Document:
    """The document with the values of its form, and with the lines of its statistics table where
    the programme has a material of that kind."""
    if not document.blocks:
        return document
    document = replace(document, fields=read_fields(document, programme.fields))
    if any(one.statistics for one in programme.materials):
        document = replace(document, statistics=read_statistics(document, programme.fields))
    return document
