"""An image file opened by its header: frames, sizes, resolution; nothing is decoded here.

Sources: TIFF 6.0 (section 8: NewSubfileType), Exif 2.32 (tag 274 Orientation), CIPA DC-007 (the
further pictures within a JPEG are previews, not pages).

Residual risks: decoders are Pillow's C libraries and libheif, held by the process's limits.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from parsers.pages.source import PageUnreadable

BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, SyntaxError, EOFError, OverflowError,
    RuntimeError, AttributeError, struct.error, ZeroDivisionError, MemoryError,
)  # fmt: skip
"""What Pillow raises over broken bytes, by its history of reports; memory is asked for by size."""

_MANY_PAGES = {"TIFF", "HEIF"}
_ANIMATED = {"GIF", "WEBP", "PNG", "AVIF"}
_REDUCED, _MASK = 1, 4
_NEW_SUBFILE_TYPE, _ORIENTATION = 254, 274
_A4_LONG_INCHES = 297 / 25.4
_NO_MEASURE = {72.0, 96.0}
"""What cameras and screens write for want of a measure."""
_BELIEVED_DPI = (75.0, 2400.0)
_LONGEST_INCHES = 24.0
_LEAST_DPI = 72.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One page of an image file, by its header. index: where `seek` finds it. width, height:
    pixels as shown. dpi: across and down, as shown. measured: the dpi is the file's own."""

    index: int
    width: int
    height: int
    dpi: tuple[float, float]
    measured: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return self.width * 72.0 / self.dpi[0], self.height * 72.0 / self.dpi[1]


@contextmanager
def open_image(path: Path) -> Iterator[Image.Image]:
    """The image at `path`, its header read.

    Raises: PageUnreadable where that is broken; OSError where the disk fails.
    """
    # The sizes are checked here, per frame and by the caller's own limit, before any decoding.
    Image.MAX_IMAGE_PIXELS = None
    with path.open("rb") as file:
        try:
            head = file.read(12)
            file.seek(0)
            if head[4:8] == b"ftyp":
                import pillow_heif

                pillow_heif.register_heif_opener(thumbnails=False)
            image = Image.open(file)
        except (UnidentifiedImageError, *BROKEN) as error:
            raise PageUnreadable("document.broken") from error
        with image:
            yield image


def frames(image: Image.Image, limit: int) -> tuple[list[Frame], bool]:
    """The pages of an image, at most `limit`, and whether the rest of them cannot be read.

    Reduced copies and masks within a TIFF are no pages; of an animation the first picture counts.
    """
    found: list[Frame] = []
    index = 0
    many = image.format in _MANY_PAGES
    while len(found) < limit:
        try:
            image.seek(index)
            if not _is_copy(image):
                found.append(_frame(image, index))
        except EOFError:
            return found, False
        except BROKEN:
            return found, True
        index += 1
        if not many or index >= limit * 4:
            break
    return found, False


def is_animation(image: Image.Image) -> bool:
    """Whether there is more than one picture in a format that shows them one after another."""
    try:
        return image.format in _ANIMATED and bool(getattr(image, "is_animated", False))
    except BROKEN:  # a format that counts its pictures by walking over them
        return False


def orientation(image: Image.Image) -> int:
    """How the picture has to be turned to be shown, 1 to 8 (Exif 2.32, 4.6.4 A)."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except BROKEN:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _frame(image: Image.Image, index: int) -> Frame:
    width, height = image.size
    told = _told_dpi(image)
    if orientation(image) >= 5 and image.format != "TIFF":
        # Pillow gives the size of a TIFF as it is shown, of the others as it is stored.
        width, height = height, width
    if orientation(image) >= 5 and told:
        told = told[1], told[0]
    if told and _believed(width, height, told):
        return Frame(index, width, height, told, True)
    guess = max(max(width, height) / _A4_LONG_INCHES, _LEAST_DPI)
    return Frame(index, width, height, (guess, guess), False)


def _told_dpi(image: Image.Image) -> tuple[float, float] | None:
    told = image.info.get("dpi")
    try:
        across, down = (float(value) for value in told)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return across, down


def _believed(width: int, height: int, dpi: tuple[float, float]) -> bool:
    if round(dpi[0]) in _NO_MEASURE and round(dpi[1]) in _NO_MEASURE:
        return False
    least, most = _BELIEVED_DPI
    if not all(least <= value <= most for value in dpi) or not 0.4 <= dpi[0] / dpi[1] <= 2.5:
        return False
    return max(width / dpi[0], height / dpi[1]) <= _LONGEST_INCHES


def _is_copy(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", None)
    if image.format != "TIFF" or tags is None:
        return False
    kind = tags.get(_NEW_SUBFILE_TYPE, 0)
    return isinstance(kind, int) and bool(kind & (_REDUCED | _MASK))
