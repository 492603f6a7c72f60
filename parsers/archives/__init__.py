"""Archives: one file on disk → every member of it, and of the archives inside it, on disk.

`unpack` is a plain function for a child process; it raises nothing on an applicant's account.
"""

from parsers.archives.detect import archive_format, is_archive
from parsers.archives.limits import Spent
from parsers.archives.unpack import unpack
from parsers.archives.volumes import volume_number

__all__ = ["Spent", "archive_format", "is_archive", "unpack", "volume_number"]
