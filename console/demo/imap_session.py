"""One connection of the embedded IMAP server: which command is carried out when.

A session keeps its own view of the open folder. News and losses show only after NOOP, in IDLE or
after a new opening, as RFC 3501 (section 7.4.1) wants it while sequence numbers are in use, so a
client that forgets to ask sees nothing new here either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.demo.imap_folders import Folders
from console.demo.imap_idle import IdleCommand
from console.demo.imap_login import Logins
from console.demo.imap_quirks import Quirks
from console.demo.imap_wire import Word


class ImapSession(IdleCommand):
    """Knows when a command may be given."""

    def __init__(self, *request: Any, folders: Folders, quirks: Quirks, logins: Logins) -> None:
        self.folders, self.quirks, self.logins = folders, quirks, logins
        self.view: list[int] = []
        self.commands = 0
        super().__init__(*request)

    def dispatch(self, name: str, args: list[Word], by_uid: bool) -> None:
        """Carry out one command, if it may be given now."""
        anytime: dict[str, Callable[[list[Word]], None]] = {
            "CAPABILITY": self.capability,
            "NOOP": self.noop,
            "LOGOUT": self.logout,
            "LOGIN": self.login,
            "AUTHENTICATE": self.authenticate,
            "ID": self.id,
        }
        logged_in: dict[str, Callable[[list[Word]], None]] = {
            "ENABLE": self.enable,
            "NAMESPACE": self.namespace,
            "SELECT": lambda args: self.open_folder("SELECT", args),
            "EXAMINE": lambda args: self.open_folder("EXAMINE", args),
            "STATUS": self.status,
            "LIST": self.list,
            "CREATE": self.create,
            "SUBSCRIBE": self.subscribe,
            "APPEND": self.append,
        }
        opened: dict[str, Callable[[list[Word], bool], None]] = {
            "SEARCH": self.search,
            "FETCH": self.fetch,
            "STORE": self.store,
            "COPY": self.copy,
            "MOVE": self.move,
            "EXPUNGE": self.expunge,
            "IDLE": self.idle,
            "CLOSE": self.close,
            "UNSELECT": self.close,
        }
        if self.authenticated:
            self._meet_command_quirk()
        if name in anytime:
            anytime[name](args)
        elif name in logged_in and self.authenticated:
            logged_in[name](args)
        elif name in opened and self.folder is not None:
            opened[name](args, by_uid)
        else:
            self._say(f"{self.tag} BAD {name} is not a command for now")

    def _meet_command_quirk(self) -> None:
        self.commands += 1
        if self.commands == self.quirks.bye_at_command and self.quirks.byes > 0:
            self.quirks.byes -= 1
            self._say("* BYE System busy, try again later")
            self.wfile.flush()
            raise ConnectionAbortedError("a quirk")
