"""Access tokens: where they come from, how long they are kept, and what servers make of them."""

from __future__ import annotations

import base64
import logging
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from console.demo.imap_server import EmbeddedImapServer, Quirks
from mail import oauth2
from mail.imap import ImapMailbox
from mail.oauth2 import access_token
from mail.smtp import SmtpSender
from model.account import ImapAccount, OAuth2, Security, SmtpAccount
from model.errors import MailboxBusy, MailboxError, SendError
from tests.services.certificates import Certificates
from tests.services.dovecot import Dovecot, find_dovecot
from tests.services.token_endpoint import TokenEndpoint


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenEndpoint]:
    # A port may come again in a later test.
    monkeypatch.setattr(oauth2, "_kept", {})
    with TokenEndpoint() as one:
        yield one


def account(port: int, source: OAuth2, **changes: Any) -> ImapAccount:
    settings: dict[str, Any] = {"security": Security.NONE, "timeout_seconds": 10.0}
    return ImapAccount(
        "main", "127.0.0.1", "intake", "", port, oauth2=source, **(settings | changes)
    )


@pytest.fixture
def server(tmp_path: Path, endpoint: TokenEndpoint) -> Iterator[EmbeddedImapServer]:
    class Tokens(dict[str, set[str]]):
        def get(self, name: str, default: Any = None) -> set[str]:
            return {token for token, user in endpoint.answers.tokens.items() if user == name}

    one = EmbeddedImapServer(tmp_path / "imap", tokens=Tokens())
    one.start()
    yield one
    one.stop()


def test_a_token_is_got_once_and_kept(endpoint: TokenEndpoint) -> None:
    settings = endpoint.settings()
    assert access_token(settings) == access_token(settings) == "token-1"
    assert endpoint.answers.requests == [
        {
            "client_id": "intake-client",
            "client_secret": "secret",
            "grant_type": "refresh_token",
            "refresh_token": "refresh-1",
            "scope": "https://mail.example.test/",
        }
    ]
    assert access_token(settings, refused="token-1") == "token-2"
    assert access_token(settings, refused="token-1") == "token-2"


