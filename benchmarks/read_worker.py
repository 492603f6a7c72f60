"""One reader in a process of its own, asked file by file: what it read, and what that cost.

    python -m benchmarks.read_worker NAME

Requests are lines of JSON on stdin, answers go to what was stdout at the start. Time and memory
are those of the process and of all that it started.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
THREADS = {
    "OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "RAYON_NUM_THREADS": "1",
    "TOKIO_WORKER_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
}  # fmt: skip


class Worker:
    """The parent's side. start_seconds: until it could be asked."""

    def __init__(self, name: str) -> None:
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.read_worker", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=ROOT, env={**os.environ, **THREADS}, start_new_session=True,
        )  # fmt: skip
        self.ready: dict[str, Any] = self._answer(120.0)
        self.start_seconds = time.perf_counter() - begun

    def ask(self, path: Path, *, picture: bool, seconds: float) -> dict[str, Any]:
        """Its answer; "error" where it failed, hung or died."""
        assert self._process.stdin is not None
        request = {"path": str(path), "picture": picture}
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        return self._answer(seconds)

    def _answer(self, seconds: float) -> dict[str, Any]:
        import selectors

        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                self.close()
                return {"error": f"no answer within {seconds:g} s", "dead": True}
        line = self._process.stdout.readline()
        if not line:
            return {"error": f"died with exit code {self._process.wait()}", "dead": True}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End it and all that it started."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, 9)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def main(name: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from benchmarks.read_readers import LOADERS

    try:
        reader = LOADERS[name][0]()
    except ImportError as error:
        _tell(answers, {"missing": str(error)})
        return
    _tell(answers, {})
    for line in sys.stdin:
        asked = json.loads(line)
        before, begun = cpu_seconds(), time.perf_counter()
        try:
            read = reader(Path(asked["path"]), asked["picture"])
        except Exception:  # noqa: BLE001 - whatever a reader raises is its result
            _tell(answers, {"error": traceback.format_exc(limit=-4)[-1500:]})
            continue
        took = time.perf_counter() - begun
        used = cpu_seconds() - before
        peak = peak_bytes()
        fields = read.after() if read.after else read.fields
        answer = {"text": read.text, "fields": fields, "seals": read.seals}
        _tell(answers, {**answer, "seconds": took, "cpu": used, "peak": peak})


def _tell(answers: Any, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def cpu_seconds() -> float:
    """Of this process, of children that have ended, and of those that run."""
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    for child in psutil.Process().children(recursive=True):
        for thread in Path(f"/proc/{child.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                total += int(thread.read_text().split()[0]) / 1e9
    return total


def peak_bytes() -> int:
    """The most that one of them held. Of a process that runs it is the kernel's mark for its own
    pages: `ru_maxrss` also holds what its parent was when it was forked."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    return max(ended, *_marks())


def _marks() -> Iterator[int]:
    for process in (me := psutil.Process(), *me.children(recursive=True)):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    yield int(line.split()[1]) << 10


if __name__ == "__main__":
    main(sys.argv[1])
