"""The fields of a form, and the lines of a statistics table, out of a document that was read.

Everything works on blocks, whatever reader or OCR made them; how they were read and how surely is
carried over to the fields.
"""

from parsers.fields.read import read_fields
from parsers.fields.statistics import read_statistics

__all__ = ["read_fields", "read_statistics"]
