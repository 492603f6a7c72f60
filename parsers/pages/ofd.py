"""Pages of an OFD as pictures, drawn by Pillow: images, text, lines and filled shapes, stamps.

Source: GB/T 33190-2016; the page's objects come from `ofd_page.py`.

Residual risks: clips, patterns, shadings and masks of images are not drawn, nor images in codings
that Pillow lacks (JBIG2); a finding names the page. A character that the file's own font cannot
give is drawn in a Chinese font of the machine; without one it is left out, and a finding says so.
"""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from PIL import Image, ImageDraw

from model.document import ReadLimits
from model.finding import Finding
from parsers.documents.ofd.file import OfdFile
from parsers.documents.ofd.geometry import MM_TO_POINTS
from parsers.documents.ofd.objects import OfdImage, OfdPath, OfdText
from parsers.documents.ofd.page import OfdPage, read_page
from parsers.documents.ofd.seals import Stamp, read_signatures
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.unseen import is_faint
from parsers.pages.ofd_fonts import Fonts
from parsers.pages.picture import pixel_size
from parsers.pages.source import PageUnreadable

if TYPE_CHECKING:
    from parsers.pages.picture import Picture

_LIMITS = ReadLimits()
_MAX_PICTURE_PIXELS = 60_000_000
"""Of all images of a page together."""
_SMALLEST_LETTER = 3
"""Pixels; smaller letters are a smudge in any case."""
_PAPER = (255, 255, 255)


class OfdPages:
    """An open OFD. nested: it is the picture of a seal, and its own stamps are not drawn."""

    def __init__(self, path: Path, *, nested: bool = False) -> None:
        """Raises: PageUnreadable."""
        self.findings: list[Finding] = []
        try:
            self._ofd = OfdFile(path, _LIMITS)
        except Unreadable as error:
            code = error.finding.code
            code = "document.broken" if code == "document.broken_part" else code
            raise PageUnreadable(code, **error.finding.params) from error
        self._stamps: dict[str, list[Stamp]] = {}
        if not nested:
            for one in read_signatures(self._ofd):
                for stamp in one.stamps:
                    self._stamps.setdefault(stamp.page, []).append(stamp)
        self._pages: dict[int, OfdPage] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ofd.package.__exit__(kind, error, trace)

    @property
    def count(self) -> int:
        return len(self._ofd.pages)

    def size(self, number: int) -> tuple[float, float]:
        page = self._page(number)
        return page.width * MM_TO_POINTS, page.height * MM_TO_POINTS

    def render(self, number: int, dpi: float, max_pixels: int) -> Picture:
        page = self._page(number)
        across, down = pixel_size(number, self.size(number), dpi, max_pixels)
        drawing = _Drawing(self._ofd, page, across, down)
        for one in page.objects:
            if isinstance(one, OfdImage):
                drawing.image(one)
            elif isinstance(one, OfdPath):
                drawing.path(one)
            else:
                drawing.text(one)
        for stamp in self._stamps.get(self._ofd.pages[number - 1].id, ()):
            drawing.stamp(stamp)
        if drawing.lacking:
            self.findings.append(Finding("ofd.not_all_drawn", params={"pages": str(number)}))
        picture: Picture = np.ascontiguousarray(np.asarray(drawing.canvas)[:, :, ::-1])
        return picture

    def _page(self, number: int) -> OfdPage:
        if not 1 <= number <= self.count:
            raise PageUnreadable("scan.page_broken", pages=str(number))
        if number not in self._pages:
            try:
                # One page is held: they are asked for one after another.
                self._pages = {number: read_page(self._ofd, self._ofd.pages[number - 1])}
            except (Unreadable, RecursionError) as error:
                raise PageUnreadable("scan.page_broken", pages=str(number)) from error
        return self._pages[number]


