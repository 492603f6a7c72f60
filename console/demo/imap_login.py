"""The embedded IMAP server's commands before a folder opens: who is there, and what is offered."""

from __future__ import annotations

import base64
import binascii
import json
import threading
import time
from dataclasses import dataclass, field

from console.demo.imap_conversation import Conversation
from console.demo.imap_quirks import Quirks
from console.demo.imap_wire import Word, text_of


@dataclass(slots=True)
class Logins:
    """Who may log in, and who is; one for all sessions of a server.

    users: name → password. tokens: name → good access tokens, None without XOAUTH2.
    refused, accepted: how many logins there have been.
    """

    users: dict[str, str]
    tokens: dict[str, set[str]] | None = None
    inside: int = 0
    last: float = 0.0
    accepted: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, quirks: Quirks) -> str:
        """Let one more in; gives the reason where it may not."""
        with self.lock:
            now = time.monotonic()
            soon = bool(self.last) and now - self.last < quirks.login_gap_seconds
            self.last = now
            if soon:
                self.refused += 1
                return "login frequency limited, try again later"
            if quirks.most_sessions and self.inside >= quirks.most_sessions:
                self.refused += 1
                return "[LIMIT] Too many simultaneous connections"
            self.inside += 1
            self.accepted += 1
            return ""

    def leave(self) -> None:
        """One that was let in is gone."""
        with self.lock:
            self.inside -= 1


class LoginCommands(Conversation):
    """CAPABILITY, LOGIN, AUTHENTICATE, ID, ENABLE, LOGOUT."""

    quirks: Quirks
    logins: Logins
    authenticated = False
    identified = False

    def finish(self) -> None:
        """Count the one who leaves."""
        if self.authenticated:
            self.logins.leave()
            self.authenticated = False
        super().finish()

    def capability(self, _args: list[Word]) -> None:
        quirks = self.quirks
        optional = {
            "UIDPLUS": not quirks.no_uidplus,
            "SPECIAL-USE": not quirks.no_special_use,
            "NAMESPACE": not quirks.no_namespace,
            "MOVE": not quirks.no_move,
            "IDLE": not quirks.no_idle,
            "CONDSTORE": not quirks.no_condstore,
            "ENABLE": not quirks.no_condstore,
            "AUTH=XOAUTH2": self.logins.tokens is not None,
            "SASL-IR": not quirks.no_sasl_ir,
        }
        offered = " ".join(name for name, there in optional.items() if there)
        self._say(f"* CAPABILITY IMAP4rev1 LITERAL+ ID UNSELECT {offered}")
        self._ok("CAPABILITY")

    def logout(self, _args: list[Word]) -> None:
        self._say("* BYE logging out")
        self._ok("LOGOUT")

    def login(self, args: list[Word]) -> None:
        name, password = text_of(args[0]), text_of(args[1])
        if self.quirks.authorisation_code:
            self._say(f"{self.tag} NO LOGIN Login error or password error")
        elif name in self.logins.users and self.logins.users[name] == password:
            self._enter("LOGIN")
        else:
            self._say(f"{self.tag} NO [AUTHENTICATIONFAILED] LOGIN failed")

    def authenticate(self, args: list[Word]) -> None:
        if text_of(args[0]).upper() != "XOAUTH2" or self.logins.tokens is None:
            self._say(f"{self.tag} NO [CANNOT] AUTHENTICATE mechanism not known")
            return
        if len(args) > 1 and not self.quirks.no_sasl_ir:
            response = text_of(args[1]).encode()
        else:
            self._say("+ ")
            self.wfile.flush()
            response = self.rfile.readline().strip()
        if self._token_is_good(response):
            self._enter("AUTHENTICATE")
            return
        problem = {"status": "400", "schemes": "Bearer", "scope": "https://mail.example.test/"}
        self._say("+ " + base64.b64encode(json.dumps(problem).encode()).decode())
        self.wfile.flush()
        if self.rfile.readline().strip():
            self._say(f"{self.tag} BAD an empty line was expected")
        else:
            self._say(f"{self.tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")

    def id(self, args: list[Word]) -> None:
        given = args[0]
        pairs = isinstance(given, list) and len(given) % 2 == 0
        if not pairs and not (isinstance(given, bytes) and given.upper() == b"NIL"):
            raise ValueError("ID takes NIL or a list of names and values")
        self.identified = isinstance(given, list) and len(given) >= 2
        self._say('* ID ("name" "demo")')
        self._ok("ID")

    def enable(self, _args: list[Word]) -> None:
        if self.quirks.hang_on_enable:
            self.wfile.flush()
            self.rfile.readline()
            raise ConnectionAbortedError("a quirk")
        self._say("* ENABLED")
        self._ok("ENABLE")

    def _enter(self, command: str) -> None:
        if self.authenticated:
            self._say(f"{self.tag} BAD {command} is not a command for now")
            return
        if self.quirks.refuse_login:
            self._say(f"{self.tag} NO {self.quirks.refuse_login}")
            return
        if reason := self.logins.enter(self.quirks):
            if self.quirks.login_gap_bye:
                self._say(f"* BYE {reason}")
                self.wfile.flush()
                raise ConnectionAbortedError("a quirk")
            self._say(f"{self.tag} NO {reason}")
            return
        self.authenticated = True
        self._ok(command)

    def _token_is_good(self, response: bytes) -> bool:
        try:
            fields = base64.b64decode(response, validate=True).decode().split("\x01")
        except (binascii.Error, UnicodeDecodeError):
            return False
        if len(fields) != 4 or fields[2:] != ["", ""]:
            return False
        name, bearer = fields[0].removeprefix("user="), fields[1].removeprefix("auth=Bearer ")
        return self.logins.tokens is not None and bearer in self.logins.tokens.get(name, set())
