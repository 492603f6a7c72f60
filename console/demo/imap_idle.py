"""IDLE (RFC 2177) of the embedded IMAP server."""

from __future__ import annotations

import select

from console.demo.imap_message_commands import MessageCommands
from console.demo.imap_wire import Word

LOOK_SECONDS = 0.02


class IdleCommand(MessageCommands):
    """Tells of what comes and goes until the client says DONE."""

    def idle(self, _args: list[Word], _by_uid: bool) -> None:
        if self.quirks.no_idle or self.quirks.idle_refused:
            raise ValueError("IDLE is not for now")
        self._say("+ idling")
        self.wfile.flush()
        while not select.select([self.connection], [], [], LOOK_SECONDS)[0]:
            if self.tell_news():
                self._say(f"* {len(self.view)} EXISTS")
                self.wfile.flush()
        if self.rfile.readline().strip().upper() != b"DONE":
            raise ValueError("DONE was expected")
        self._ok("IDLE")
