"""What a parent may ask its reader processes for, each question with its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from model.authenticity import Boundary, DkimSignature, HeaderEvidence, KeyAnswer
from model.container import Cost, Unpacked, UnpackLimits
from model.document import Document, ReadLimits, ScannedPage, ScanRequest
from model.message import Message, MessageHead
from parsers.isolation.pool import Pool

MESSAGE_SECONDS = 120.0
SCAN_MEMORY_BYTES = 6 << 30
"""Address space, of which reading a page by OCR uses about one in memory."""


class Readers:
    """Two pools of children, shared by threads: readers of bytes, and readers of pictures, which
    are heavy and started only when a picture comes.

    count, memory_bytes: of the readers of bytes. scanners: how many read pictures;
    with 0 there is still one, for whoever asks for a page.
    """

    def __init__(
        self,
        count: int = 2,
        memory_bytes: int = 2 << 30,
        *,
        scanners: int = 1,
        scan_memory_bytes: int = SCAN_MEMORY_BYTES,
    ) -> None:
        self._readers = Pool(count, memory_bytes)
        self._scanners = Pool(max(scanners, 1), scan_memory_bytes)
        self.scanners = scanners

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start the readers of bytes, so that the first file does not wait for them."""
        self._readers.warm()

    def close(self) -> None:
        self._readers.close()
        self._scanners.close()

    def read_message(self, path: Path, into: Path) -> Message:
        """See `parsers.message.read_message`. Raises: ReaderFailed."""
        arguments = {"path": str(path), "into": str(into)}
        message: Message = self._readers.run("read_message", arguments, MESSAGE_SECONDS)
        return message

    def read_head(self, path: Path) -> MessageHead:
        """See `parsers.message.read_head`. Raises: ReaderFailed."""
        head: MessageHead = self._readers.run("read_head", {"path": str(path)}, 30.0)
        return head

    def unpack(
        self,
        path: Path,
        into: Path,
        *,
        name: str,
        prefix: str,
        passwords: tuple[str, ...],
        limits: UnpackLimits,
        siblings: Mapping[str, Path],
        cost: Cost = Cost(),  # noqa: B008 (frozen)
        progress: Path | None = None,
    ) -> Unpacked:
        """See `parsers.archives.unpack`. Raises: ReaderFailed."""
        arguments = {
            "path": str(path),
            "into": str(into),
            "name": name,
            "prefix": prefix,
            "passwords": list(passwords),
            "siblings": {name: str(path) for name, path in siblings.items()},
            "limits": TypeAdapter(UnpackLimits).dump_python(limits, mode="json"),
            "cost": TypeAdapter(Cost).dump_python(cost, mode="json"),
            "progress": str(progress) if progress else None,
        }
        # The unpacker ends itself in order; this ends it where it does not.
        wall = limits.wall_seconds + 30
        unpacked: Unpacked = self._readers.run("unpack", arguments, wall, limits.cpu_seconds * 4)
        return unpacked

    def read_document(
        self,
        path: Path,
        limits: ReadLimits,
        passwords: tuple[str, ...] = (),
        into: Path | None = None,
    ) -> Document:
        """See `parsers.documents.read_document`. Raises: ReaderFailed."""
        arguments = {
            "path": str(path),
            "limits": TypeAdapter(ReadLimits).dump_python(limits, mode="json"),
            "passwords": list(passwords),
            "into": str(into) if into else None,
        }
        document: Document = self._readers.run("read_document", arguments, limits.wall_seconds)
        return document

    def read_scans(
        self,
        path: Path,
        media_type: str,
        request: ScanRequest,
        wall_seconds: float,
        report: Path | None = None,
    ) -> tuple[ScannedPage, ...]:
        """See `parsers.ocr.read_scans`. Raises: ReaderFailed."""
        arguments = {
            "path": str(path),
            "media_type": media_type,
            "request": TypeAdapter(ScanRequest).dump_python(request, mode="json"),
            "report": str(report) if report else None,
        }
        pages: tuple[ScannedPage, ...] = self._scanners.run("read_scans", arguments, wall_seconds)
        return pages

    def render_page(self, path: Path, media_type: str, page: int, dpi: float, into: Path) -> Path:
        """See `parsers.pages.render_page`. Raises: ReaderFailed."""
        arguments = {
            "path": str(path),
            "media_type": media_type,
            "page": page,
            "dpi": dpi,
            "into": str(into),
        }
        made: Path = self._scanners.run("render_page", arguments, 60.0)
        return made

    def detect(self, path: Path) -> str:
        """Media type by content. Raises: ReaderFailed."""
        kind: str = self._readers.run("detect", {"path": str(path)}, 30.0)
        return kind

    def read_evidence(
        self, path: Path, boundary: Boundary, received_at: datetime
    ) -> HeaderEvidence:
        """See `parsers.authenticity.read_evidence`. Raises: ReaderFailed."""
        arguments = {
            "path": str(path),
            "boundary": TypeAdapter(Boundary).dump_python(boundary, mode="json"),
            "received_at": received_at.isoformat(),
        }
        evidence: HeaderEvidence = self._readers.run("read_evidence", arguments, 30.0)
        return evidence

    def verify_signatures(
        self,
        path: Path,
        keys: Mapping[str, KeyAnswer],
        from_domains: Sequence[str],
        received_at: datetime,
        unasked: str,
    ) -> tuple[DkimSignature, ...]:
        """See `parsers.authenticity.verify_signatures`. Raises: ReaderFailed."""
        arguments = {
            "path": str(path),
            "keys": TypeAdapter(dict[str, KeyAnswer]).dump_python(dict(keys), mode="json"),
            "from_domains": list(from_domains),
            "received_at": received_at.isoformat(),
            "unasked": unasked,
        }
        found: tuple[DkimSignature, ...] = self._readers.run("verify_signatures", arguments, 60.0)
        return found

    def network(self) -> str:
        """ "cut off" or "reachable", as a child has found it. Raises: ReaderFailed."""
        answer: str = self._readers.run("network", {}, 30.0)
        return answer
