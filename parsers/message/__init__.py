"""One raw mail on disk → a `Message`: streamed, repaired, every part accounted for."""

from parsers.message.limits import MessageLimits
from parsers.message.read import read_head, read_message

__all__ = ["MessageLimits", "read_head", "read_message"]
