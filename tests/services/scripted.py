"""An IMAP server that says what a test wants said, line for line."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model.account import ImapAccount, Security

CAPABILITY = b"* CAPABILITY IMAP4rev1\r\n%t OK done\r\n"
LOGIN = b"%t OK [CAPABILITY IMAP4rev1] in\r\n"
OPENED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%t OK [READ-WRITE] in\r\n"


@contextmanager
def scripted(*answers: bytes, lines: list[bytes] | None = None) -> Iterator[int]:
    """A server that answers each line with the next of `answers`; %t is the command's tag.

    lines: where the client's lines are put.
    """

    def serve() -> None:
        talk, _ = listener.accept()
        with talk, talk.makefile("rb") as incoming:
            talk.sendall(b"* OK ready\r\n")
            for answer in answers:
                line = incoming.readline()
                if lines is not None:
                    lines.append(line)
                talk.sendall(answer.replace(b"%t", line.split(b" ")[0]))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join()


def here(port: int, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "port": port, "timeout_seconds": 5.0}
    return ImapAccount("test", "127.0.0.1", "intake", "intake", **(settings | changes))
