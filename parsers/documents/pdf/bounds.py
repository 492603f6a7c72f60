"""Bounds and matrices of PDF page objects; points, y upwards (ISO 32000-2, 8.3)."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.documents.pdf import calls as pdf_calls

Bounds = tuple[float, float, float, float]
"""left, bottom, right, top."""
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def matrix_of(handle: int) -> Matrix:
    """The matrix of an object; the very IDENTITY where it changes nothing."""
    found = pdf_calls.matrix(handle)
    if found is None:
        return IDENTITY
    a, b, c, d, e, f = found
    values = (a, b, c, d, e, f)
    return IDENTITY if values == IDENTITY else values


def combined(outer: Matrix, inner: Matrix) -> Matrix:
    """The matrix that does the inner one first."""
    if outer is IDENTITY:
        return inner
    if inner is IDENTITY:
        return outer
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def moved(bounds: Sequence[float], by: Matrix) -> list[float]:
    """The bounds of the box after the matrix."""
    x0, y0, x1, y1 = bounds
    xs, ys = [], []
    for x, y in ((x0, y0), (x1, y0), (x0, y1), (x1, y1)):
        xs.append(by[0] * x + by[2] * y + by[4])
        ys.append(by[1] * x + by[3] * y + by[5])
    return [min(xs), min(ys), max(xs), max(ys)]
