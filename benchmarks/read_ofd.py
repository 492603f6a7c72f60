"""Rows of lines and tables as an OFD, with an electronic seal where one is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.read_case import Box, Stamp
from tests.builders import forms, ofd_writer

_MILLIMETRES = 25.4 / 72
_SEAL = (135.0, 215.0, 42.0, 42.0)
"""Left, top, width and height in millimetres."""


def ofd_of(rows: Sequence[forms.Row], sealed_by: str = "") -> tuple[bytes, tuple[Stamp, ...]]:
    """The file, and where its seal is: on the last page, signed with that name."""
    pages = forms.lay_out(rows)
    ofd = ofd_writer.Ofd([_objects(page) for page in pages])
    if not sealed_by:
        return ofd.bytes(), ()
    left, top, wide, high = _SEAL
    place = f"{left:g} {top:g} {wide:g} {high:g}"
    data = ofd_writer.sealed_ofd(ofd, sealed_by, stamps=((len(pages), place),))
    box: Box = (
        left / _MILLIMETRES, top / _MILLIMETRES,
        (left + wide) / _MILLIMETRES, (top + high) / _MILLIMETRES,
    )  # fmt: skip
    return data, (Stamp(len(pages), box, "electronic"),)


def _objects(page: forms.PageLayout) -> str:
    unit = _MILLIMETRES
    rules = "".join(
        ofd_writer.line(x0 * unit, y0 * unit, x1 * unit, y1 * unit) for x0, y0, x1, y1 in page.rules
    )
    return rules + "".join(
        ofd_writer.text(
            x * unit, y * unit, words, size=round(size * unit, 3), deltas=_steps(words, size * unit)
        )
        for x, y, words, size in page.texts
        if words
    )


def _steps(words: str, size: float) -> str:
    """How far each character stands from the next: half a head for Latin ones."""
    steps = " ".join(f"{size / 2 if ord(sign) < 128 else size:.3f}" for sign in words[:-1])
    return f' DeltaX="{steps}"' if steps else ""
