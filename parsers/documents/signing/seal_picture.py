"""Writes the picture of an electronic seal as a PNG, whatever it was.

Residual risks: Pillow decodes what the file gave; the size is looked at first, the rest is held by
the child process. A picture that is an OFD of its own is drawn by our renderer.
"""

from __future__ import annotations

import io
from pathlib import Path

_MAX_PIXELS = 16_000_000
_DPI = 300.0


def write_picture(data: bytes, target: Path, pixels: int) -> Path | None:
    """The path written; None where the bytes are no picture, or a larger one than `pixels`."""
    from PIL import Image

    allowed = min(pixels, _MAX_PIXELS)
    if data.startswith(b"PK"):
        return _drawn(data, target, allowed)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > allowed:
                return None
            picture.convert("RGBA").save(target, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # Pillow's decoders raise these for broken bytes.
        target.unlink(missing_ok=True)
        return None
    return target


def _drawn(data: bytes, target: Path, pixels: int) -> Path | None:
    from PIL import Image

    from parsers.pages.ofd import OfdPages
    from parsers.pages.source import PageUnreadable

    source = target.with_suffix(".ofd")
    source.write_bytes(data)
    try:
        with OfdPages(source, nested=True) as pages:
            picture = pages.render(1, _DPI, pixels)
    except PageUnreadable:
        return None
    finally:
        source.unlink()
    Image.fromarray(picture[:, :, ::-1]).save(target, "PNG")
    return target
