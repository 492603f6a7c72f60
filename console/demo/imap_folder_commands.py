"""The embedded IMAP server's commands about folders: open, list, make, and put mail into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeAlias

from console.demo.imap_folders import Folder, Folders, Stored
from console.demo.imap_login import LoginCommands
from console.demo.imap_wire import Word, parse_internal_date, quoted, text_of, words_of

# The methods are named as the commands are, and one of them is `list`.
Words: TypeAlias = "list[Word]"
Uids: TypeAlias = "list[int]"
_FLAGS = r"\Answered \Flagged \Deleted \Seen \Draft"
_SENT = {"已发送", "Sent Messages", "Sent"}
_JUNK = {"垃圾邮件", "Junk"}


class FolderCommands(LoginCommands):
    """SELECT, EXAMINE, STATUS, LIST, NAMESPACE, CREATE, SUBSCRIBE, APPEND, NOOP."""

    folders: Folders
    folder: Folder | None = None
    read_only = True
    view: Uids

    def noop(self, _args: Words) -> None:
        if self.folder is not None:
            self.tell_news()
            self._say(f"* {len(self.view)} EXISTS")
        self._ok("NOOP")

    def tell_news(self) -> bool:
        """Tell what has gone, and renew the view; gives whether anything has come or gone."""
        assert self.folder is not None
        there = self.folders.uids(self.folder.name)
        alive, before = set(there), self.view
        for number in range(len(before), 0, -1):
            if before[number - 1] not in alive:
                self._say(f"* {number} EXPUNGE")
        self.view = there
        return there != before

    def open_folder(self, command: str, args: Words) -> None:
        self.folder = None
        if self.quirks.need_id and not self.identified:
            self._say(f"{self.tag} NO {command} Unsafe Login. Please contact kefu@188.com for help")
            return
        folder = self.folders.find(self._folder_name(args[0]))
        if folder is None:
            self._say(f"{self.tag} NO [NONEXISTENT] {command} no such folder")
            return
        self.folder, self.read_only = folder, command == "EXAMINE"
        self.view = self.folders.uids(folder.name)
        self._say(f"* {len(self.view)} EXISTS")
        self._say("* 0 RECENT")
        self._say(f"* FLAGS ({_FLAGS})")
        self._say(f"* OK [UIDVALIDITY {folder.uid_validity}] UIDs valid")
        if not self.quirks.no_uidnext:
            self._say(f"* OK [UIDNEXT {folder.next_uid}] next")
        if not self.quirks.no_condstore:
            self._say(f"* OK [HIGHESTMODSEQ {self.folders.modseq(folder.name)}] highest")
        mode = "READ-ONLY" if self.read_only else "READ-WRITE"
        self._say(f"{self.tag} OK [{mode}] {command} completed")

    def status(self, args: Words) -> None:
        name = self._folder_name(args[0])
        folder = self.folders.find(name)
        if folder is None:
            self._say(f"{self.tag} NO [NONEXISTENT] STATUS no such folder")
            return
        if not self.quirks.no_status:
            there = self.folders.uids(name)
            unseen = sum(r"\Seen" not in message.flags for message in self.messages(name, there))
            values = {"MESSAGES": len(there), "RECENT": 0, "UNSEEN": unseen}
            values["UIDVALIDITY"] = folder.uid_validity
            if not self.quirks.no_uidnext:
                values["UIDNEXT"] = folder.next_uid
            wanted = [item.upper() for item in words_of(args[1])]
            told = " ".join(f"{key} {values[key]}" for key in wanted if key in values)
            self._say(f"* STATUS {quoted(Folders.on_wire(name).decode())} ({told})")
        self._ok("STATUS")

    def list(self, args: Words) -> None:
        pattern = re.escape(text_of(args[1])).replace(r"\*", ".*").replace("%", ".*")
        delimiter = "." if self.quirks.name_prefix else "/"
        for name in self.folders.names():
            wire = Folders.on_wire(self._shown(name)).decode()
            if re.fullmatch(pattern, wire):
                use = r"\Sent" if name in _SENT else r"\Junk" if name in _JUNK else ""
                marks = "" if self.quirks.no_special_use else use
                self._say(f'* LIST ({marks}) "{delimiter}" {quoted(wire)}')
        self._ok("LIST")

    def namespace(self, _args: Words) -> None:
        delimiter = "." if self.quirks.name_prefix else "/"
        self._say(f'* NAMESPACE (("{self.quirks.name_prefix}" "{delimiter}")) NIL NIL')
        self._ok("NAMESPACE")

    def create(self, args: Words) -> None:
        wire = Folders.from_wire(text_of(args[0]).encode("ascii"))
        if self.quirks.no_create or not wire.startswith(self.quirks.name_prefix):
            self._say(f"{self.tag} NO [CANNOT] CREATE not allowed here")
        elif self.folders.find(self._folder_name(args[0])) is not None:
            self._say(f"{self.tag} NO [ALREADYEXISTS] CREATE it is there")
        else:
            self.folders.create(self._folder_name(args[0]))
            self._ok("CREATE")

    def subscribe(self, _args: Words) -> None:
        self._ok("SUBSCRIBE")

    def append(self, args: Words) -> None:
        name, data = self._folder_name(args[0]), args[-1]
        flags: frozenset[str] = frozenset()
        received_at = datetime.now(UTC)
        for option in args[1:-1]:
            if isinstance(option, list):
                flags = frozenset(words_of(option))
            else:
                received_at = parse_internal_date(text_of(option))
        folder = self.folders.find(name)
        if folder is None:
            self._say(f"{self.tag} NO [TRYCREATE] APPEND no such folder")
            return
        if isinstance(data, list):
            raise TypeError("APPEND needs a message")
        uid = self.folders.add(name, data, received_at, flags)
        self._say(f"{self.tag} OK [APPENDUID {folder.uid_validity} {uid}] APPEND completed")

    def messages(self, name: str, uids: Uids) -> Iterator[Stored]:
        """Those of `uids` that are there."""
        for uid in uids:
            if (message := self.folders.message(name, uid)) is not None:
                yield message

    def _folder_name(self, token: Word) -> str:
        name = Folders.from_wire(text_of(token).encode("ascii"))
        if self.quirks.name_prefix and name != "INBOX":
            return name.removeprefix(self.quirks.name_prefix).replace(".", "/")
        return name

    def _shown(self, name: str) -> str:
        if self.quirks.name_prefix and name != "INBOX":
            return self.quirks.name_prefix + name.replace("/", ".")
        return name
