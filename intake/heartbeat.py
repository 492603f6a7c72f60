"""Keeps a mail's lease while it is worked on, however long that takes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from intake.workplace import Workplace
from model.errors import IntakeError
from storage.ledger import work

logger = logging.getLogger(__name__)


@contextmanager
def kept_lease(place: Workplace, sha256: str) -> Iterator[None]:
    """Renew the lease every third of its length until the work ends.

    Where it is lost all the same, or the ledger is away, the work goes on to its next fence and
    falls there; nothing that it would commit is kept.
    """
    ended = Event()

    def beat() -> None:
        while not ended.wait(place.settings.lease_seconds / 3):
            try:
                with place.ledger.write() as tx:
                    work.renew(tx, sha256, place.owner, place.clock(), place.settings.lease)
            except IntakeError as error:
                logger.warning("The lease on %s was not renewed: %s", sha256, error)
                return

    thread = Thread(target=beat, name=f"lease {sha256[:8]}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
