"""Text of a sender's as it can stand in a letter: on one line, nothing hidden.

Residual risk: look-alike letters stay as they are, and a mail program may make a link of a name.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode categories of what breaks lines, turns the direction of writing, or is not seen."""


def one_line(text: str) -> str:
    """The text with a replacement character for each that could not be seen, or breaks a line."""
    return "".join("\ufffd" if unicodedata.category(one) in _HIDDEN else one for one in text)
