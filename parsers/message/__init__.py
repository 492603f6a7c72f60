"""One raw mail on disk → a `Message`: streamed, repaired, every part accounted for."""

from parsers.message.limits import MessageLimits
from parsers.message.read import read_message, read_received_at

__all__ = ["MessageLimits", "read_message", "read_received_at"]
