"""AUTH XOAUTH2 towards an SMTP server."""

from __future__ import annotations

import smtplib

from mail.oauth2 import access_token, initial_response, refused_advice
from model.account import OAuth2
from model.errors import MailboxError, SendError


def log_in_with_token(smtp: smtplib.SMTP, username: str, oauth2: OAuth2) -> None:
    """Log in with an access token; once more with a new one where it is refused.

    Raises: SendError; OSError, smtplib.SMTPException where the connection breaks.
    """
    smtp.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise _not_sent("The SMTP server offers no XOAUTH2.", "Leave smtp.oauth2 out.")
    token = _token(oauth2)
    try:
        _auth(smtp, username, token)
    except smtplib.SMTPAuthenticationError:
        try:
            _auth(smtp, username, _token(oauth2, token))
        except smtplib.SMTPAuthenticationError as error:
            raise _not_sent(
                f"The SMTP server refused the login of {username}: {error}", refused_advice(oauth2)
            ) from error


def _auth(smtp: smtplib.SMTP, username: str, token: str) -> None:
    first = initial_response(username, token).decode("ascii")

    def respond(challenge: bytes | None = None) -> str:
        # A challenge after the token is the error; an empty line asks for the end.
        return first if challenge is None else ""

    try:
        smtp.auth("XOAUTH2", respond)
    except ValueError as error:
        raise _not_sent(f"The SMTP server's challenge is no base64: {error}", "") from error


def _token(oauth2: OAuth2, refused: str = "") -> str:
    try:
        return access_token(oauth2, refused=refused)
    except MailboxError as error:
        raise _not_sent(error.problem, error.advice) from error


def _not_sent(problem: str, advice: str) -> SendError:
    return SendError(problem, advice, certain=True, lasting=False)
