"""What a child can be asked to do: one literal table, imported only when asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from model.authenticity import Boundary, DkimSignature, HeaderEvidence, KeyAnswer
from model.container import Cost, Unpacked, UnpackLimits
from model.document import Document, ReadLimits, ScannedPage, ScanRequest
from model.message import Message, MessageHead


def read_message(path: Path, into: Path) -> Message:
    from parsers.message import read_message as read

    return read(path, into)


def read_head(path: Path) -> MessageHead:
    from parsers.message import read_head as read

    return read(path)


def unpack(
    path: Path,
    into: Path,
    name: str,
    prefix: str,
    passwords: list[str],
    limits: UnpackLimits,
    siblings: dict[str, Path],
    cost: Cost = Cost(),  # noqa: B008 (frozen)
    progress: Path | None = None,
) -> Unpacked:
    from parsers.archives import unpack as run

    return run(
        path,
        into,
        name=name,
        prefix=prefix,
        passwords=passwords,
        limits=limits,
        siblings=siblings,
        cost=cost,
        progress=progress,
    )


def read_document(
    path: Path, limits: ReadLimits, passwords: tuple[str, ...] = (), into: Path | None = None
) -> Document:
    from parsers.documents.read import read_document as read

    return read(path, limits, passwords=passwords, into=into)


def read_scans(
    path: Path, media_type: str, request: ScanRequest, report: Path | None = None
) -> tuple[ScannedPage, ...]:
    from parsers.ocr import read_scans as read

    return read(path, media_type, request, report=report)


def render_page(path: Path, media_type: str, page: int, dpi: float, into: Path) -> Path:
    from parsers.pages import render_page as render

    return render(path, media_type, page, dpi, into)


def detect(path: Path) -> str:
    """Media type by content; a self-extracting archive counts as the archive that it is."""
    from parsers.archives import true_media_type

    return true_media_type(path)


def read_evidence(path: Path, boundary: Boundary, received_at: datetime) -> HeaderEvidence:
    from parsers.authenticity import read_evidence as read

    return read(path, boundary, received_at)


def verify_signatures(
    path: Path,
    keys: dict[str, KeyAnswer],
    from_domains: list[str],
    received_at: datetime,
    unasked: str,
) -> tuple[DkimSignature, ...]:
    from parsers.authenticity import verify_signatures as verify

    return verify(path, keys, from_domains, received_at, unasked)


def network() -> str:
    """Whether this process was cut off from the network: "cut off" or "reachable"."""
    return os.environ.get(NETWORK_VARIABLE, "reachable")


NETWORK_VARIABLE = "READER_NETWORK"

TASKS: dict[str, tuple[Callable[..., Any], Any]] = {
    "read_message": (read_message, Message),
    "read_head": (read_head, MessageHead),
    "unpack": (unpack, Unpacked),
    "read_document": (read_document, Document),
    "read_scans": (read_scans, tuple[ScannedPage, ...]),
    "render_page": (render_page, Path),
    "detect": (detect, str),
    "read_evidence": (read_evidence, HeaderEvidence),
    "verify_signatures": (verify_signatures, tuple[DkimSignature, ...]),
    "network": (network, str),
}


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def argument_adapter(task: str, name: str) -> TypeAdapter[Any]:
    """The type of one argument, by the function's own annotation."""
    import typing

    return TypeAdapter(typing.get_type_hints(TASKS[task][0])[name])
