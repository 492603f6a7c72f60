"""Names of attachments that mail programs make up where they lose the sender's: they say nothing
of an applicant, and break no naming rule."""

from __future__ import annotations

import re
import unicodedata

_KINDS = (
    r"att\d{3,8}",  # Outlook, Exchange
    r"tcmime(?:\.?\d{1,6})?",  # Tencent
    r"attach(?:ment)?",
    r"(?:mime|email|mail|outlook)[-_ ]?attachment",
    r"未命名(?:的?附件|文件|文档)?",
    r"无标题(?:附件)?|无名称(?:附件)?",
    r"untitled(?:[-_ ]?attachment)?",
    r"(?:un|no)[-_ ]?named?",
    r"part[-_ ]?\d{1,3}(?:\.\d{1,3}){1,4}",  # Thunderbird, by the place in the mail
)
_COPY = r"(?:[-_ ]{0,2}\(?\d{1,5}\)?)?"
"""The number that a second one of the same name gets."""
_ENDINGS = r"(?:\.[a-z]{1,8}\d{0,3}|\.7z|\.\d{3}){0,3}"
_MADE_UP = re.compile(rf"(?:{'|'.join(_KINDS)}){_COPY}{_ENDINGS}", re.IGNORECASE)
_LONGEST = 80


def is_made_up(name: str) -> bool:
    """Whether a file's name is no sender's own: ATT00001.bin, tcmime.bin, 未命名.rar, or none."""
    plain = unicodedata.normalize("NFKC", name[: 2 * _LONGEST]).strip()
    return not plain or (len(plain) <= _LONGEST and _MADE_UP.fullmatch(plain) is not None)
