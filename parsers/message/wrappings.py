"""Files that mail programs wrap the real parts in: winmail.dat, smime.p7m.

Residual risk: what is wrapped was not seen by a mail server's virus scanner either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from parsers.message.charsets import decode
from parsers.message.cms import Cms, cms_content, cms_kind
from parsers.message.files import UNTYPED, Files
from parsers.message.heads import Head
from parsers.message.limits import MessageLimits
from parsers.message.notes import Notes
from parsers.message.rtf_text import rtf_of, text_of_rtf
from parsers.message.sinks import FileSink
from parsers.message.texts import Texts
from parsers.message.tnef import EMBEDDED_TYPE, SIGNATURE, Tnef, TnefFile, read_tnef

_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_CMS_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_ENTITY = re.compile(
    rb"(?:[!-9;-~]{1,100}[ \t]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,50}?"
    rb"(?:content-|mime-version)[a-z-]*[ \t]*:",
    re.IGNORECASE,
)
_ENTITY_BYTES = 16 << 10
_MEDIA_TYPE = re.compile(r"[!#$&^_.+a-z0-9-]{1,100}/[!#$&^_.+a-z0-9-]{1,100}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a wrapping. replaces: its content is kept, and the file is not needed.
    entity: a file whose content is to be read as parts of the mail, and then removed."""

    replaces: bool = False
    entity: Path | None = None


_CLOSED = Opened()


class Unwrapping:
    """Opens wrappings for one mail; gives files and texts to where the mail's own go."""

    def __init__(self, files: Files, texts: Texts, limits: MessageLimits, notes: Notes) -> None:
        self._files = files
        self._texts = texts
        self._limits = limits
        self._notes = notes

    def open(self, sink: FileSink, name: str, head: Head, *, depth: int) -> Opened:
        """Look at a file that was taken from the mail. depth: wrappings around it."""
        path = sink.path
        is_cms = head.media_type in _CMS_TYPES or name.lower().endswith(".p7m")
        if sink.start.startswith(SIGNATURE):
            return self._tnef(path, name or "winmail.dat")
        if head.media_type in _TNEF_TYPES:
            self._notes.add("tnef_broken", name or path.name)
        elif is_cms and depth >= self._limits.wrappings:
            self._notes.add("limit_wrappings", name, limit=self._limits.wrappings)
        elif is_cms:
            return self._cms(path, name, head)
        return _CLOSED

    def _tnef(self, path: Path, name: str) -> Opened:
        with path.open("rb") as file:
            tnef = read_tnef(file, path.stat().st_size, self._files.open, self._limits.text_bytes)
        for one in tnef.files:
            self._keep(one)
        self._spare_text(tnef)
        if tnef.wrong_checksums:
            self._notes.add("tnef_checksum", name, count=tnef.wrong_checksums)
        if tnef.whole:
            self._notes.add("tnef_opened", name, count=len(tnef.files))
        elif not tnef.full:  # that was told when it filled
            self._notes.add("tnef_broken", name)
        return Opened(replaces=tnef.whole)

    def _keep(self, one: TnefFile) -> None:
        sink = one.sink
        if not isinstance(sink, FileSink):
            raise TypeError("a sink that was not given out here")
        media_type = one.media_type if _MEDIA_TYPE.fullmatch(one.media_type) else UNTYPED
        if one.embedded:
            media_type = EMBEDDED_TYPE
            self._notes.add("tnef_embedded", one.name or sink.path.name)
        elif not one.name:
            self._notes.add("nameless_part", sink.path.name, media_type=media_type)
        self._files.add(
            sink, one.name, media_type, disposition="attachment", content_id=one.content_id
        )

    def _spare_text(self, tnef: Tnef) -> None:
        """Usually the mail has the same words in a part of its own."""
        if tnef.text.strip():
            self._texts.keep_spare(tnef.text, html=False)
        elif tnef.html:
            self._texts.keep_spare(decode(tnef.html, tnef.html_charset).text, html=True)
        else:
            rtf = rtf_of(tnef.rtf, self._limits.text_bytes)
            self._texts.keep_spare(text_of_rtf(rtf, tnef.codepage), html=False)

    def _cms(self, path: Path, name: str, head: Head) -> Opened:
        about = name or path.name
        with path.open("rb") as file:
            kind = cms_kind(file)
        declared = head.content.get("smime-type").text.lower()
        if kind is Cms.ENCRYPTED or (kind is Cms.OTHER and "enveloped" in declared):
            self._notes.add("smime_encrypted", about)
            return _CLOSED
        if kind is Cms.OTHER:
            self._notes.add("smime_broken", about)
            return _CLOSED
        with self._files.scratch() as scratch, path.open("rb") as file:
            kind = cms_content(file, scratch.write, self._limits.inflated_bytes)
        if kind is Cms.DETACHED or not scratch.size:
            scratch.path.unlink()
        if kind is Cms.DETACHED:
            return _CLOSED
        whole = kind is not Cms.BROKEN
        if not whole:
            self._notes.add("smime_broken", about)
        elif kind is Cms.COMPRESSED:
            self._notes.add("smime_compressed", about)
        else:
            self._notes.add("smime_signed", about)
        if not scratch.size:
            return Opened(replaces=whole)
        return Opened(whole, self._entity(scratch.path, name))

    def _entity(self, path: Path, name: str) -> Path | None:
        """The path again where it holds a MIME entity; else its bytes are a file of the mail."""
        with path.open("rb") as file:
            start = file.read(_ENTITY_BYTES)
        inner_name = name[:-4] if name.lower().endswith(".p7m") else ""
        is_file = bool(PurePosixPath(inner_name).suffix) or b"\0" in start
        if _ENTITY.match(start) or not is_file:
            return path
        sink = self._files.open()
        if sink is not None:
            with sink, path.open("rb") as file:
                while block := file.read(1 << 18):
                    sink.write(block)
            self._files.add(sink, inner_name)
        path.unlink()
        return None
