"""Header values: unfolding, and encoded words as mail programs really write them.

Source: RFC 5322 2.2.3, RFC 2047. Kept beyond the RFC, because it arrives: words folded in
their middle, words inside quotes, words glued to text, words cut inside a character or inside a
base64 group (bytes of adjacent words of one charset are joined before they are decoded), a last
word without its end, raw 8-bit text.

Residual risk: decoded text is data. It may hold commas, angle brackets or a line end that were
not structure in the mail, so structure is read before decoding, and line ends become spaces.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from parsers.message.charsets import GB18030, Decoded, decode, printable, regional

# Possessive repetitions that stop at "?": a failed start costs the way to the next few of them.
_WORD = re.compile(
    rb"=\?([^?=\x80-\xff]{0,80})\?[ \t\r\n]*+"
    rb"(?:[bB][ \t\r\n]*+\?((?:[^?= \t\r\n]++|=(?!\?[^=])|[ \t\r\n](?!=\?))*+)"
    rb"|[qQ][ \t\r\n]*+\?([^?]*+(?:\?(?!=)[^?]*+){0,4}+))"
    rb"(?:\?=|\Z|(?=[ \t\r\n]=\?))"
)
_WHOLE_WORDS = re.compile(r"=\?[!-~]{1,80}\?[bBqQ]\?[^?]*\?=")
_SQUEEZED_FOLDS = 8
_FOLD = re.compile(rb"(?:=[ \t]*)?[\r\n]++[ \t]*+(?![0-9A-Fa-f]{2})|[\r\n]+[ \t]*")
"""Within a word; a "=" before it is a soft break, unless the fold stands inside an escape."""
_SPACE = re.compile(rb"[ \t\r\n]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


class RawHeader(NamedTuple):
    """One header as it stands: name in lower case, value with its folds."""

    name: str
    value: bytes


class _Word(NamedTuple):
    charset: str
    base64: bool
    text: bytes


class Token(NamedTuple):
    """A stretch of a header value; word: it came out of encoded words."""

    text: str
    word: bool
    repaired: bool


def unfold(value: bytes) -> bytes:
    """The value on one line; the white space that a fold began with stays."""
    return value.translate(None, b"\r\n").strip(b" \t")


def decode_header(value: bytes, nearby: str = "") -> Decoded:
    """The value as a person reads it, on one line.

    nearby: a charset that the mail declares elsewhere, for raw bytes.
    """
    folded = value.startswith(b"=") and value.count(b"\n") >= _SQUEEZED_FOLDS
    if folded and not _WORD.search(value):
        squeezed = re.sub(rb"[\r\n]+[ \t]*", b"", value)
        value = squeezed if _WORD.match(squeezed) else value
    tokens = list(tokens_of(value, nearby))
    text = "".join(token.text for token in tokens)
    repaired = any(token.repaired for token in tokens)
    if any(token.word for token in tokens) and _WHOLE_WORDS.fullmatch(text.strip()):
        # Encoded twice, by two programs: nobody writes such a text by hand.
        text = "".join(token.text for token in tokens_of(text.encode("utf-8", "replace"), nearby))
        repaired = True
    return Decoded(one_line(text).strip(), repaired)


def one_line(text: str) -> str:
    """Line ends and control characters as spaces: nothing decoded can look like a new header."""
    return printable(re.sub(r"[\r\n\t\x85\u2028\u2029]+", " ", text), " ")


def tokens_of(value: bytes, nearby: str = "") -> Iterator[Token]:
    """Plain stretches and joined runs of encoded words, in order; white space between two
    words is no text (RFC 2047, 6.2)."""
    pieces = list(_pieces(value))
    raw = b"".join(piece for piece in pieces if isinstance(piece, bytes))
    # One writer wrote all the raw 8-bit text: what one stretch shows holds for the others.
    raw_charset = charset_of_raw(raw, nearby)
    run: list[_Word] = []
    for piece in pieces:
        if isinstance(piece, _Word):
            run.append(piece)
            continue
        yield from _words(run)
        run = []
        text, repaired = decode(piece.translate(None, b"\r\n"), raw_charset)
        undeclared = raw_charset != "utf-8" and not text.isascii()
        yield Token(text, word=False, repaired=repaired or undeclared)
    yield from _words(run)


def charset_of_raw(raw: bytes, nearby: str = "") -> str:
    """What 8-bit text without a declaration is written in: UTF-8 where it can be."""
    text, repaired = decode(raw)
    if not repaired or text == raw.decode("utf-8", "replace"):
        return "utf-8"
    return regional(nearby) or GB18030


def _pieces(value: bytes) -> Iterator[bytes | _Word]:
    end = 0
    after_word = False
    for match in _WORD.finditer(value):
        plain = value[end : match.start()]
        if plain and not (after_word and not plain.strip(b" \t\r\n")):
            yield plain
        charset = _SPACE.sub(b"", match[1]).decode("ascii", "replace").lower()
        base64 = match[2] is not None
        yield _Word(charset, base64, match[2] if base64 else match[3])
        end = match.end()
        after_word = True
    if end < len(value):
        yield value[end:]


def _words(run: list[_Word]) -> Iterator[Token]:
    """Texts of adjacent words; neighbours of one charset are decoded as one."""
    start = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or run[end].charset != run[start].charset:
            same = run[start:end]
            text, repaired = decode(_word_bytes(same), same[0].charset)
            yield Token(text, word=True, repaired=repaired)
            start = end


def _word_bytes(words: list[_Word]) -> bytes:
    out: list[bytes] = []
    base64 = b""
    for word in words:
        if not word.base64:
            out += (_base64(base64), _quoted(word.text))
            base64 = b""
            continue
        base64 += _NOT_BASE64.sub(b"", word.text)
        if len(base64) % 4 == 0 or base64.endswith(b"="):
            out.append(_base64(base64))
            base64 = b""
    out.append(_base64(base64))
    return b"".join(out)


def _base64(text: bytes) -> bytes:
    text = text.split(b"=", 1)[0]
    if len(text) % 4 == 1:
        text = text[:-1]
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4))


def _quoted(text: bytes) -> bytes:
    return binascii.a2b_qp(_FOLD.sub(b"", text), header=True)
