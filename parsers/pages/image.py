"""Pages of an image file as pictures: any colour mode, on white, turned as the file says.

Residual risks: colours of CMYK and of wide profiles are converted without the profile, near
enough for ink to be told from paper.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from PIL import Image, ImageFile

from model.document import ReadLimits
from model.finding import Finding
from parsers.pages.image_file import BROKEN, Frame, frames, open_image, orientation
from parsers.pages.picture import Picture, pixel_size
from parsers.pages.source import PageUnreadable

_WHITE = (255, 255, 255)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation that the file tells."""


class ImagePages:
    """An image file whose frames are pages. Each is decoded when asked for, and not kept."""

    def __init__(self, path: Path, max_pages: int = ReadLimits().pages) -> None:
        """Raises: PageUnreadable where no frame can be read; OSError where the disk fails."""
        self.findings: list[Finding] = []
        self._path = path
        with open_image(path) as image:
            self._frames, _ = frames(image, max_pages)
        if not self._frames:
            raise PageUnreadable("document.broken")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    @property
    def count(self) -> int:
        return len(self._frames)

    def size(self, number: int) -> tuple[float, float]:
        return self._frame(number).size

    def render(self, number: int, dpi: float, max_pixels: int) -> Picture:
        frame = self._frame(number)
        if frame.width * frame.height > max_pixels:
            raise PageUnreadable(
                "scan.too_large", pages=str(number), size=f"{frame.width}×{frame.height}"
            )
        across, down = pixel_size(number, frame.size, min(dpi, max(frame.dpi)), max_pixels)
        picture = self._decode(frame, (across, down), number)
        if picture.size != (across, down):
            picture = picture.resize((across, down), Image.Resampling.HAMMING)
        return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])

    def _frame(self, number: int) -> Frame:
        if not 1 <= number <= len(self._frames):
            raise PageUnreadable("scan.page_broken", pages=str(number))
        return self._frames[number - 1]

    def _decode(self, frame: Frame, wanted: tuple[int, int], number: int) -> Image.Image:
        """One frame in RGB; what is cut short is read as far as it goes, with a finding."""
        try:
            return self._load(frame, wanted)
        except BROKEN:
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                picture = self._load(frame, wanted)
            except BROKEN as error:
                raise PageUnreadable("scan.page_broken", pages=str(number)) from error
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
            self.findings.append(Finding("scan.truncated", params={"pages": str(number)}))
            return picture

    def _load(self, frame: Frame, wanted: tuple[int, int]) -> Image.Image:
        with open_image(self._path) as image:
            image.seek(frame.index)
            longer = max(wanted)
            # JPEG can be decoded at a half, a quarter, an eighth; never smaller than wanted.
            image.draft("RGB", (longer, longer))
            image.load()
            # A TIFF is turned by Pillow itself, and tells so by then; the others are not.
            turn = _TURNS.get(orientation(image))
            shown = on_white(image)
            return shown if turn is None else shown.transpose(turn)


def on_white(image: Image.Image) -> Image.Image:
    """Any mode as RGB: alpha on white, 16 bits and floats scaled to 8."""
    if image.mode in ("RGB", "L", "CMYK", "YCbCr", "1", "LAB", "HSV"):
        return image.convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        return _to_8_bits(image).convert("RGB")
    layered = image.convert("RGBA")
    sheet = Image.new("RGB", image.size, _WHITE)
    sheet.paste(layered, mask=layered.getchannel("A"))
    return sheet


def _to_8_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float64)
    values = np.nan_to_num(values)
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I;16") or (low >= 0 and 255 < high <= 65535):
        low, high = 0.0, 65535.0
    elif low >= 0 and high <= 255 and high > 1:
        low, high = 0.0, 255.0
    scaled = (values - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(scaled.round().clip(0, 255).astype(np.uint8))
