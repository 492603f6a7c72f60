"""Compound files (MS-CFB): what they hold, and how they are opened with a password."""
