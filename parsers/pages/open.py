"""From a file to its pages: which kind of file is rendered by what."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from model.document import ReadLimits
from parsers.pages.source import PageSource, PageUnreadable

MAX_PIXELS = ReadLimits().image_pixels


def open_pages(path: Path, media_type: str, passwords: tuple[str, ...] = ()) -> PageSource:
    """The pages of the file at `path`, whose media type is known by its content.

    passwords: tried in order where the file is closed.

    Raises: PageUnreadable where it cannot be opened or is no kind of file that has pages;
    OSError where it cannot be read from the disk.
    """
    opener = _OPENERS.get(media_type)
    if opener is None:
        raise PageUnreadable("scan.no_pages", media_type=media_type)
    return opener(path, media_type, passwords)


def render_page(
    path: Path,
    media_type: str,
    page: int,
    dpi: float,
    into: Path,
    passwords: tuple[str, ...] = (),
) -> Path:
    """One page (from 1) as a PNG file in the folder `into`, for a person to look at.

    Written beside its place and renamed, so that a half-written picture is never served.

    Raises: PageUnreadable, OSError.
    """
    from PIL import Image

    with open_pages(path, media_type, passwords) as pages:
        picture = pages.render(page, dpi, MAX_PIXELS)
    target = into / f"page-{page:05d}-{dpi:g}dpi.png"
    draft = target.with_suffix(f".{os.getpid()}.draft")
    Image.fromarray(picture[:, :, ::-1]).save(draft, "PNG", compress_level=3)
    return draft.replace(target)


def _pdf(path: Path, _media_type: str, passwords: tuple[str, ...]) -> PageSource:
    from parsers.pages.pdf import PdfPages

    return PdfPages(path, passwords)


def _image(path: Path, _media_type: str, _passwords: tuple[str, ...]) -> PageSource:
    from parsers.pages.image import ImagePages

    return ImagePages(path)


def _ofd(path: Path, _media_type: str, _passwords: tuple[str, ...]) -> PageSource:
    from parsers.pages.ofd import OfdPages

    return OfdPages(path)


_OPENERS: dict[str, Callable[[Path, str, tuple[str, ...]], PageSource]] = {
    "application/pdf": _pdf,
    "application/ofd": _ofd,
    "image/jpeg": _image,
    "image/png": _image,
    "image/tiff": _image,
    "image/bmp": _image,
    "image/gif": _image,
    "image/webp": _image,
    "image/heic": _image,
    "image/avif": _image,
}
"""Imported when asked for: a process that renders PDFs needs no image library."""

PICTURES = frozenset(_OPENERS)
"""Media types of which a page can be shown as a picture."""
