"""The give and take of an IMAP connection: lines in, commands out, answers back."""

from __future__ import annotations

import socketserver

from console.demo.imap_wire import Word, read_command, text_of

LARGEST_APPEND_BYTES = 256 << 20


class Conversation(socketserver.StreamRequestHandler):
    """Reads commands until the client or the server ends the connection.

    A subclass carries the commands out in `dispatch`; ValueError, TypeError, IndexError and
    KeyError there mean that the client's arguments made no sense.
    """

    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    tag = ""

    def dispatch(self, name: str, args: list[Word], by_uid: bool) -> None:
        """Carry out one command and answer it under `tag`."""
        raise NotImplementedError

    def handle(self) -> None:
        """Greet, and answer command after command."""
        try:
            self._say("* OK IMAP4rev1 demo server ready")
            self.wfile.flush()
            while self._answer_next():
                self.wfile.flush()
            self.wfile.flush()
        except (OSError, EOFError):
            # The client went away, a quirk sent it away, or a message was expunged in mid-air.
            return

    def finish(self) -> None:
        """Let go of the streams; what a broken connection still held is lost, as it would be."""
        try:
            super().finish()
        except ConnectionError:
            return

    def _answer_next(self) -> bool:
        try:
            command = read_command(self.rfile, self._go_ahead, LARGEST_APPEND_BYTES)
        except ValueError as error:
            self._say(f"* BYE {error}")
            return False
        if command is None:
            return False
        if len(command) < 2:
            self._say("* BAD a tag and a command are needed")
            return True
        self.tag, name, args = text_of(command[0]), text_of(command[1]).upper(), command[2:]
        by_uid = name == "UID"
        if by_uid and args:
            name, args = text_of(args[0]).upper(), args[1:]
        try:
            self.dispatch(name, args, by_uid)
        except (ValueError, TypeError, IndexError, KeyError) as error:
            self._say(f"{self.tag} BAD {name} not understood: {error}")
        return name != "LOGOUT"

    def _go_ahead(self) -> None:
        self._say("+ go ahead")
        self.wfile.flush()

    def _ok(self, name: str) -> None:
        self._say(f"{self.tag} OK {name} completed")

    def _say(self, line: str) -> None:
        self._write(line + "\r\n")

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode("utf-8"))
