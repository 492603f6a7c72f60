"""Whether a text layer is a language: fonts without a map to Unicode leave other things behind."""

from __future__ import annotations

import re

_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd¤\U000f0000-\U0010ffff]")
_FEWEST = 5
_SHARE = 0.3


def is_garbled(text: str) -> bool:
    """Whether a good part of the signs are control, private-use or stand-in characters."""
    if not _ODD.search(text):
        return False
    odd = len(_ODD.findall(text))
    return odd >= _FEWEST and odd >= _SHARE * len("".join(text.split()))
