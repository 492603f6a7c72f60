"""One running 7-Zip, read as a stream.

It runs in a process group of its own with limits on memory and processor time, may write no file
worth the name, dies with its parent, and is killed as a group when its time is over. It streams;
nothing it unpacks reaches the disk by its own hand.

Residual risks: 7-Zip parses hostile bytes in C++; where bubblewrap is missing it keeps this
user's rights and network. Other systems than Linux have no signal at the parent's death.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from model.container import UnpackLimits
from parsers.archives.program import ENVIRONMENT, ready, sandbox

_CHUNK_BYTES = 1 << 20
_MESSAGES_BYTES = 16 << 20
"""What the engine may write to a file: its messages, nothing else."""
_PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""
_TAIL = b"There are some data after the end of the payload data"
_CUT_OFF = (b"ERRORS:", b"Unexpected end of archive")


class OutOfTime(Exception):
    """The time is over and the engine has been killed. reason: "time" (wall) or "cpu"."""

    def __init__(self, reason: str = "time") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended. code: exit code, negative for a signal. messages: what it complained of."""

    code: int
    messages: tuple[bytes, ...]

    @property
    def clean(self) -> bool:
        return self.code == 0 and not self.messages

    @property
    def cut_short(self) -> str:
        """ "cpu" or "memory" where a limit ended the run, "" otherwise."""
        if self.code in (-signal.SIGXCPU, 128 + signal.SIGXCPU):
            return "cpu"
        if self.code in (-signal.SIGKILL, 128 + signal.SIGKILL):
            return "memory"
        wanted = (b"Can't allocate required memory", b"E_OUTOFMEMORY", b"Cannot allocate memory")
        return "memory" if any(text in m for m in self.messages for text in wanted) else ""

    @property
    def clean_but_for_a_tail(self) -> bool:
        """Nothing was wrong; at most, bytes follow that are no part of the archive."""
        complaints = [m for m in self.messages if m.startswith((b"ERROR", b"WARNING"))]
        return self.clean or (
            self.code in (0, 1, 2) and bool(complaints) and all(_TAIL in m for m in complaints)
        )

    @property
    def names_all_faults(self) -> bool:
        """The archive ended too soon and every member that this has cost is named, or some members
        alone are at fault."""
        return any(True for _ in self.faulty()) and all(
            message in _CUT_OFF or (message.startswith(b"ERROR: ") and b" : " in message)
            for message in self.messages
        )

    @property
    def wrong_password(self) -> bool:
        return any(b"Cannot open encrypted archive" in message for message in self.messages)

    @property
    def missing_volume(self) -> str:
        mark = b"Missing volume : "
        found = (m.split(mark, 1)[1] for m in self.messages if mark in m)
        return next(found, b"").decode("utf-8", "replace")

    def faulty(self) -> Iterator[tuple[bytes, bytes]]:
        """Each complaint about one member: the complaint, and the member's name as printed."""
        for message in self.messages:
            reason, colon, name = message.removeprefix(b"ERROR: ").partition(b" : ")
            if message.startswith(b"ERROR: ") and colon:
                yield reason, name


class Run:
    """One running `7zz`, read as a stream; a context manager that leaves no process behind.

    Raises: OutOfTime from `read` when the deadline (`time.monotonic()`) has come.
    """

    def __init__(
        self, words: Sequence[str | bytes], password: str, limits: UnpackLimits, deadline: float
    ) -> None:
        self._deadline = deadline
        self._messages: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)
        try:
            self._process = subprocess.Popen(
                [*sandbox(), ready(), *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._messages,
                env=ENVIRONMENT,
                process_group=0,
                pipesize=_CHUNK_BYTES,
                preexec_fn=_limited(limits),
            )
        except BaseException:
            self._messages.close()
            raise
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self._ahead = memoryview(b"")
        # A password on the command line could be seen by everybody; the pipe holds it whole.
        # An engine that has ended already did not ask for one.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(password.encode() + b"\n")
            self._process.stdin.close()

    def read(self, size: int) -> bytes:
        """At most `size` bytes, b"" at the end."""
        if self._ahead:
            return self._taken(size)
        self._wait()
        return os.read(self._output.fileno(), min(size, _CHUNK_BYTES))

    def read_into(self, buffer: memoryview) -> int:
        """As many bytes as there are and as fit, 0 at the end."""
        if self._ahead:
            data = self._taken(len(buffer))
            buffer[: len(data)] = data
            return len(data)
        self._wait()
        return os.readv(self._output.fileno(), [buffer])

    def exactly(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end; many small pieces cost one system call."""
        data = self._taken(size)
        while len(data) < size:
            self._wait()
            chunk = os.read(self._output.fileno(), _CHUNK_BYTES)
            if not chunk:
                break
            self._ahead = memoryview(chunk)
            data += self._taken(size - len(data))
        return data

    def _taken(self, size: int) -> bytes:
        data = bytes(self._ahead[:size])
        self._ahead = self._ahead[size:]
        return data

    def _wait(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0 or not select.select([self._output], [], [], left)[0]:
            self.kill()
            raise OutOfTime

    def lines(self) -> Iterator[bytes]:
        """The output line by line, without line ends."""
        rest = b""
        while chunk := self.read(_CHUNK_BYTES):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
        yield rest

    def end(self) -> Ended:
        """Wait for the end (the output must have been read) and say how it was."""
        try:
            code = self._process.wait(max(self._deadline - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            self.kill()
            raise OutOfTime from None
        self._messages.seek(0)
        text = self._messages.read(_MESSAGES_BYTES)
        lines = (line.strip() for line in text.split(b"\n"))
        return Ended(code, tuple(line for line in lines if line))

    def kill(self) -> None:
        """End the whole group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave no process and no file behind."""
        if self._process.poll() is None:
            self.kill()
            self._process.wait()
        self._output.close()
        self._messages.close()


def _limited(limits: UnpackLimits) -> Callable[[], None]:
    """What the child does between fork and exec; all that it needs is looked up before."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    bounds = (
        (resource.RLIMIT_AS, limits.memory_bytes, 0),
        # A second more for the hard limit, or the signal would not tell what happened.
        (resource.RLIMIT_CPU, limits.cpu_seconds, 1),
        (resource.RLIMIT_FSIZE, _MESSAGES_BYTES, 0),
        (resource.RLIMIT_CORE, 0, 0),
    )

    def limit() -> None:
        for what, most, more in bounds:
            hard = resource.getrlimit(what)[1]
            last = most + more if hard == resource.RLIM_INFINITY else min(most + more, hard)
            resource.setrlimit(what, (min(most, last), last))
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

    return limit
