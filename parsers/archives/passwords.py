"""Passwords that stand in a text beside a word that says so; never from prose without one.

What people write: 解压密码：Abc123, 压缩包密码是“2024”, 解压码:8888, 密码为【zb01】,
password: Abc123. A word like 密码 alone, or with other words after it, gives nothing.

Residual risk: a sentence of the right form about some other password (the mailbox's, say) gives
a candidate that opens nothing; at most ten are given in all.
"""

from __future__ import annotations

import re
import unicodedata

MOST = 10
_TEXT_CHARACTERS = 1 << 20
"""How much of a text is looked at; a comment of RAR is at most 256 KiB."""
_LONGEST = 127
"""WinRAR takes no longer password."""

_QUOTES = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "【": "】", "[": "]", "《": "》", "<": ">",
    "（": "）", "(": ")", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_QUOTED = "|".join(
    f"{re.escape(begin)}(?P<quoted{n}>[^{re.escape(end)}\r\n]{{1,{_LONGEST}}}){re.escape(end)}"
    for n, (begin, end) in enumerate(_QUOTES.items())
)
_WORD = (
    r"(?:(?:解压缩?|压缩[包文]件?|打开|文件|附件|rar|zip|7z)[ 的]{0,2}(?:密码|口令|密钥)|解压缩?码"
    r"|密码|口令|(?<![A-Za-z])(?:pass(?:word|code|wd)|pwd)(?![A-Za-z]))"
)
_SAYS = r"(?:统?一?(?:均|都)?(?:设置?|默认)?(?:是|为)[ \t]*[:：]?|[:：=＝])"
_ASIDE = r"(?:[ \t]*[(（][^()（）\r\n]{1,20}[)）])?"
_BARE = r"(?P<bare>[!-~！-～一-鿿]{1,127})"
_MARKED = re.compile(
    rf"{_WORD}{_ASIDE}[ \t]{{0,4}}{_SAYS}[ \t　]{{0,8}}(?:\r?\n[ \t　]{{0,8}})?"
    rf"(?:{_QUOTED}|{_BARE})",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[，。；、！？,;。]")
_EDGES = "“”‘’「」『』【】《》（）\"'`<>[](){}，。；：、！？,;:.?"
_HAN = re.compile(r"[一-鿿]")
_PROSE = re.compile(
    r"^[无空]$|没有|什么|[的了请见在与和或将您我你另已被由]|密码|口令|电话|邮件|附件|短信|单位|发送|告知"
)


def passwords_in(text: str) -> tuple[str, ...]:
    """The passwords that a text names as such, in its order, at most ten.

    Each is given as it stands, without the quotes and punctuation around it.
    """
    found: dict[str, None] = {}
    for match in _MARKED.finditer(text[:_TEXT_CHARACTERS]):
        for candidate in _candidates(match):
            if candidate and candidate.isprintable() and len(found) < MOST:
                found[candidate] = None
    return tuple(found)


def _candidates(match: re.Match[str]) -> tuple[str, ...]:
    """What was quoted, as it is; else what may be meant, the longer reading after the shorter."""
    if match["bare"] is None:
        quoted = next(
            value for key, value in match.groupdict().items() if key != "bare" and value is not None
        )
        return (quoted.strip(),)
    word = match["bare"]
    short = _SEPARATORS.split(word, maxsplit=1)[0].strip(_EDGES)
    whole = word.strip("“”‘’「」『』【】《》（）\"'`<>，。；：、！？")
    readings = []
    for reading in (_up_to_prose(short), whole):
        narrow = unicodedata.normalize("NFKC", reading)
        readings += [reading, narrow] if narrow != reading else [reading]
    return tuple(one for one in dict.fromkeys(readings) if one and not _is_prose(one))


def _up_to_prose(word: str) -> str:
    """ASCII that Chinese prose goes on after: the password is what stands before it."""
    chinese = _HAN.search(word)
    return word[: chinese.start()].strip(_EDGES) if chinese and chinese.start() else word


def _is_prose(word: str) -> bool:
    """Chinese that says something rather than being a password; these are short and say nothing."""
    return bool(_HAN.search(word)) and (len(word) > 12 or bool(_PROSE.search(word)))
