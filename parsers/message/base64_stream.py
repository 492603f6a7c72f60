"""Base64 as a stream: blocks in, decoded blocks out.

Source: RFC 2045 6.8. Kept beyond it: several encodings written one after the other, each with
padding of its own, as programs write that encode block by block. What stands after a padding is
decoded only if it is well-formed up to the next padding or the end; a mailing list's footer is
not, and stays out of the file.

Residual risk: a footer of four letters in one word looks like base64 and becomes three bytes.
"""

from __future__ import annotations

import binascii
import re
import tempfile

from parsers.message.decoder import GARBAGE, SEGMENTS, TRUNCATED, UNPADDED, Write

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_WHITE = b" \t\r\n"
_NO_SEGMENT = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]|[A-Za-z0-9+/=][ \t]+[A-Za-z0-9+/=]")
"""Another character, or two words in one line."""
_SPOOL_BYTES = 1 << 20
_PADDING = {2: b"==", 3: b"="}
_FOOTER = re.compile(rb"(?:\A|\n)[ \t\r]*\n(?=[^\r\n]*[^A-Za-z0-9+/= \t\r\n])")
"""An empty line, then one that is no base64: text that somebody added."""
_LONG_LINE = re.compile(rb"^[A-Za-z0-9+/]{40,}\r?$", re.MULTILINE)
_OTHER = re.compile(rb"[^A-Za-z0-9+/ \t\r\n]+")


def is_base64(data: bytes) -> bool:
    text = data.translate(None, _WHITE)
    return bool(text) and not text.translate(None, _ALPHABET + b"=")


def _cleaned(line: bytes) -> bytes:
    """A line without its other characters; nothing of one that is words, not data."""
    clean = _OTHER.sub(b"", line)
    lost = len(line) - len(clean)
    if lost and (lost * 4 >= len(line) or _NO_SEGMENT.search(clean)):
        return b""
    return clean.translate(None, _WHITE)


class Base64:
    """Padding may be missing; other characters are left out, and told."""

    def __init__(self, write: Write) -> None:
        self.faults: set[str] = set()
        self.complete = False
        self._write = write
        self._held = b""
        self._further: _Further | None = None

    def feed(self, block: bytes) -> None:
        if self._further is not None:
            self._further.feed(block)
            return
        first, padding, rest = block.partition(b"=")
        text = first.translate(None, _WHITE)
        if text.translate(None, _ALPHABET):
            self.faults.add(GARBAGE)
            footer = _FOOTER.search(first)
            if footer and not _LONG_LINE.search(first, footer.end()):
                first, padding = first[: footer.start()], b"="
                rest = b"\0"  # refused there
            text = b"".join(map(_cleaned, first.split(b"\n")))
        text = self._held + text
        whole = len(text) // 4 * 4
        self._held = text[whole:]
        if whole:
            self._write(binascii.a2b_base64(text[:whole]))
        if padding:
            self._end()
            self.complete = True
            self._further = _Further(self._write)
            self._further.feed(rest)

    def close(self) -> None:
        if self._further is None:
            if len(self._held) > 1:
                self.faults.add(UNPADDED)
            self._end()
            return
        self._further.close()
        if self._further.taken:
            self.faults.add(SEGMENTS)
        if self._further.refused:
            self.faults.add(GARBAGE)

    def _end(self) -> None:
        if len(self._held) == 1:
            self.faults.add(TRUNCATED)
        elif self._held:
            self._write(binascii.a2b_base64(self._held + _PADDING[len(self._held)]))
        self._held = b""


class _Further:
    """What stands after the first padding. The segment that is being read waits in a file
    until its end says that it is one; the first that is not ends the reading.

    taken: a segment was written. refused: there was something else.
    """

    def __init__(self, write: Write) -> None:
        self.taken = False
        self.refused = False
        self._write = write
        self._held = b""
        self._size = 0
        # A spool stays in memory until it is large: most files end at their first padding.
        self._spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115

    def feed(self, block: bytes) -> None:
        if self.refused:
            return
        wrong = _NO_SEGMENT.search(block)
        if wrong:  # the lines before it may still be a segment
            block = block[: block.rfind(b"\n", 0, wrong.start()) + 1]
        self._take(block.translate(None, _WHITE))
        if wrong:
            self._refuse()

    def _take(self, text: bytes) -> None:
        first, padding, rest = text.partition(b"=")
        self._wait(first)
        if not padding:
            return
        self._confirm()
        *ended, last = rest.split(b"=")
        for run in ended:
            if not run or self.refused:
                continue
            if len(run) % 4 not in _PADDING:
                self._refuse()
            else:
                self._write(binascii.a2b_base64(run + _PADDING[len(run) % 4]))
                self.taken = True
        if not self.refused:
            self._wait(last)

    def close(self) -> None:
        if not self.refused and self._size:
            if self._held:
                self._refuse()
            else:
                self._flush()
        self._spool.close()

    def _wait(self, text: bytes) -> None:
        self._size += len(text)
        text = self._held + text
        whole = len(text) // 4 * 4
        self._held = text[whole:]
        if whole:
            self._spool.write(binascii.a2b_base64(text[:whole]))

    def _confirm(self) -> None:
        """A padding ends what is waiting."""
        if not self._size:
            return
        if len(self._held) not in _PADDING:
            self._refuse()
            return
        self._spool.write(binascii.a2b_base64(self._held + _PADDING[len(self._held)]))
        self._flush()

    def _flush(self) -> None:
        self._spool.seek(0)
        while block := self._spool.read(_SPOOL_BYTES):
            self._write(block)
        self._spool.seek(0)
        self._spool.truncate()
        self._held, self._size = b"", 0
        self.taken = True

    def _refuse(self) -> None:
        self.refused = True
        self._held, self._size = b"", 0
