"""Walks a rich text, token by token, and gives blocks.

Source: Rich Text Format Specification 1.9.1, "Conventions of an RTF Reader", "Unicode RTF".

Residual risks: nesting, bytes to skip after a Unicode sign and lengths of binary data are the
sender's; all three are held. Groups that nobody knows are passed over, as the format wants.
"""

from __future__ import annotations

from model.document import Block, BlockKind, ReadLimits, Table
from parsers.documents.doc.pieces import looks_chinese
from parsers.documents.embedded import Sink
from parsers.documents.office_blocks import Line, OfficeBudget, Story
from parsers.documents.ooxml.package import Unreadable
from parsers.documents.rtf.decoding import signs_of, takes_two_bytes, text_of
from parsers.documents.rtf.state import Gathered, Out, State
from parsers.documents.rtf.tables import Head
from parsers.documents.rtf.words import (
    FALLBACKS,
    NUMBERS,
    SIGNS,
    SKIPPED,
    SKIPPED_TOKEN,
    STARRED,
    STORIES,
    SYMBOLS,
    TOKEN,
    TOKEN_DOUBLE,
    UNITS,
    WORDS,
)

_MAX_CELLS = 1_000_000
_MAX_DEPTH = 2_000
_SAMPLE_BYTES = 1 << 18
_UNICODE, _UNICODE_TWO, _HEX, _WORDS, _SYMBOL, _BRACE, _ENDS, _TEXT = range(1, 9)
"""Groups of a token."""
ORDER = ("body", "footnotes", "endnotes", "comments", "headers", "footers")


