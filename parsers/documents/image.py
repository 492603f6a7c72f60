"""Reads image files as documents: each frame a page that is still to be read as a picture.

Sources: Exif 2.32 (4.6.5) for when and by what a photograph was taken.

Residual risks: only so many pixels are decoded to see whether a file is whole; frames beyond are
known by their headers alone, and told of when they are rendered.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from PIL import Image

from model.document import Document, Page, ReadRequest
from model.finding import Finding
from parsers.pages.image_file import BROKEN, Frame, frames, is_animation, open_image
from parsers.pages.source import PageUnreadable

_DECODED_PIXELS = 50_000_000
"""Pixels of all frames together that are decoded to see whether they are whole."""
_EXIF_IFD = 0x8769
_MAKE, _MODEL, _SOFTWARE, _TAKEN = 271, 272, 305, 36867
_VALUE_CHARACTERS = 200


def read_image(path: Path, request: ReadRequest, media_type: str) -> Document:
    """The pages of an image file, their sizes, and what the file says of itself; no text."""
    try:
        with open_image(path) as image:
            return _Reading(image, request, media_type).document()
    except PageUnreadable as error:
        return Document(media_type, findings=(error.finding,), readable=False)


class _Reading:
    """One image file while it is looked through."""

    def __init__(self, image: Image.Image, request: ReadRequest, media_type: str) -> None:
        self._image = image
        self._limits = request.limits
        self._media_type = media_type
        self._findings: list[Finding] = []

    def document(self) -> Document:
        animated = is_animation(self._image)
        found, broken = frames(self._image, self._limits.pages + 1)
        if not found:
            raise PageUnreadable("document.broken")
        # What the file says of itself is gone once a frame has been decoded.
        properties = self._properties(found[0])
        if animated:
            self._find("scan.animation")
        if len(found) > self._limits.pages:
            found = found[: self._limits.pages]
            limit = str(self._limits.pages)
            self._find("document.limit_pages", pages=f"{limit}+", limit=limit)
        if broken:
            self._find("scan.pages_broken", pages=str(len(found)))
        self._check(found)
        pages = tuple(
            Page(number, "", width=round(frame.size[0], 2), height=round(frame.size[1], 2))
            for number, frame in enumerate(found, 1)
        )
        return Document(
            self._media_type,
            pages=pages,
            scanned=tuple(page.number for page in pages),
            properties=properties,
            findings=tuple(self._findings),
        )

    def _check(self, found: list[Frame]) -> None:
        """Whether the frames can be decoded to their ends, as many as is cheap."""
        left = _DECODED_PIXELS
        for number, frame in enumerate(found, 1):
            pixels = frame.width * frame.height
            if pixels > self._limits.image_pixels:
                size = f"{frame.width}×{frame.height}"
                self._find("scan.too_large", pages=str(number), size=size)
                continue
            left -= pixels
            if left < 0:
                return
            try:
                self._image.seek(frame.index)
                # Of a JPEG this decodes an eighth of each side, but reads it to its end.
                self._image.draft("L", (frame.width // 8, frame.height // 8))
                self._image.load()
            except BROKEN:
                self._find("scan.truncated", pages=str(number))

    def _properties(self, frame: Frame) -> dict[str, str]:
        told = {"pixels": f"{frame.width}×{frame.height}"}
        if frame.measured:
            told["dpi"] = f"{frame.dpi[0]:g}×{frame.dpi[1]:g}"
        with contextlib.suppress(*BROKEN):
            exif = self._image.getexif()
            inner = exif.get_ifd(_EXIF_IFD)
            told["camera"] = " ".join(
                word for tag in (_MAKE, _MODEL) if (word := _plain(exif.get(tag)))
            )
            told["application"] = _plain(exif.get(_SOFTWARE))
            told["taken"] = _plain(inner.get(_TAKEN))
        return {name: value for name, value in told.items() if value}

    def _find(self, code: str, **params: str) -> None:
        self._findings.append(Finding(code, params=params))


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_VALUE_CHARACTERS]
