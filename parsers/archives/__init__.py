"""Archives: one file on disk → every member of it, and of the archives inside it, on disk.

`unpack` is a plain function for a child process; it raises nothing on an applicant's account.
"""

from parsers.archives.detect import (
    archive_format,
    is_archive,
    is_called_an_archive,
    true_media_type,
)
from parsers.archives.passwords import passwords_in
from parsers.archives.unpack import unpack
from parsers.archives.volumes import volume_number

__all__ = [
    "archive_format",
    "is_archive",
    "is_called_an_archive",
    "passwords_in",
    "true_media_type",
    "unpack",
    "volume_number",
]
