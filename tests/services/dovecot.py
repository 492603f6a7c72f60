"""A private Dovecot (2.3), as root or as an ordinary user: plain, STARTTLS and TLS on loopback."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from model.account import ImapAccount, Security
from tests.services.certificates import make_certificates

PASSWORD = "pw"
START_SECONDS = 20.0
USERS = 500

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.key
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login {more_mechanisms}
mail_location = maildir:{root}/mail/%u:INDEX={root}/mail/%u.idx
mail_fsync = never
maildir_stat_dirs = yes
mail_max_userip_connections = 100
{oauth2}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={root}/mail/%u.home
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
  chroot =
  service_count = 0
  process_min_avail = 1
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap {{
  process_limit = 64
  vsz_limit = 1024M
}}
"""

_OAUTH2_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf
}}
"""
# RFC 7662: the token is sent to the endpoint, which says whose it is and whether it is good.
_OAUTH2 = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


def find_dovecot() -> str | None:
    """The program's path, None where it is not installed."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which("dovecot", path=path)


class Dovecot:
    """One server with as many users as are asked for; `start`, use, `stop`.

    introspection_url: where it asks about the tokens of XOAUTH2, "" for a server without.
    """

    def __init__(self, introspection_url: str = "") -> None:
        self._introspection_url = introspection_url
        self.port = self.tls_port = 0
        # Dovecot's sockets have long names under base_dir, and a socket's path may have only 107.
        self._root = Path(tempfile.mkdtemp(prefix="dv", dir="/tmp"))
        self.ca_file = make_certificates(self._root).ca
        self._given = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._dropped = 0

    def start(self) -> None:
        """Start it, and wait until it answers. Raises: RuntimeError with its log."""
        for part in ("run", "state", "mail"):
            (self._root / part).mkdir()
        self._root.chmod(0o755)
        # All at once: Dovecot rereads the file only when its time differs by a whole second.
        lines = (f"u{number}@example.test:{{PLAIN}}{PASSWORD}" for number in range(1, USERS + 1))
        (self._root / "users").write_text("\n".join(lines) + "\n")
        for _ in range(3):
            # The ports are free now but may be taken before Dovecot has them; so, several tries.
            self.port, self.tls_port = _free_ports(2)
            if self._started():
                return
            self._kill()
        raise RuntimeError(f"Dovecot does not start:\n{self.log()}")

    def stop(self) -> None:
        """Stop it and remove all it had."""
        self._kill()
        shutil.rmtree(self._root)

    def log(self) -> str:
        """What Dovecot wrote to its log."""
        path = self._root / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def user(self) -> str:
        """A new user with an empty mailbox; the password is `PASSWORD`."""
        self._given += 1
        if self._given > USERS:
            raise RuntimeError(f"only {USERS} users were made; raise USERS")
        return f"u{self._given}@example.test"

    def account(self, user: str, security: Security = Security.NONE, **changes: Any) -> ImapAccount:
        """How to reach a user's mailbox; the certificate is trusted unless `changes` say else."""
        settings: dict[str, Any] = {
            "name": "test",
            "host": "127.0.0.1",
            "username": user,
            "password": PASSWORD,
            "port": self.tls_port if security is Security.TLS else self.port,
            "security": security,
            "ca_file": None if security is Security.NONE else self.ca_file,
            "timeout_seconds": 20.0,
        }
        return ImapAccount(**(settings | changes))

    @contextmanager
    def session(self, user: str) -> Iterator[Any]:
        """A session of another client, logged in, with no folder selected."""
        with IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=20) as client:
            client._imap.debug = 0
            client.normalise_times = False
            client.login(user, PASSWORD)
            yield client

    def append(self, user: str, data: bytes, received_at: datetime, folder: str = "INBOX") -> None:
        """Deliver one message by APPEND. data: without NUL, which Dovecot would change."""
        with self.session(user) as client:
            client.append(folder, data, (), received_at)

    def expunge(self, user: str, uid: int, folder: str = "INBOX") -> None:
        """Remove one message as another client would."""
        with self.session(user) as client:
            client.select_folder(folder)
            client.delete_messages([uid])
            client.expunge([uid])

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """The flags of every message of a folder, as another client sees them."""
        with self.session(user) as client:
            client.select_folder(folder, readonly=True)
            uids = client.search("ALL")
            return {uid: answer[b"FLAGS"] for uid, answer in client.fetch(uids, "FLAGS").items()}

    def drop(self, user: str, letters: Iterable[tuple[bytes, datetime]]) -> None:
        """Put many messages straight into the maildir's `cur`; their date is the file's."""
        maildir = self._root / "mail" / user
        if not maildir.exists():
            # The first session makes the maildir, owned by whom Dovecot wants it to be.
            with self.session(user) as client:
                client.select_folder("INBOX", readonly=True)
        owner = maildir.stat()
        for data, received_at in letters:
            self._dropped += 1
            moment = received_at.timestamp()
            # Dovecot sorts a maildir's new files by the time and number in their names.
            name = f"{int(moment)}.M{self._dropped:06d}P1.test,S={len(data)},W={len(data)}:2,"
            made = maildir / "tmp" / name
            made.write_bytes(data)
            os.utime(made, (moment, moment))
            if os.geteuid() == 0:
                os.chown(made, owner.st_uid, owner.st_gid)
            made.rename(maildir / "cur" / name)

    def _started(self) -> bool:
        program = find_dovecot()
        if program is None:
            raise RuntimeError("dovecot is not installed; tests/services/ensure installs it")
        config = self._root / "dovecot.conf"
        config.write_text(self._config())
        self._process = subprocess.Popen(
            [program, "-F", "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A zone that is neither UTC nor (on most test machines) the machine's own.
            env={"PATH": os.environ.get("PATH", ""), "TZ": "Asia/Shanghai"},
        )
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit and self._process.poll() is None:
            if _greets(self.port):
                return True
            time.sleep(0.02)
        return False

    def _config(self) -> str:
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            mail_uid, mail_gid = nobody.pw_uid, nobody.pw_gid
            os.chown(self._root / "mail", mail_uid, mail_gid)
            internal_user = internal_group = "dovecot"
            login_user = "dovenull"
        else:
            mail_uid, mail_gid = os.getuid(), os.getgid()
            internal_user = login_user = pwd.getpwuid(mail_uid).pw_name
            internal_group = grp.getgrgid(mail_gid).gr_name
        oauth2 = ""
        if self._introspection_url:
            oauth2 = _OAUTH2_PASSDB.format(root=self._root)
            (self._root / "oauth2.conf").write_text(_OAUTH2.format(url=self._introspection_url))
        return _CONFIG.format(
            root=self._root,
            more_mechanisms="xoauth2" if oauth2 else "",
            oauth2=oauth2,
            port=self.port,
            tls_port=self.tls_port,
            mail_uid=mail_uid,
            mail_gid=mail_gid,
            internal_user=internal_user,
            internal_group=internal_group,
            login_user=login_user,
        )

    def _kill(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [listener.getsockname()[1] for listener in held]
    finally:
        for listener in held:
            listener.close()


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(2)
            return connection.recv(64).startswith(b"* OK")
    except OSError:
        return False
