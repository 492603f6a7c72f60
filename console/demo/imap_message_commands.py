"""The embedded IMAP server's commands about messages of the open folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.demo.imap_answers import FetchItems, search, write_fetch
from console.demo.imap_folder_commands import FolderCommands
from console.demo.imap_folders import Stored
from console.demo.imap_wire import Word, chosen, text_of, words_of


class MessageCommands(FolderCommands):
    """SEARCH, FETCH, STORE, COPY, MOVE, EXPUNGE, CLOSE. bodies: how many were asked for."""

    bodies = 0

    def search(self, args: list[Word], by_uid: bool) -> None:
        words = [text_of(arg) for arg in args]
        found = search(words, self._alive(self.view), blind=self.quirks.header_search_blind)
        numbers = found if by_uid else [self.view.index(uid) + 1 for uid in found]
        self._say("* SEARCH" + "".join(f" {number}" for number in numbers))
        self._ok("SEARCH")

    def fetch(self, args: list[Word], by_uid: bool) -> None:
        assert self.folder is not None
        asked = words_of(args[1]) if isinstance(args[1], list) else [text_of(args[1])]
        items = FetchItems.parse(asked, by_uid=by_uid)
        items = replace(
            items,
            size_off=self.quirks.size_off,
            no_internaldate=self.quirks.no_internaldate,
            uid_last=self.quirks.uid_last,
        )
        refused = False
        named = self._named(text_of(args[0]), by_uid)
        for uid in reversed(named) if self.quirks.fetch_backwards else named:
            cut = self._meet_body_quirks(uid) if items.whole_body else 0
            message = self.folders.message(self.folder.name, uid)
            if message is None and items.bodies and self.quirks.expunged_answer != "nil":
                refused = refused or self.quirks.expunged_answer == "no"
                continue
            if message is not None and items.marks_seen and not self.read_only:
                message.flags.add(r"\Seen")
            if self.quirks.fetch_noise:
                last = len(self.view)
                self._say(f"* {last} FETCH (UID {self.view[-1]} FLAGS (\\Flagged))")
            write_fetch(self.wfile, self.view.index(uid) + 1, uid, message, items, cut)
        if refused:
            self._say(f"{self.tag} NO FETCH Some of the requested messages no longer exist.")
        else:
            self._ok("FETCH")

    def store(self, args: list[Word], by_uid: bool) -> None:
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

    def copy(self, args: list[Word], by_uid: bool) -> None:
        told = self._copied(args, by_uid)
        if told is not None:
            self._say(f"{self.tag} OK {told}COPY completed")

    def move(self, args: list[Word], by_uid: bool) -> None:
        assert self.folder is not None
        if self.quirks.no_move or self.read_only:
            raise ValueError("MOVE is not for now")
        told = self._copied(args, by_uid)
        if told is None:
            return
        if told:
            self._say(f"* OK {told}moved")
        self._gone(self._named(text_of(args[0]), by_uid))
        self._ok("MOVE")

    def expunge(self, args: list[Word], by_uid: bool) -> None:
        if by_uid and self.quirks.no_uidplus:
            raise ValueError("UID EXPUNGE is not offered")
        named = self._named(text_of(args[0]), by_uid) if args else list(self.view)
        if not self.read_only:
            self._gone([one.uid for one in self._alive(named) if r"\Deleted" in one.flags])
        self._ok("EXPUNGE")

    def close(self, _args: list[Word], _by_uid: bool) -> None:
        self.folder = None
        self._ok("CLOSE")

    def _copied(self, args: list[Word], by_uid: bool) -> str | None:
        """Copy; gives what COPYUID tells of it, None where the target is not there."""
        name = self._folder_name(args[1])
        target = self.folders.find(name)
        if target is None:
            self._say(f"{self.tag} NO [TRYCREATE] no such folder")
            return None
        sources, made = [], []
        for message in self._alive(self._named(text_of(args[0]), by_uid)):
            copy = (name, message.path, message.received_at, frozenset(message.flags))
            made.append(str(self.folders.add(*copy)))
            sources.append(str(message.uid))
        if self.quirks.no_uidplus or not sources:
            return ""
        return f"[COPYUID {target.uid_validity} {','.join(sources)} {','.join(made)}] "

    def _gone(self, uids: list[int]) -> None:
        assert self.folder is not None
        for uid in uids:
            self._say(f"* {self.view.index(uid) + 1} EXPUNGE")
            self.view.remove(uid)
            self.folders.remove(self.folder.name, uid)

    def _meet_body_quirks(self, uid: int) -> int:
        """Break off, or lose the message, where it is time; gives after how many bytes of the
        body the connection ends, 0 for not at all."""
        assert self.folder is not None
        self.bodies += 1
        if self.bodies == self.quirks.drop_at_body and self.quirks.drops > 0:
            self.quirks.drops -= 1
            if not self.quirks.drop_in_literal:
                raise ConnectionAbortedError("a quirk")
            return self.quirks.drop_in_literal
        if self.bodies == self.quirks.expunge_at_body:
            self.folders.remove(self.folder.name, uid)
        return 0

    def _named(self, spec: str, by_uid: bool) -> list[int]:
        if by_uid:
            return chosen(spec, self.view)
        numbers = list(range(1, len(self.view) + 1))
        return [self.view[number - 1] for number in chosen(spec, numbers)]

    def _alive(self, uids: list[int]) -> Iterator[Stored]:
        assert self.folder is not None
        return self.messages(self.folder.name, uids)
