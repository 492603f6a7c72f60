"""The parent's side: a few warm children, each killed with its whole group when it is over."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from pydantic import TypeAdapter, ValidationError

from model.authenticity import Boundary, DkimSignature, HeaderEvidence, KeyAnswer
from model.container import Cost, Unpacked, UnpackLimits
from model.document import Document, ReadLimits, ScannedPage, ScanRequest
from model.errors import MachineError, ReaderFailed
from model.message import Message, MessageHead
from parsers.isolation.tasks import TASKS, adapter

TASKS_PER_CHILD = 200
"""A child is replaced after so many files: what leaked in it goes with it."""
ANSWER_BYTES = 512 << 20
"""An answer longer than this is no answer."""
MESSAGE_SECONDS = 120.0
SOURCE_ROOT = Path(__file__).parents[2]


class _Child:
    """One child process."""

    def __init__(self, memory_bytes: int) -> None:
        self.tasks = 0
        # Lives as long as the child; kill() closes it.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "parsers.isolation.child", str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            env=_environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin
        self._output: BinaryIO = self._process.stdout  # type: ignore[assignment]
        os.set_blocking(self._output.fileno(), False)

    def ask(self, request: bytes, wall_seconds: float) -> bytes:
        """One task's answer. Raises: ReaderFailed; the child is dead then."""
        self.tasks += 1
        try:
            self._input.write(request)
            self._input.flush()
        except BrokenPipeError:
            raise self._dead() from None
        deadline = time.monotonic() + wall_seconds
        answer = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            while not answer.endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    self.kill()
                    raise ReaderFailed("timeout", f"no answer within {wall_seconds:g} s")
                chunk = self._output.read(1 << 20)
                if not chunk:
                    raise self._dead()
                answer += chunk
                if len(answer) > ANSWER_BYTES:
                    self.kill()
                    raise ReaderFailed("memory", f"an answer of over {ANSWER_BYTES} bytes")
        return bytes(answer)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End the child and whatever it started."""
        if self._process.returncode is None:  # once reaped, its number may be another process's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(BrokenPipeError):
            self._input.close()
        self._output.close()
        self._errors.close()

    def _dead(self) -> ReaderFailed:
        """What to say of a child that ended of its own accord."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        self._errors.seek(max(self._errors.seek(0, os.SEEK_END) - 500, 0))
        said = self._errors.read().decode("utf-8", "replace").strip()
        self.kill()
        if code == -signal.SIGXCPU:
            return ReaderFailed("timeout", "over its limit of processor time")
        # The kernel's out-of-memory killer and a library's failed allocation end like this.
        memory = code == -signal.SIGKILL or "alloc" in said.lower() or "memory" in said.lower()
        return ReaderFailed("memory" if memory else "crash", f"exit code {code} {said}".strip())


class Readers:
    """Some warm children, shared by threads; each call has a child of its own while it runs."""

    def __init__(self, count: int = 2, memory_bytes: int = 2 << 30) -> None:
        self._memory_bytes = memory_bytes
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self._count = count
        # The kernel ends a child with the thread that started it, so one thread starts them all
        # and lives as long as they are wanted.
        self._starter = ThreadPoolExecutor(1, "reader-starter")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read_message(self, path: Path, into: Path) -> Message:
        """See `parsers.message.read_message`. Raises: ReaderFailed."""
        arguments = {"path": str(path), "into": str(into)}
        message: Message = self._run("read_message", arguments, MESSAGE_SECONDS)
        return message

    def read_head(self, path: Path) -> MessageHead:
        """See `parsers.message.read_head`. Raises: ReaderFailed."""
        head: MessageHead = self._run("read_head", {"path": str(path)}, 30.0)
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
        unpacked: Unpacked = self._run("unpack", arguments, wall, limits.cpu_seconds * 4)
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
        document: Document = self._run("read_document", arguments, limits.wall_seconds)
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
        pages: tuple[ScannedPage, ...] = self._run("read_scans", arguments, wall_seconds)
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
        made: Path = self._run("render_page", arguments, 60.0)
        return made

    def detect(self, path: Path) -> str:
        """Media type by content. Raises: ReaderFailed."""
        kind: str = self._run("detect", {"path": str(path)}, 30.0)
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
        evidence: HeaderEvidence = self._run("read_evidence", arguments, 30.0)
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
        found: tuple[DkimSignature, ...] = self._run("verify_signatures", arguments, 60.0)
        return found

    def network(self) -> str:
        """ "cut off" or "reachable", as a child has found it. Raises: ReaderFailed."""
        answer: str = self._run("network", {}, 30.0)
        return answer

    def warm(self) -> None:
        """Start the children, so that the first file does not wait for them."""
        children = [self._idle.get() for _ in range(self._count)]
        for child in children:
            self._idle.put(child or self._start())

    def close(self) -> None:
        for _ in range(self._count):
            child = self._idle.get()
            if child is not None:
                child.kill()
        self._starter.shutdown()

    def _start(self) -> _Child:
        return self._starter.submit(_Child, self._memory_bytes).result()

    def _run(
        self,
        task: str,
        arguments: dict[str, Any],
        wall_seconds: float,
        cpu_seconds: float | None = None,
    ) -> Any:
        request = {
            "task": task,
            "arguments": arguments,
            "cpu_seconds": int(cpu_seconds or wall_seconds),
        }
        child = self._idle.get()
        try:
            # What ended an idle child is no file's fault.
            if child is not None and not child.is_alive():
                child.kill()
                child = None
            child = child or self._start()
            line = child.ask(json.dumps(request).encode("ascii") + b"\n", wall_seconds)
        except BaseException:
            if child is not None:
                child.kill()
            self._idle.put(None)
            raise
        if child.tasks >= TASKS_PER_CHILD:
            child.kill()
            child = None
        self._idle.put(child)
        return _result(task, json.loads(line))


def _result(task: str, answer: dict[str, Any]) -> Any:
    if answer.get("out_of_memory"):
        raise ReaderFailed("memory", "over its limit of memory")
    if answer.get("machine"):
        raise MachineError(
            f"A reader process could not go on: {answer['machine']}.",
            "Look at free space, open files and the disk; what was under way is done again.",
        )
    if answer.get("error"):
        raise ReaderFailed("crash", answer["error"])
    try:
        return adapter(TASKS[task][1]).validate_python(answer["result"])
    except ValidationError as error:
        raise ReaderFailed("crash", f"its answer is not of the agreed form: {error}") from error


def _environment() -> dict[str, str]:
    """Only what Python and the engines need: no secret of ours reaches a child."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(SOURCE_ROOT), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
