"""One request to an OAuth 2.0 token endpoint (RFC 6749, sections 4.4.2, 5 and 6)."""

from __future__ import annotations

import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, OpenerDirector

from mail.tls import certificate_advice, client_context, open_wire_problem
from model.account import OAuth2, Security
from model.errors import MailboxBusy, MailboxError

LARGEST_ANSWER_BYTES = 1 << 18
_LONGEST_DESCRIPTION = 300
_BEARER = re.compile(r"[\x21-\x7e]+")
_ADVICE = {
    "invalid_client": "Check client_id and client_secret; a secret may have run out.",
    "unauthorized_client": "Allow this kind of grant for the client where it is registered.",
    "unsupported_grant_type": "Without a refresh token the client asks in its own name, which "
    "this endpoint does not allow: give a refresh_token.",
    "invalid_scope": "Check scope against what the client was registered for.",
    "invalid_request": "Check token_url, client_id and scope.",
}
# What Microsoft and others say for a consent that has to be given anew.
_CONSENT_ERRORS = frozenset({"invalid_grant", "interaction_required", "consent_required"})


@dataclass(frozen=True, slots=True)
class Granted:
    """What the endpoint gave. life_seconds: 0 where it does not say. refresh_token: "" where the
    old one goes on."""

    token: str = field(repr=False)
    life_seconds: float
    refresh_token: str = field(repr=False)


class GrantRefused(Exception):
    """The refresh token is no longer good; in the endpoint's words."""


class _NoRedirect(HTTPRedirectHandler):
    """The secrets go to the endpoint that the operator named, and nowhere else."""

    def redirect_request(self, *_args: Any, **_keywords: Any) -> None:
        return None


def request_token(settings: OAuth2, refresh_token: str) -> Granted:
    """Ask for an access token. refresh_token: "" asks in the client's own name.

    Raises: GrantRefused; MailboxError, MailboxBusy with advice.
    """
    host = _checked_host(settings.token_url)
    form = {"client_id": settings.client_id, "grant_type": "client_credentials"}
    if refresh_token:
        form |= {"grant_type": "refresh_token", "refresh_token": refresh_token}
    form |= {"client_secret": settings.client_secret} if settings.client_secret else {}
    form |= {"scope": settings.scope} if settings.scope else {}
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        settings.token_url,
        urllib.parse.urlencode(form).encode("ascii"),
        {"Accept": "application/json", "User-Agent": "submission-mailbox-intake"},
    )
    problem = f"No access token from {settings.token_url}"
    try:
        with _opener(settings, host).open(request, timeout=settings.timeout_seconds) as answer:
            return _granted(problem, answer.read(LARGEST_ANSWER_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(problem, error, error.read(LARGEST_ANSWER_BYTES)) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise MailboxError(
                f"{problem}: its certificate is not trusted ({error.reason.verify_message}).",
                certificate_advice(host),
            ) from error
        raise MailboxBusy(f"{problem}: {error.reason}.", _network_advice()) from error
    except OSError as error:
        raise MailboxBusy(f"{problem}: {error}.", _network_advice()) from error


def _checked_host(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not host:
        raise MailboxError(f"{url!r} is no address of a token endpoint.", "Set token_url.")
    if parts.scheme == "http" and open_wire_problem(host, Security.NONE):
        raise MailboxError(
            f"{url} would carry the secrets in the clear.", "Use the endpoint's https address."
        )
    return host


def _opener(settings: OAuth2, host: str) -> OpenerDirector:
    try:
        context = client_context(settings.ca_file)
    except OSError as error:
        raise MailboxError(
            f"ca_file {settings.ca_file} cannot be read as PEM certificates: {error}.",
            "Give a readable PEM file, or leave ca_file out.",
        ) from error
    handlers: list[Any] = [_NoRedirect(), HTTPHandler(), HTTPSHandler(context=context)]
    if not open_wire_problem(host, Security.NONE):
        handlers.append(urllib.request.ProxyHandler({}))  # this machine needs no proxy to itself
    return urllib.request.build_opener(*handlers)


def _granted(problem: str, body: bytes) -> Granted:
    said = _json(body)
    token, refresh = said.get("access_token"), said.get("refresh_token")
    if not isinstance(token, str) or not _BEARER.fullmatch(token):
        raise MailboxError(f"{problem}: its answer holds none.", "Check token_url.")
    try:
        life = float(said.get("expires_in") or 0)
    except (TypeError, ValueError):
        life = 0.0
    return Granted(token, max(life, 0.0), refresh if isinstance(refresh, str) else "")


def _refused(problem: str, error: urllib.error.HTTPError, body: bytes) -> Exception:
    said = _json(body)
    name = str(said.get("error") or "")
    words = str(said.get("error_description") or "")[:_LONGEST_DESCRIPTION]
    whole = f"{problem}: {error.code} {name} {words}".strip()
    if name in _CONSENT_ERRORS:
        return GrantRefused(whole)
    if error.code == 429 or error.code >= 500 or name == "temporarily_unavailable":
        wait = error.headers.get("Retry-After", "")
        return MailboxBusy(
            whole,
            "It is tried again later.",
            retry_after_seconds=float(wait) if wait.isdecimal() else None,
        )
    return MailboxError(whole, _ADVICE.get(name, "Check token_url, client_id, secret and scope."))


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _network_advice() -> str:
    return "Check token_url, and the network and the firewall towards it."
