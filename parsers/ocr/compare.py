"""How far two readings of one page say the same: a text layer of somebody else's OCR, and ours.

Character by character without regard to white space, width of letters and punctuation, which
layers write as they like, and with little regard to order, which they lose at columns and tables.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

from model.finding import Finding

AGREEING = 0.8
"""Below this the layer does not say what the page shows."""
_FEW = 20
"""Fewer characters than this prove nothing either way."""


def agrees(layer_text: str, ocr_text: str) -> float:
    """0 to 1: the share of characters and of neighbours that both texts hold.

    1 where ours has too few characters to say. A layer that holds only part of what the page
    shows agrees less, as one with other letters does.
    """
    layer, ours = _letters(layer_text), _letters(ocr_text)
    if len(ours) < _FEW:
        return 1.0
    if not layer:
        return 0.0
    # Pairs of neighbours tell letters that happen to be common from words that are the same.
    return 0.5 * _shared(Counter(layer), Counter(ours)) + 0.5 * _shared(
        Counter(_pairs(layer)), Counter(_pairs(ours))
    )


def layer_differs(layer_text: str, ocr_text: str, number: int) -> Finding | None:
    """What has to be said where the text layer of page `number` is not to be relied on."""
    agreement = agrees(layer_text, ocr_text)
    if agreement >= AGREEING:
        return None
    params = {"pages": str(number), "agreement": f"{agreement:.0%}"}
    return Finding("scan.layer_differs", params=params)


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _pairs(text: str) -> list[str]:
    return [text[place : place + 2] for place in range(len(text) - 1)]


def _shared(one: Counter[str], other: Counter[str]) -> float:
    """Twice what is common over what both hold (Dice)."""
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)
