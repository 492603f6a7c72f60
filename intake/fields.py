"""What a document says in the programme's own fields."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache

from intake.version import software_version
from model.document import Document
from model.fields import FieldRule
from model.programme import Programme
from parsers.fields import read_fields, read_statistics


def with_fields(document: Document, programme: Programme) -> Document:
    """The document with the values of its form, and with the lines of its statistics table where
    the programme has a material of that kind."""
    if not document.blocks:
        return document
    document = replace(document, fields=read_fields(document, programme.fields))
    if _has_statistics(programme):
        document = replace(document, statistics=read_statistics(document, programme.fields))
    return document


def fields_digest(programme: Programme) -> str:
    """A digest of everything that decides which fields are read, and how: these rules, and the
    software that reads by them."""
    return _digest(programme.fields, _has_statistics(programme), software_version())


def _has_statistics(programme: Programme) -> bool:
    return any(one.statistics for one in programme.materials)


@lru_cache(maxsize=64)
def _digest(fields: tuple[FieldRule, ...], statistics: bool, software: str) -> str:
    told = "\n".join([software, str(statistics), *(one.model_dump_json() for one in fields)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]
