"""One connection of the embedded IMAP server: each command, and what it answers.

A session keeps its own view of the open folder. News and losses show only after NOOP or a new
opening, as RFC 3501 (section 7.4.1) wants it while sequence numbers are in use, so a client
that forgets to ask sees nothing new here either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from console.demo.imap_answers import FetchItems, search, write_fetch
from console.demo.imap_conversation import Conversation
from console.demo.imap_folders import Folder, Folders, Stored
from console.demo.imap_wire import (
    Word,
    chosen,
    parse_internal_date,
    quoted,
    text_of,
    words_of,
)

if TYPE_CHECKING:
    from console.demo.imap_server import Quirks

_FLAGS = r"\Answered \Flagged \Deleted \Seen \Draft"


class ImapSession(Conversation):
    """Knows the commands; `Conversation` reads them."""

    def __init__(
        self, *request: Any, folders: Folders, quirks: Quirks, users: dict[str, str]
    ) -> None:
        self.folders, self.quirks, self.users = folders, quirks, users
        self.authenticated = self.identified = self.read_only = False
        self.folder: Folder | None = None
        self.view: list[int] = []
        self.partials = 0
        super().__init__(*request)

    def dispatch(self, name: str, args: list[Word], by_uid: bool) -> None:
        """Carry out one command, if it may be given now."""
        anytime: dict[str, Callable[[list[Word]], None]] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "LOGOUT": self._logout,
            "LOGIN": self._login,
            "ID": self._id,
        }
        logged_in: dict[str, Callable[[list[Word]], None]] = {
            "SELECT": lambda args: self._open_folder("SELECT", args),
            "EXAMINE": lambda args: self._open_folder("EXAMINE", args),
            "STATUS": self._status,
            "LIST": self._list,
            "CREATE": self._create,
            "APPEND": self._append,
        }
        opened: dict[str, Callable[[list[Word], bool], None]] = {
            "SEARCH": self._search,
            "FETCH": self._fetch,
            "STORE": self._store,
            "EXPUNGE": self._expunge,
            "CLOSE": self._close,
            "UNSELECT": self._close,
        }
        if name in anytime:
            anytime[name](args)
        elif name in logged_in and self.authenticated:
            logged_in[name](args)
        elif name in opened and self.folder is not None:
            opened[name](args, by_uid)
        else:
            self._say(f"{self.tag} BAD {name} is not a command for now")

    # --- at any time

    def _capability(self, _args: list[Word]) -> None:
        self._say("* CAPABILITY IMAP4rev1 LITERAL+ ID UIDPLUS UNSELECT SPECIAL-USE")
        self._ok("CAPABILITY")

    def _noop(self, _args: list[Word]) -> None:
        if self.folder is not None:
            there = self.folders.uids(self.folder.name)
            alive = set(there)
            for number in range(len(self.view), 0, -1):
                if self.view[number - 1] not in alive:
                    self._say(f"* {number} EXPUNGE")
            self.view = there
            self._say(f"* {len(there)} EXISTS")
        self._ok("NOOP")

    def _logout(self, _args: list[Word]) -> None:
        self._say("* BYE logging out")
        self._ok("LOGOUT")

    def _login(self, args: list[Word]) -> None:
        name, password = text_of(args[0]), text_of(args[1])
        if self.quirks.authorisation_code:
            self._say(f"{self.tag} NO LOGIN Login error or password error")
        elif name in self.users and self.users[name] == password:
            self.authenticated = True
            self._ok("LOGIN")
        else:
            self._say(f"{self.tag} NO [AUTHENTICATIONFAILED] LOGIN failed")

    def _id(self, args: list[Word]) -> None:
        self.identified = isinstance(args[0], list) and len(args[0]) >= 2
        self._say('* ID ("name" "demo")')
        self._ok("ID")

    # --- once logged in

    def _open_folder(self, command: str, args: list[Word]) -> None:
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
        mode = "READ-ONLY" if self.read_only else "READ-WRITE"
        self._say(f"{self.tag} OK [{mode}] {command} completed")

    def _status(self, args: list[Word]) -> None:
        name = self._folder_name(args[0])
        folder = self.folders.find(name)
        if folder is None:
            self._say(f"{self.tag} NO [NONEXISTENT] STATUS no such folder")
            return
        if not self.quirks.no_status:
            there = self.folders.uids(name)
            unseen = sum(r"\Seen" not in message.flags for message in self._messages(name, there))
            values = {"MESSAGES": len(there), "RECENT": 0, "UNSEEN": unseen}
            values["UIDVALIDITY"] = folder.uid_validity
            if not self.quirks.no_uidnext:
                values["UIDNEXT"] = folder.next_uid
            wanted = [item.upper() for item in words_of(args[1])]
            told = " ".join(f"{key} {values[key]}" for key in wanted if key in values)
            self._say(f"* STATUS {quoted(Folders.on_wire(name).decode())} ({told})")
        self._ok("STATUS")

    def _list(self, args: list[Word]) -> None:
        pattern = re.escape(text_of(args[1])).replace(r"\*", ".*").replace("%", ".*")
        for name in self.folders.names():
            wire = Folders.on_wire(name).decode()
            if re.fullmatch(pattern, wire):
                use = r"\Sent" if name in {"已发送", "Sent Messages", "Sent"} else ""
                self._say(f'* LIST ({use}) "/" {quoted(wire)}')
        self._ok("LIST")

    def _create(self, args: list[Word]) -> None:
        self.folders.create(self._folder_name(args[0]))
        self._ok("CREATE")

    def _append(self, args: list[Word]) -> None:
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

    # --- in an open folder

    def _search(self, args: list[Word], by_uid: bool) -> None:
        words = [text_of(arg) for arg in args]
        found = search(words, self._alive(self.view), blind=self.quirks.header_search_blind)
        numbers = found if by_uid else [self.view.index(uid) + 1 for uid in found]
        self._say("* SEARCH" + "".join(f" {number}" for number in numbers))
        self._ok("SEARCH")

    def _fetch(self, args: list[Word], by_uid: bool) -> None:
        assert self.folder is not None
        items = FetchItems.parse(
            words_of(args[1]) if isinstance(args[1], list) else [text_of(args[1])], by_uid=by_uid
        )
        for uid in self._named(text_of(args[0]), by_uid):
            if items.partial:
                self._meet_partial_quirks(uid)
            message = self.folders.message(self.folder.name, uid)
            if message is not None and items.marks_seen and not self.read_only:
                message.flags.add(r"\Seen")
            write_fetch(self.wfile, self.view.index(uid) + 1, uid, message, items)
        self._ok("FETCH")

    def _meet_partial_quirks(self, uid: int) -> None:
        assert self.folder is not None
        self.partials += 1
        if self.partials == self.quirks.drop_after_partials and self.quirks.drops > 0:
            self.quirks.drops -= 1
            raise ConnectionAbortedError("a quirk")
        if self.partials == self.quirks.expunge_after_partials:
            self.folders.remove(self.folder.name, uid)

    def _store(self, args: list[Word], by_uid: bool) -> None:
        change, flags = text_of(args[1]).upper(), set(words_of(args[2]))
        if self.read_only:
            self._say(f"{self.tag} NO [READ-ONLY] STORE the folder was opened with EXAMINE")
            return
        for message in self._alive(self._named(text_of(args[0]), by_uid)):
            if change.startswith("+"):
                message.flags |= flags
            elif change.startswith("-"):
                message.flags -= flags
            else:
                message.flags = flags
            number = self.view.index(message.uid) + 1
            told = " ".join(sorted(message.flags))
            self._say(f"* {number} FETCH (UID {message.uid} FLAGS ({told}))")
        self._ok("STORE")

    def _expunge(self, args: list[Word], by_uid: bool) -> None:
        assert self.folder is not None
        named = self._named(text_of(args[0]), by_uid) if args else list(self.view)
        for message in list(self._alive(named)):
            if r"\Deleted" in message.flags and not self.read_only:
                self._say(f"* {self.view.index(message.uid) + 1} EXPUNGE")
                self.view.remove(message.uid)
                self.folders.remove(self.folder.name, message.uid)
        self._ok("EXPUNGE")

    def _close(self, _args: list[Word], _by_uid: bool) -> None:
        self.folder = None
        self._ok("CLOSE")

    # --- helpers

    def _named(self, spec: str, by_uid: bool) -> list[int]:
        if by_uid:
            return chosen(spec, self.view)
        numbers = list(range(1, len(self.view) + 1))
        return [self.view[number - 1] for number in chosen(spec, numbers)]

    def _alive(self, uids: list[int]) -> Iterator[Stored]:
        assert self.folder is not None
        return self._messages(self.folder.name, uids)

    def _messages(self, name: str, uids: list[int]) -> Iterator[Stored]:
        for uid in uids:
            if (message := self.folders.message(name, uid)) is not None:
                yield message

    def _folder_name(self, token: Word) -> str:
        return Folders.from_wire(text_of(token).encode("ascii"))
