"""Warm children that threads share: each task has one to itself while it runs."""

from __future__ import annotations

import json
import queue
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic import ValidationError

from model.errors import MachineError, ReaderFailed
from parsers.isolation.process import ReaderProcess
from parsers.isolation.tasks import TASKS, adapter

TASKS_PER_CHILD = 200
"""A child is replaced after so many files: what leaked in it goes with it."""


class Pool:
    """At most `count` children, each allowed `memory_bytes` of address space; a child is started
    when it is first wanted."""

    def __init__(self, count: int, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._idle: queue.LifoQueue[ReaderProcess | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self.count = count
        # The kernel ends a child with the thread that started it, so one thread starts them all
        # and lives as long as they are wanted.
        self._starter = ThreadPoolExecutor(1, "reader-starter")

    def warm(self) -> None:
        """Start the children, so that the first file does not wait for them."""
        children = [self._idle.get() for _ in range(self.count)]
        for child in children:
            self._idle.put(child or self._start())

    def close(self) -> None:
        for _ in range(self.count):
            child = self._idle.get()
            if child is not None:
                child.kill()
        self._starter.shutdown()

    def run(
        self,
        task: str,
        arguments: dict[str, Any],
        wall_seconds: float,
        cpu_seconds: float | None = None,
    ) -> Any:
        """What the task answers. arguments: as JSON has them.

        Raises: ReaderFailed; MachineError where it is the machine's fault.
        """
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

    def _start(self) -> ReaderProcess:
        return self._starter.submit(ReaderProcess, self._memory_bytes).result()


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
