"""Documents: what a file is by its bytes, and what is written in it."""

from parsers.documents.detect import detect
from parsers.documents.markdown import to_markdown
from parsers.documents.read import about_file, read_document

__all__ = ["about_file", "detect", "read_document", "to_markdown"]
