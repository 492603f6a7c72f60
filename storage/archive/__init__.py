"""The archive on disk: one OCFL 1.1 storage root per programme, written so that a kill at any
instruction leaves every object whole.

Sources: OCFL 1.1 (https://ocfl.io/1.1/spec/); extension 0002-flat-direct-storage-layout.
"""

from storage.archive.archive import Archive, Recovered
from storage.archive.values import Content, FiledVersion, VersionConflict

__all__ = ["Archive", "Content", "FiledVersion", "Recovered", "VersionConflict"]
