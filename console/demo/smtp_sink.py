"""A loopback SMTP server for the demo and the tests: takes letters, keeps them, can misbehave.

It listens on 127.0.0.1 only, delivers nothing anywhere, and keeps each letter as a file.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OnMessage = Callable[[str, list[str], bytes], None]


@dataclass(slots=True)
class SmtpFaults:
    """Misbehaviour to switch on; may be changed while the sink runs.

    refuse_mail, refuse_rcpt, refuse_data: the answer to give there instead, such as
    "451 4.7.1 later"; refuse_data is given after the letter's end, and the letter is not kept.
    refuse_to: an address, and the answer to RCPT for it alone.
    drop_before_accepting: cut the connection at the end of so many letters, none of them kept.
    drop_after_accepting: keep so many letters, and cut the connection before the answer.
    close_after: answer 421 to MAIL once so many letters came over one connection; 0 is never.
    """

    refuse_mail: str = ""
    refuse_rcpt: str = ""
    refuse_to: tuple[str, str] = ("", "")
    refuse_data: str = ""
    drop_before_accepting: int = 0
    drop_after_accepting: int = 0
    close_after: int = 0


class SmtpSink:
    """The server; `start`, use, `stop`.

    on_message: called as (mail_from, rcpt_tos, letter) in a thread of the server's, once the
    letter is on disk and before the answer; for instance to file a copy in a sent folder.
    login: (name, password) that must be given before a letter is taken, None for no login.
    tls: speak TLS from the first byte. starttls: offer it instead.
    """

    def __init__(
        self,
        folder: Path,
        on_message: OnMessage | None = None,
        *,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
    ) -> None:
        self.faults = SmtpFaults()
        self.port = 0
        self._folder = folder
        self._on_message = on_message
        self._login = login
        self._tls, self._starttls = tls, starttls
        self._lock = threading.Lock()
        self._letters: list[Path] = []
        self._recipients: list[tuple[str, ...]] = []
        self._connections = 0
        self._controller: _Controller | None = None

    def start(self) -> int:
        """Listen on a free loopback port; gives the port."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._controller = _Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=0,
            ready_timeout=20.0,
            ssl_context=self._tls,
            tls_context=self._starttls,
            authenticator=self._authenticate,
            auth_required=self._login is not None,
            # Only loopback is listened on, and the demo has no certificate.
            auth_require_tls=False,
            data_size_limit=256 << 20,
            ident="demo sink",
        )
        self._controller.start()
        self.port = self._controller.port
        # The controller tries itself out with one connection.
        self._connections = 0
        return self.port

    def stop(self) -> None:
        """Stop listening; the letters stay on disk."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def letters(self) -> tuple[Path, ...]:
        """The letters taken so far, in order, each a file with the very bytes that came."""
        with self._lock:
            return tuple(self._letters)

    @property
    def recipients(self) -> tuple[tuple[str, ...], ...]:
        """Whom each of the letters was for, by its envelope."""
        with self._lock:
            return tuple(self._recipients)

    @property
    def connections(self) -> int:
        """How many connections greeted us with EHLO."""
        return self._connections

    def keep(self, mail_from: str, rcpt_tos: list[str], letter: bytes) -> None:
        """Write a letter to disk and tell `on_message`."""
        with self._lock:
            path = self._folder / f"{len(self._letters) + 1:04d}.eml"
            path.write_bytes(letter)
            self._letters.append(path)
            self._recipients.append(tuple(rcpt_tos))
        if self._on_message is not None:
            self._on_message(mail_from, rcpt_tos, letter)

    def count_connection(self) -> None:
        """One more client said EHLO."""
        self._connections += 1

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword) or self._login is None:
            return AuthResult(success=False, handled=False)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)


class _Controller(Controller):
    """Learns which port the system gave before it tries itself out."""

    def _trigger_server(self) -> None:
        # Called once the server listens, so there is one, an asyncio one.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Handler:
    """aiosmtpd's hooks; their names are its own."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def handle_EHLO(  # noqa: N802
        self,
        _server: Any,
        session: Any,
        _envelope: Any,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        session.letters = 0
        self._sink.count_connection()
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        faults = self._sink.faults
        if faults.close_after and session.letters >= faults.close_after:
            server.transport.close()
            return "421 4.7.0 enough letters for one connection"
        if faults.refuse_mail:
            return faults.refuse_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        faults = self._sink.faults
        if faults.refuse_rcpt:
            return faults.refuse_rcpt
        if faults.refuse_to[0] == address:
            return faults.refuse_to[1]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        faults = self._sink.faults
        if faults.refuse_data:
            return faults.refuse_data
        if faults.drop_before_accepting > 0:
            faults.drop_before_accepting -= 1
            server.transport.abort()
            raise ConnectionResetError("a fault switched on")
        # on_message may talk to a server, so it must not hold up the event loop.
        await asyncio.to_thread(
            self._sink.keep, envelope.mail_from, list(envelope.rcpt_tos), envelope.content
        )
        session.letters += 1
        if faults.drop_after_accepting > 0:
            faults.drop_after_accepting -= 1
            server.transport.abort()
            raise ConnectionResetError("a fault switched on")
        return f"250 2.0.0 taken as {len(self._sink.letters)}"
