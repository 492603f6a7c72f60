"""The archive set: packages as they come and as they are made to hurt, each with what is right."""

from tests.builders.archive_set import (
    hostile_zips,
    many,
    names,
    nested,
    others,
    rars4,
    rars5,
    sevens,
    singles,
    tars,
    zips,
)
from tests.builders.archive_set.case import ArchiveCase

CASES: tuple[ArchiveCase, ...] = (
    *zips.CASES,
    *hostile_zips.CASES,
    *rars5.CASES,
    *rars4.CASES,
    *sevens.CASES,
    *tars.CASES,
    *singles.CASES,
    *others.CASES,
    *names.CASES,
    *nested.CASES,
    *many.CASES,
)

__all__ = ["CASES", "ArchiveCase"]
