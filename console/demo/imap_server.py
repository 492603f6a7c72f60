"""A loopback IMAP4rev1 server for the demo and the tests, with the habits of real ones.

It knows what `mail.imap` and imapclient need and a little more (RFC 3501, 2177, 2971, 3691, 4315,
6851), keeps messages as files and streams them, and can behave as NetEase's servers do, break
off, or lose a message under a reader's hands. It listens on 127.0.0.1 only and is no server for
the world: anyone on this machine who knows the password may read and write.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from datetime import datetime
from pathlib import Path

from console.demo.imap_folders import Folders
from console.demo.imap_login import Logins
from console.demo.imap_quirks import Quirks
from console.demo.imap_session import ImapSession

__all__ = ["EmbeddedImapServer", "Quirks"]

DEFAULT_FOLDERS = ("INBOX", "草稿箱", "已发送", "已删除", "垃圾邮件", "病毒文件夹")


class EmbeddedImapServer:
    """The server; `start`, use, `stop`. A thread for each connection.

    folder: where messages are kept, one file each; made when absent.
    users: name → password. tokens: name → access tokens that are good, None for a server without
    XOAUTH2; may be changed while it runs. folders: made at the start, in plain Unicode.
    """

    def __init__(
        self,
        folder: Path,
        quirks: Quirks | None = None,
        *,
        users: dict[str, str] | None = None,
        tokens: dict[str, set[str]] | None = None,
        folders: tuple[str, ...] = DEFAULT_FOLDERS,
    ) -> None:
        self.quirks = quirks or Quirks()
        self.users = {"intake": "intake"} if users is None else users
        self.logins = Logins(self.users, tokens)
        self.folders = Folders(folder, folders)
        self.port = 0
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> int:
        """Listen on a free loopback port; gives the port."""
        self._listener = _Listener(self)
        self.port = int(self._listener.server_address[1])
        # Not a daemon: stop() waits for it, so nothing of it outlives a test.
        self._thread = threading.Thread(
            target=self._listener.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="embedded-imap",
        )
        self._thread.start()
        return self.port

    def stop(self) -> None:
        """Cut every connection and stop listening; messages stay on disk."""
        if self._listener is None or self._thread is None:
            return
        self._listener.shutdown()
        self._thread.join()
        self.cut_connections()
        # Waits for the sessions' threads.
        self._listener.server_close()
        self._listener = self._thread = None

    def cut_connections(self) -> None:
        """Break every connection, as a network does."""
        if self._listener is not None:
            self._listener.cut()

    def add(self, folder: str, data: bytes | Path, received_at: datetime) -> int:
        """Deliver a copy of a message; gives its UID. Raises: KeyError, no such folder."""
        return self.folders.add(folder, data, received_at)

    def remove(self, folder: str, uid: int) -> None:
        """Expunge a message as another client would. Raises: KeyError, no such message."""
        self.folders.remove(folder, uid)

    def flags(self, folder: str, uid: int) -> frozenset[str]:
        """The flags of a message. Raises: KeyError, no such message."""
        stored = self.folders.message(folder, uid)
        if stored is None:
            raise KeyError(uid)
        return frozenset(stored.flags)

    def renumber(self) -> None:
        """Change UIDVALIDITY and all UIDs, as a restored or moved mailbox does."""
        self.folders.renumber()
        # RFC 3501 lets UIDVALIDITY change only between sessions.
        self.cut_connections()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False

    def __init__(self, server: EmbeddedImapServer) -> None:
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = server
        # The handler given here is never called: finish_request makes the sessions.
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def finish_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.add(request)
        try:
            ImapSession(
                request,
                client_address,
                self,
                folders=self._server.folders,
                quirks=self._server.quirks,
                logins=self._server.logins,
            )
        finally:
            with self._lock:
                self._open.discard(request)

    def cut(self) -> None:
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # The client was quicker; the session's thread is ending by itself.
                    continue
