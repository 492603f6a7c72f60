"""The seals of one page, with their names and cut-outs, on the flat sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from model.document import Seal
from parsers.ocr.engine import engine
from parsers.ocr.geometry import box_around, corners_of, moved
from parsers.ocr.upright import Upright
from parsers.seals import cut_out, find_seals, read_name


def seals_on(upright: Upright, number: int, into: Path | None) -> list[Seal]:
    """The seals of page `number`, boxes in pixels of the page's picture.

    into: the folder for their cut-outs as PNG, None for none.
    """
    sheet = upright.sheet
    back = np.asarray(np.linalg.inv(upright.on_sheet), np.float64)
    seals: list[Seal] = []
    for place, found in enumerate(find_seals(sheet, upright.dpi).seals, 1):
        text, sure = read_name(sheet, found, engine())
        image = None
        if into is not None:
            image = into / f"seal-{number:05d}-{place:02d}.png"
            Image.fromarray(cut_out(sheet, found)[:, :, ::-1]).save(image, "PNG")
        seals.append(
            Seal(
                number,
                box_around(moved(corners_of(found.box), back)),
                found.kind,
                text=text,
                confidence=round(found.confidence, 3),
                text_confidence=round(sure, 3),
                ink=found.ink,
                image=image,
            )
        )
    return seals
