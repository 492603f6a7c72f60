"""Watches the mailboxes and starts a polling run as soon as mail has come: `python -m flows.watch`.

What it takes in is ours already; the run processes and answers it. A run that is under way takes
new mail along, and the scheduled one takes what is left: nothing is lost by a run that is refused.
"""

from __future__ import annotations

import logging

import httpx
from prefect.deployments import run_deployment
from prefect.exceptions import PrefectException

from intake.receive import Received
from intake.settings import load_settings
from intake.watchers import watching
from intake.workplace import open_workplace

DEPLOYMENT = "poll_mailbox/poll-mailbox"
AT_LEAST_SECONDS_APART = 5.0

logger = logging.getLogger("flows.watch")


def main() -> None:
    """Watch every mailbox of the settings until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = load_settings()

    def on_received(received: Received) -> None:
        if received.trouble is None:
            logger.info("%s: %d new", received.mailbox, received.new)

    with (
        open_workplace(settings) as place,
        watching(place, settings.mailboxes, on_received) as told,
    ):
        while not told.stop.is_set():
            told.news.wait()
            if told.stop.is_set():
                break
            told.news.clear()
            if not _start_a_run():
                told.news.set()
            told.stop.wait(AT_LEAST_SECONDS_APART)


def _start_a_run() -> bool:
    """False where the server is away, or does not know the deployment yet: tried again."""
    try:
        run_deployment(DEPLOYMENT, timeout=0, as_subflow=False)
    except (PrefectException, httpx.HTTPError, OSError) as error:
        logger.warning("No run could be started now: %s", error or type(error).__name__)
        return False
    return True


if __name__ == "__main__":
    main()
