"""Child processes for everything that opens a byte of an applicant's file.

Request and answer are JSON, checked against the type that the task returns: an answer of a
child that was taken over by a hostile file can be wrong, but it cannot be code.
"""

from parsers.isolation.readers import Readers

__all__ = ["Readers"]
