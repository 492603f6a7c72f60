"""What an archive is called: by the unpacker's name of its format, or by its media type."""

from __future__ import annotations

FAMILIES = {
    "rar": "rar",
    "rar4": "rar",
    "rar5": "rar",
    "application/vnd.rar": "rar",
    "application/x-rar": "rar",
    "application/x-rar-compressed": "rar",
    "zip": "zip",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "7z": "7z",
    "application/x-7z-compressed": "7z",
    "tar": "tar",
    "application/x-tar": "tar",
    "gz": "gz",
    "application/gzip": "gz",
    "application/x-gzip": "gz",
    "bz2": "bz2",
    "application/x-bzip2": "bz2",
    "xz": "xz",
    "application/x-xz": "xz",
    "zst": "zst",
    "application/zstd": "zst",
    "cab": "cab",
    "application/vnd.ms-cab-compressed": "cab",
    "lzh": "lzh",
    "application/x-lzh-compressed": "lzh",
    "arj": "arj",
    "application/x-arj": "arj",
    "cpio": "cpio",
    "application/x-cpio": "cpio",
    "application/x-ace-compressed": "ace",
    "application/x-alz-compressed": "alz",
    "application/x-egg": "egg",
    "application/x-stuffit": "sit",
    "application/x-lzip": "lz",
    "application/x-lz4": "lz4",
    "Z": "z",
    "application/x-compress": "z",
    "iso": "iso",
    "udf": "iso",
    "application/x-iso9660-image": "iso",
    "application/x-ms-wim": "wim",
    "application/x-rpm": "rpm",
    "application/vnd.debian.binary-package": "deb",
    "application/x-xar": "xar",
    "application/x-apple-diskimage": "dmg",
    "application/x-vhd": "vhd",
    "application/x-vhdx": "vhdx",
}


def family(container_format: str) -> str:
    """The name a programme file uses for a container's format: "rar5" is rar, "tar.gz" is tar."""
    return FAMILIES.get(container_format) or container_format.split(".")[0].split("/")[-1]


def is_archive(media_type: str) -> bool:
    """Whether a file of this media type is an archive; among the files it is one that stayed
    closed, for of an opened one the members stand there."""
    return "/" in media_type and media_type in FAMILIES