class RtfReader:
    """The characters and groups of one document; what control words do is for the subclass.

    known: the control words that are of account. cut: it ends before its groups do. too_deep:
    groups beyond the limit, where reading stopped.
    """

    known: frozenset[bytes] = frozenset()

    def __init__(self, data: bytes, limits: ReadLimits, sink: Sink) -> None:
        self.data, self.sink = data, sink
        self.budget = OfficeBudget(limits.characters, _MAX_CELLS, limits.table_columns)
        self.cut = self.too_deep = False
        self.place = 0
        self.head = Head()
        self.encoding = "cp1252"
        self.blocks: dict[str, list[Block]] = {name: [] for name in ORDER}
        self.tables: list[Table] = []
        self.state = State(self.new_out("body", BlockKind.PARAGRAPH))
        self._stack: list[State] = []
        self._buffer = bytearray()
        self._skipping = 0
        self._starred = False
        sample = data[:_SAMPLE_BYTES]
        self._raw_chinese = not sample.isascii() and looks_chinese(sample)
        self.choose_token()

    def read(self) -> None:
        """Reads the data to their end, or to a limit.

        Raises: Unreadable where it is no rich text at all.
        """
        if not self.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
            raise Unreadable("document.broken")
        size = len(self.data)
        while self.place < size and not (self.budget.text_cut or self.too_deep):
            found = self._match(self.data, self.place)
            if found is None:
                self.place += 1
                continue
            self.place = found.end()
            kind = found.lastindex
            if kind == _WORDS:
                self._run_of_words(*found.span())
            elif kind == _TEXT:
                self._bytes(found.group(_TEXT))
            elif kind == _HEX:
                self._bytes(bytes.fromhex(found.group(_HEX).replace(b"\\'", b"").decode("ascii")))
            elif kind in (_UNICODE, _UNICODE_TWO):
                self._unicode(found.group(), kind)
            elif kind == _BRACE:
                self._brace(found.group())
            elif kind == _SYMBOL:
                self._symbol(found.group(_SYMBOL))
        self.flush()
        self.cut = bool(self._stack) and not (self.too_deep or self.budget.text_cut)
        while self._stack:
            self._close_group()
        self._end_story(self.state.out)

    def word(self, word: bytes, number: int | None) -> None:
        """One control word that is no sign and no group to pass over."""
        raise NotImplementedError

    def group_ends(self, ended: State) -> None:
        """A group has ended; `state` is again that of the one around it."""

    # What subclasses call.

    def new_out(self, name: str, kind: BlockKind) -> Out:
        return Out(name, Story(name, kind, self.budget))

    def flush(self) -> None:
        """What was gathered as bytes becomes text."""
        if self._buffer:
            raw = bytes(self._buffer)
            self._buffer.clear()
            self.emit(text_of(raw, self.state, self.head, self.encoding))

    def emit(self, text: str) -> None:
        """Text at this place."""
        state = self.state
        if state.gathered is not None:
            state.gathered.texts.append(text)
            return
        flag = state.flag
        state.out.line.add(text, flag)
        if state.inserted and not flag and not text.isspace():
            state.out.line.inserted = True

    def end_paragraph(self, depth: int) -> None:
        """The paragraph ends. depth: of the table it lies in, 0 for none."""
        self.flush()
        out = self.state.out
        line, out.line = out.line, Line()
        after, out.after = out.after, []
        label, out.label = out.label, ""
        parts = line.parts.get("")
        if parts and label and any(not part.isspace() for part in parts):
            parts.insert(0, label)
        if line.parts or line.pictures or after or depth:
            out.story.paragraph(line, depth, self.state.level, after)

    def rest_of_group(self) -> bytes:
        """The bytes up to the brace that ends this group; they are not read again."""
        start, depth = self.place, 0
        while True:
            found = SKIPPED_TOKEN.search(self.data, self.place)
            if found is None:
                self.place = len(self.data)
                return self.data[start:]
            self.place = found.end()
            if found.group(1) is not None:
                self.place += int(found.group(1))
            elif found.group() == b"{":
                depth += 1
            elif found.group() == b"}":
                depth -= 1
                if depth < 0:
                    self.place = found.start()
                    return self.data[start : self.place]

    def choose_token(self) -> None:
        """Which characters take two bytes depends on the font."""
        double = self._raw_chinese or takes_two_bytes(self.state, self.head, self.encoding)
        self._match = TOKEN_DOUBLE.match if double else TOKEN.match

    # What tokens do.

    def _run_of_words(self, start: int, end: int) -> None:
        """Most words are of no account; those that are may move the place on."""
        for found in WORDS.finditer(self.data, start, end):
            word = found.group(1)
            if word in self.known or self._starred or self._skipping:
                number = found.group(2)
                after = self.place = found.end()
                self._word(word, None if number is None else int(number))
                if self.place != after:
                    return
        self.place = end

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"bin":
            self.place += max(number or 0, 0)
            return
        starred, self._starred = self._starred, False
        if word in SIGNS:
            if self._skipping:
                self._skipping -= 1
            else:
                self.flush()
                self.emit(SIGNS[word])
            return
        if word != b"u" or number is None:
            # A sign to skip is never a word that changes something.
            self._skipping = 0
        else:
            self.flush()
            self._skipping = self.state.skip
            self.emit(signs_of([number], self.state, self.head))
            return
        if word in SKIPPED or (starred and word not in STARRED and word not in STORIES):
            self.flush()
            self.rest_of_group()
        else:
            self.word(word, number)

    def _unicode(self, token: bytes, kind: int) -> None:
        """A run of Unicode signs, each with `kind` bytes for older readers behind it."""
        self.flush()
        skip = self.state.skip
        self._skipping = max(skip - kind, 0)
        if skip >= kind:
            numbers = list(map(int, NUMBERS.findall(token)))
            self.emit(signs_of(numbers, self.state, self.head))
            return
        for number, rest in UNITS.findall(token):
            self.flush()
            self.emit(signs_of([int(number)], self.state, self.head))
            self._buffer += b"".join(
                bytes.fromhex(one[2:].decode("ascii")) if one.startswith(b"\\") else one
                for one in FALLBACKS.findall(rest)[skip:]
            )

    def _bytes(self, raw: bytes) -> None:
        if self._skipping:
            skipped = min(self._skipping, len(raw))
            self._skipping -= skipped
            raw = raw[skipped:]
        self._buffer += raw

    def _symbol(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif self._skipping:
            self._skipping -= 1
        elif sign in (b"\\", b"{", b"}"):
            self._buffer += sign
        elif sign in SYMBOLS:
            self.flush()
            self.emit(SYMBOLS[sign])
        elif sign in (b"\r", b"\n"):
            self.word(b"par", None)

    def _brace(self, brace: bytes) -> None:
        self.flush()
        self._skipping, self._starred = 0, False
        if brace == b"}":
            if self._stack:
                self._close_group()
        elif len(self._stack) >= _MAX_DEPTH:
            self.too_deep = True
        else:
            self._stack.append(self.state)
            self.state = self.state.inner()

    def _close_group(self) -> None:
        ended, self.state = self.state, self._stack.pop()
        if ended.gathered is not None and ended.gathered is not self.state.gathered:
            ended.gathered.done("".join(ended.gathered.texts))
        if ended.out is not self.state.out:
            inner, self.state = self.state, ended
            self._end_story(ended.out)
            self.state = inner
        if ended.font != self.state.font or ended.far_font != self.state.far_font:
            self.choose_token()
        self.group_ends(ended)

    def _end_story(self, out: Out) -> None:
        """What is left of the story's last paragraph, and the story itself, end."""
        depth = self.state.depth if self.state.in_table else 0
        gathered, self.state.gathered = self.state.gathered, None
        if out.line.parts or out.line.pictures or out.after:
            self.end_paragraph(depth)
        self.state.gathered = gathered
        out.story.close()
        self.tables += out.story.tables
        if out.name in self.blocks:
            self.blocks[out.name] += out.story.blocks

    def gather(self, gathered: Gathered) -> None:
        """The text of this group goes there, not into the story."""
        self.flush()
        self.state.gathered = gathered
