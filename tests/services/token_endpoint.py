"""An OAuth 2.0 token endpoint on loopback, with introspection (RFC 6749, RFC 7662)."""

from __future__ import annotations

import json
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from model.account import OAuth2
from tests.services.certificates import Certificates


@dataclass(slots=True)
class Answers:
    """What it does; may be changed while it runs.

    tokens: good access token → whose it is. username: whose tokens are given out. life: as told,
    0 for not at all. rotates: each refresh gives another refresh token, and ends the old one.
    fail: status and body to answer with instead. requests: the forms that came, in order.
    """

    username: str = "intake"
    refresh_token: str = "refresh-1"
    client_secret: str = "secret"
    life: float = 3600
    rotates: bool = False
    fail: tuple[int, dict[str, str], dict[str, str]] | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)


class TokenEndpoint:
    """The server; a context manager. certificates: speaks TLS with them, None for plain http."""

    def __init__(self, certificates: Certificates | None = None) -> None:
        self.answers = Answers()
        answers = self.answers

        class Handler(_Handler):
            said = answers

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._scheme = "http"
        if certificates is not None:
            self._scheme = "https"
            context = certificates.server_context()
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> TokenEndpoint:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}{path}"

    def settings(
        self,
        *,
        client_secret: str = "secret",
        refresh_token: str = "refresh-1",
        refresh_token_file: Path | None = None,
        ca_file: Path | None = None,
        path: str = "/token",
    ) -> OAuth2:
        """How to ask it."""
        return OAuth2(
            token_url=self.url(path),
            client_id="intake-client",
            client_secret=client_secret,
            refresh_token=refresh_token,
            refresh_token_file=refresh_token_file,
            scope="https://mail.example.test/",
            ca_file=ca_file,
            timeout_seconds=5.0,
        )


class _Handler(BaseHTTPRequestHandler):
    said: Answers

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = dict(urllib.parse.parse_qsl(body))
        if self.path == "/introspect":
            self._introspect(form)
        elif self.path == "/elsewhere":
            self._answer(307, {}, {"Location": "/token"})
        else:
            self.said.requests.append(form)
            self._token(form)

    def _token(self, form: dict[str, str]) -> None:
        said = self.said
        if said.fail is not None:
            self._answer(*said.fail)
        elif form.get("client_secret") != said.client_secret:
            self._answer(401, {"error": "invalid_client"}, {})
        elif form["grant_type"] == "refresh_token" and form["refresh_token"] != said.refresh_token:
            self._answer(400, {"error": "invalid_grant", "error_description": "expired"}, {})
        else:
            token = f"token-{len(said.requests)}"
            said.tokens[token] = said.username
            body: dict[str, object] = {"access_token": token, "token_type": "Bearer"}
            if said.life:
                body["expires_in"] = said.life
            if said.rotates and form["grant_type"] == "refresh_token":
                said.refresh_token = f"refresh-{len(said.requests) + 1}"
                body["refresh_token"] = said.refresh_token
            self._answer(200, body, {})

    def _introspect(self, form: dict[str, str]) -> None:
        username = self.said.tokens.get(form.get("token", ""))
        body: dict[str, object] = {"active": False}
        if username:
            body = {"active": True, "username": username, "token_type": "Bearer"}
        self._answer(200, body, {})

    def _answer(self, status: int, body: object, headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        """Nothing: the tests look at `requests`."""
