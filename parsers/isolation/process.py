"""One child process, from this side: asked for one task after another, killed with its group."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from model.errors import ReaderFailed

ANSWER_BYTES = 512 << 20
"""An answer longer than this is no answer."""
SOURCE_ROOT = Path(__file__).parents[2]


class ReaderProcess:
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


def _environment() -> dict[str, str]:
    """Only what Python and the engines need: no secret of ours reaches a child."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(SOURCE_ROOT), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
