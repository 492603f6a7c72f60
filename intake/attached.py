"""A mail's attachments as we meet them: where they lie, what they are called, what they are."""

from __future__ import annotations

from dataclasses import dataclass

from model.errors import ReaderFailed
from model.message import Attachment, Message
from model.submission import SubmittedFile
from parsers.archives.names import Names, safe_path
from parsers.isolation import Readers

MAIL = "message/rfc822"
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature",
                        "application/pgp-signature"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment with the path it is filed under and what its bytes are."""

    attachment: Attachment
    path: str
    media_type: str

    @property
    def is_decoration(self) -> bool:
        """What belongs to the mail's own layout or envelope: a logo in a signature, the seal of a
        signed mail."""
        if self.attachment.media_type in SIGNATURES:
            return True
        return (
            self.media_type.startswith("image/")
            and self.attachment.disposition == "inline"
            and bool(self.attachment.content_id)
        )

    @property
    def is_mail(self) -> bool:
        return MAIL in (self.media_type, self.attachment.media_type)

    def as_file(self) -> SubmittedFile:
        return SubmittedFile(
            path=self.path,
            size=self.attachment.size,
            sha256=self.attachment.sha256,
            media_type=self.media_type,
            stored=self.attachment.path,
        )


def attached_to(message: Message, readers: Readers) -> list[Attached]:
    """Every attachment in order, each under a path of its own."""
    names = Names()
    found = []
    for number, one in enumerate(message.attachments, 1):
        path = names.unique(safe_path(one.name or f"附件{number}").replace("/", "_"))
        try:
            media_type = readers.detect(one.path)
        except ReaderFailed:
            media_type = "application/octet-stream"
        found.append(Attached(one, path, media_type))
    return found
