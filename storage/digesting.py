"""SHA-256 of a stream, reckoned beside its arrival: a large mail takes as long as the slower of
the two, not as both."""

from __future__ import annotations

import hashlib
import queue
import threading

INLINE_BYTES = 1 << 20
"""A smaller mail is not worth a thread."""
BLOCKS_WAITING = 8


class Digest:
    """`update` with immutable blocks, then `hexdigest`; or `close`, where nobody wants to know."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._inline = 0
        # Bounded, so that a fast network does not fill the memory.
        self._blocks: queue.Queue[bytes | None] = queue.Queue(BLOCKS_WAITING)
        self._thread: threading.Thread | None = None

    def update(self, block: bytes) -> None:
        if self._thread is None and self._inline + len(block) <= INLINE_BYTES:
            self._hash.update(block)
            self._inline += len(block)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="digest", daemon=True)
            self._thread.start()
        self._blocks.put(block)

    def hexdigest(self) -> str:
        """Of all blocks so far; none may follow."""
        self.close()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Wait for what was given; the thread ends."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._blocks.put(None)
            thread.join()

    def _work(self) -> None:
        while (block := self._blocks.get()) is not None:
            self._hash.update(block)