class _Drawing:
    """One page while it is drawn. lacking: something on it could not be."""

    def __init__(self, ofd: OfdFile, page: OfdPage, across: int, down: int) -> None:
        self.canvas = Image.new("RGB", (across, down), _PAPER)
        self.lacking = False
        self._draw = ImageDraw.Draw(self.canvas)
        self._ofd = ofd
        self._scale = across / page.width
        self._down = down / page.height
        self._fonts = Fonts(ofd, page.fonts)
        self._pixels = _MAX_PICTURE_PIXELS

    def text(self, one: OfdText) -> None:
        size = round(one.size * self._scale)
        if one.colour is None or is_faint(one.alpha) or not one.visible or size < 1:
            return
        size = min(max(size, _SMALLEST_LETTER), self.canvas.height)
        for sign, (x, y) in zip(one.text, one.places, strict=False):
            if sign.isspace():
                continue
            font = self._fonts.font(one.font, sign, size)
            if font is None:
                self.lacking = True
                continue
            place = x * self._scale, y * self._down
            if not (-size < place[0] < self.canvas.width + size
                    and -size < place[1] < self.canvas.height + size):  # fmt: skip
                continue
            if abs(one.turn) < 2:
                self._draw.text(place, sign, font=font, fill=one.colour, anchor="ls")
                continue
            mask = Image.new("L", (3 * size, 3 * size))
            middle = 3 * size / 2
            ImageDraw.Draw(mask).text((middle, middle), sign, font=font, fill=255, anchor="ls")
            mask = mask.rotate(-one.turn, Image.Resampling.BILINEAR)
            corner = round(place[0] - middle), round(place[1] - middle)
            self.canvas.paste(Image.new("RGB", mask.size, one.colour), corner, mask)

    def path(self, one: OfdPath) -> None:
        if is_faint(one.alpha):
            return
        for line in one.lines:
            points = [(self._held(x * self._scale), self._held(y * self._down)) for x, y in line]
            if one.fill is not None and len(points) > 2:
                self._draw.polygon(points, fill=one.fill)
            if one.stroke is not None:
                width = min(max(round(one.width * self._scale), 1), 200)
                self._draw.line(points, fill=one.stroke, width=width)

    def image(self, one: OfdImage) -> None:
        try:
            data = self._ofd.package.read(one.part)
        except Unreadable:
            self.lacking = True
            return
        picture = self._opened(data)
        if picture is not None:
            self._placed(picture, one.box, one)

    def stamp(self, stamp: Stamp) -> None:
        x, y, width, height = stamp.box
        if stamp.picture.startswith(b"PK"):
            picture = self._nested(stamp.picture, width)
        else:
            picture = self._opened(stamp.picture)
        if picture is not None:
            self._placed(picture, (x, y, x + width, y + height), None)

    def _opened(self, data: bytes) -> Image.Image | None:
        try:
            with Image.open(io.BytesIO(data)) as picture:
                self._pixels -= picture.width * picture.height
                if self._pixels < 0:
                    self.lacking = True
                    return None
                return picture.convert("RGBA")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            # Pillow's decoders raise these for broken bytes and for codings that they lack.
            self.lacking = True
            return None

    def _nested(self, data: bytes, width: float) -> Image.Image | None:
        """A stamp that is an OFD of its own; its paper is not drawn over the page."""
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "stamp.ofd"
            path.write_bytes(data)
            try:
                with OfdPages(path, nested=True) as pages:
                    dpi = width * self._scale / max(pages.size(1)[0], 1.0) * 72
                    drawn = pages.render(1, dpi, 4_000_000)
            except PageUnreadable:
                self.lacking = True
                return None
        picture = Image.fromarray(drawn[:, :, ::-1]).convert("RGBA")
        paper = np.asarray(picture)[:, :, :3].min(axis=2)
        picture.putalpha(Image.fromarray((255 - paper).astype(np.uint8)))
        return picture

    def _placed(
        self, picture: Image.Image, box: tuple[float, float, float, float], one: OfdImage | None
    ) -> None:
        x0, y0 = round(self._held(box[0] * self._scale)), round(self._held(box[1] * self._down))
        x1, y1 = round(self._held(box[2] * self._scale)), round(self._held(box[3] * self._down))
        if x1 <= x0 or y1 <= y0:
            return
        if one is not None:
            picture = _turned(picture, one)
        picture = picture.resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR)
        alpha = picture.getchannel("A")
        if one is not None and one.alpha < 255:
            share = one.alpha / 255
            alpha = alpha.point(lambda value: int(value * share))
        self.canvas.paste(picture.convert("RGB"), (x0, y0), alpha)

    def _held(self, value: float) -> float:
        """A place not further off than the page is large, so that nothing huge is made."""
        most = float(max(self.canvas.size))
        return min(max(value, -most), 2 * most)


def _turned(picture: Image.Image, one: OfdImage) -> Image.Image:
    """The image as its matrix turns or mirrors it, in quarters; skews are not drawn."""
    a, b, c, d, _e, _f = one.matrix
    if abs(b) + abs(c) > abs(a) + abs(d):
        picture = picture.transpose(Image.Transpose.TRANSPOSE)
        a, d = c, b
    if a < 0:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if d < 0:
        picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return picture
