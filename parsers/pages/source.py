"""What every kind of paged file offers: its pages, their sizes, and each as a picture."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from model.finding import Finding

if TYPE_CHECKING:
    from parsers.pages.picture import Picture


class PageUnreadable(Exception):
    """The file, or one page of it, cannot be made a picture; `finding` says why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.finding = Finding(code, params=params)


class PageSource(Protocol):
    """An open file of pages, numbered from 1. Used as a context manager.

    findings: what was noticed while pages were rendered ("only part of it could be decoded"),
    without `about`.
    """

    findings: list[Finding]

    @property
    def count(self) -> int: ...

    def size(self, number: int) -> tuple[float, float]:
        """Width and height in points as the page is shown, turned as the file says.

        Raises: PageUnreadable.
        """

    def render(self, number: int, dpi: float, max_pixels: int) -> Picture:
        """The page on white, annotations and form fields drawn.

        dpi: what is wished for; less where max_pixels or the file's own resolution is less
        (`picture_dpi` tells). Raises: PageUnreadable.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