def test_a_token_is_renewed_before_its_end(
    endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(oauth2.time, "monotonic", lambda: now)
    settings = endpoint.settings()
    for at, expected in ((1000.0, "token-1"), (4479.0, "token-1"), (4481.0, "token-2")):
        now = at
        assert access_token(settings) == expected
    # Without a word about its life, it is an hour's; of a short one, three quarters are used.
    endpoint.answers.life = 0
    assert access_token(settings, refused="token-2") == "token-3"
    now += 3479
    assert access_token(settings) == "token-3"
    endpoint.answers.life = 40
    assert access_token(settings, refused="token-3") == "token-4"
    now += 31
    assert access_token(settings) == "token-5"


def test_two_accounts_have_nothing_in_common(endpoint: TokenEndpoint) -> None:
    one = endpoint.settings()
    other = replace(one, client_id="another")
    assert access_token(one) == "token-1"
    assert access_token(other) == "token-2"
    assert access_token(one) == "token-1"


def test_without_a_refresh_token_the_client_asks_for_itself(endpoint: TokenEndpoint) -> None:
    assert access_token(endpoint.settings(refresh_token="")) == "token-1"
    assert endpoint.answers.requests[0]["grant_type"] == "client_credentials"
    assert "refresh_token" not in endpoint.answers.requests[0]


def test_another_refresh_token_is_kept_in_memory_and_told(
    endpoint: TokenEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.answers.rotates = True
    settings = endpoint.settings()
    with caplog.at_level(logging.WARNING):
        access_token(settings)
    assert "refresh_token_file" in caplog.text
    assert "refresh-2" not in caplog.text
    assert access_token(settings, refused="token-1") == "token-2"
    assert [one["refresh_token"] for one in endpoint.answers.requests] == ["refresh-1", "refresh-2"]


def test_another_refresh_token_is_written_down(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    endpoint.answers.rotates = True
    path = tmp_path / "refresh"
    path.write_text("refresh-1\n")
    settings = endpoint.settings(refresh_token="", refresh_token_file=path)
    access_token(settings)
    assert path.read_text() == "refresh-2\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["refresh"]
    assert access_token(settings, refused="token-1") == "token-2"


def test_a_refresh_token_that_another_process_has_replaced(
    endpoint: TokenEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "refresh"
    path.write_text("refresh-1")
    endpoint.answers.refresh_token = "refresh-9"
    real = oauth2.request_token

    def replaced_meanwhile(settings: OAuth2, token: str) -> object:
        path.write_text("refresh-9")
        return real(settings, token)

    monkeypatch.setattr(oauth2, "request_token", replaced_meanwhile)
    settings = endpoint.settings(refresh_token="", refresh_token_file=path)
    assert access_token(settings) == "token-2"
    assert [one["refresh_token"] for one in endpoint.answers.requests] == ["refresh-1", "refresh-9"]


@pytest.mark.parametrize(
    ("fail", "busy", "words"),
    [
        ((400, {"error": "invalid_grant"}, {}), False, "consent anew"),
        ((400, {"error": "interaction_required"}, {}), False, "consent anew"),
        ((401, {"error": "invalid_client"}, {}), False, "client_secret"),
        ((400, {"error": "invalid_scope"}, {}), False, "scope"),
        ((404, {}, {}), False, "token_url"),
        ((200, {"token": "x"}, {}), False, "holds none"),
        ((200, {"access_token": "a b\r\n"}, {}), False, "holds none"),
        ((503, {}, {"Retry-After": "77"}), True, "again later"),
        ((429, {}, {}), True, "again later"),
    ],
)
def test_what_an_endpoint_may_say(
    endpoint: TokenEndpoint,
    fail: tuple[int, dict[str, str], dict[str, str]],
    busy: bool,
    words: str,
) -> None:
    endpoint.answers.fail = fail
    with pytest.raises(MailboxError, match=words) as caught:
        access_token(endpoint.settings())
    assert isinstance(caught.value, MailboxBusy) is busy
    assert "refresh-1" not in str(caught.value)
    if isinstance(caught.value, MailboxBusy):
        assert caught.value.retry_after_seconds == (77.0 if fail[2] else None)


def test_secrets_go_nowhere_else(endpoint: TokenEndpoint) -> None:
    with pytest.raises(MailboxError, match="307"):
        access_token(endpoint.settings(path="/elsewhere"))
    assert endpoint.answers.requests == []
    for url in ("http://login.example.test/token", "file:///etc/passwd", "nothing"):
        with pytest.raises(MailboxError) as caught:
            access_token(replace(endpoint.settings(), token_url=url))
        assert not isinstance(caught.value, MailboxBusy)
    assert "secret" not in repr(endpoint.settings())
    assert "refresh-1" not in repr(endpoint.settings())


def test_an_endpoint_that_is_not_there_is_busy(endpoint: TokenEndpoint) -> None:
    for url in ("http://127.0.0.1:1/token", "https://login.example.invalid/token"):
        with pytest.raises(MailboxBusy, match="token_url"):
            access_token(replace(endpoint.settings(), token_url=url))


def test_the_endpoints_certificate_is_verified(certificates: Certificates) -> None:
    with TokenEndpoint(certificates) as endpoint:
        with pytest.raises(MailboxError, match="not trusted") as caught:
            access_token(endpoint.settings())
        assert not isinstance(caught.value, MailboxBusy)
        assert access_token(endpoint.settings(ca_file=certificates.ca)) == "token-1"


@pytest.mark.parametrize("no_sasl_ir", [False, True])
def test_a_mailbox_is_opened_with_a_token(
    server: EmbeddedImapServer, endpoint: TokenEndpoint, no_sasl_ir: bool
) -> None:
    server.quirks = Quirks(no_sasl_ir=no_sasl_ir)
    with ImapMailbox(account(server.port, endpoint.settings())) as mailbox:
        assert mailbox.open("INBOX").exists == 0
        assert "IDLE" in mailbox.capabilities
    assert len(endpoint.answers.requests) == 1


@pytest.mark.parametrize("no_sasl_ir", [False, True])
def test_a_withdrawn_token_is_replaced_once(
    server: EmbeddedImapServer, endpoint: TokenEndpoint, no_sasl_ir: bool
) -> None:
    server.quirks = Quirks(no_sasl_ir=no_sasl_ir)
    source = endpoint.settings()
    with ImapMailbox(account(server.port, source)):
        assert list(endpoint.answers.tokens) == ["token-1"]
    endpoint.answers.tokens.clear()
    with ImapMailbox(account(server.port, source)) as mailbox:
        assert mailbox.open("INBOX").exists == 0
    assert list(endpoint.answers.tokens) == ["token-2"]


def test_a_token_for_another_mailbox_is_explained(
    server: EmbeddedImapServer, endpoint: TokenEndpoint
) -> None:
    endpoint.answers.username = "someone else"
    with pytest.raises(MailboxError, match="refused the login") as caught:
        ImapMailbox(account(server.port, endpoint.settings())).connect()
    assert not isinstance(caught.value, MailboxBusy)
    assert '"status": "400"' in caught.value.problem
    assert "consent was given for" in caught.value.advice
    assert len(endpoint.answers.requests) == 2
    assert "token-" not in str(caught.value)


def test_a_server_without_xoauth2_gets_no_token(
    imap_server: EmbeddedImapServer, endpoint: TokenEndpoint
) -> None:
    with pytest.raises(MailboxError, match="offers no XOAUTH2"):
        ImapMailbox(account(imap_server.port, endpoint.settings())).connect()
    assert endpoint.answers.requests == []


def test_dovecot_asks_the_endpoint_about_the_token(endpoint: TokenEndpoint) -> None:
    if find_dovecot() is None:
        pytest.skip("dovecot is not installed; tests/services/ensure installs it")
    dovecot = Dovecot(endpoint.url("/introspect"))
    try:
        dovecot.start()
        user = endpoint.answers.username = dovecot.user()
        source = endpoint.settings()
        for security in Security:
            mine = dovecot.account(user, security, password="", oauth2=source)
            with ImapMailbox(mine) as mailbox:
                assert mailbox.open("INBOX").exists == 0
        assert len(endpoint.answers.requests) == 1
        endpoint.answers.tokens.clear()
        with ImapMailbox(dovecot.account(user, password="", oauth2=source)) as mailbox:
            assert mailbox.open("INBOX").exists == 0
        assert len(endpoint.answers.requests) == 2
        endpoint.answers.username = "u499@example.test"
        other = dovecot.account(user, password="", oauth2=replace(source, scope="other"))
        with pytest.raises(MailboxError, match="refused the login"):
            ImapMailbox(other).connect()
    finally:
        dovecot.stop()


class XOAuth2Server:
    """aiosmtpd's hooks; their names are its own."""

    def __init__(self, tokens: dict[str, str]) -> None:
        self.tokens = tokens
        self.letters: list[bytes] = []

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        said = base64.b64decode(args[1]).decode().split("\x01")
        name, bearer = said[0].removeprefix("user="), said[1].removeprefix("auth=Bearer ")
        if self.tokens.get(bearer) == name:
            return AuthResult(success=True, auth_data=name)
        # The error is a challenge, which an empty line answers.
        answer = await server.challenge_auth('{"status":"401"}')
        assert answer == b""
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(envelope.content)
        return "250 taken"


LETTER = b"Message-ID: <1@intake.test>\r\nSubject: x\r\n\r\nbody\r\n"


def test_letters_go_out_with_a_token(endpoint: TokenEndpoint) -> None:
    hooks = XOAuth2Server(endpoint.answers.tokens)
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    controller = Controller(
        hooks, hostname="127.0.0.1", port=port, auth_require_tls=False, auth_required=True
    )
    controller.start()
    try:
        mine = SmtpAccount(
            "127.0.0.1",
            "intake@example.test",
            username="intake",
            port=port,
            security=Security.NONE,
            timeout_seconds=10.0,
            oauth2=endpoint.settings(),
        )
        with SmtpSender(mine) as sender:
            sender.send("a@example.test", LETTER)
        endpoint.answers.tokens.clear()
        with SmtpSender(mine) as sender:
            sender.send("a@example.test", LETTER)
        assert hooks.letters == [LETTER, LETTER]
        assert len(endpoint.answers.requests) == 2
        endpoint.answers.tokens.clear()
        endpoint.answers.username = "another"
        with pytest.raises(SendError, match="refused the login") as caught:
            SmtpSender(mine).send("a@example.test", LETTER)
        assert (caught.value.certain, caught.value.lasting) == (True, False)
        endpoint.answers.fail = (400, {"error": "invalid_grant"}, {})
        with pytest.raises(SendError, match="consent anew"):
            SmtpSender(mine).send("a@example.test", LETTER)
    finally:
        controller.stop()
