"""Letters out, byte for byte, and what is known of each afterwards.

A server takes a letter in the moment it answers the end of DATA (RFC 5321, section 4.1.1.4).
Once the first byte of the body is out and until that answer is read, nobody on this side can
tell whether it was taken: that is `SendError(certain=False)`, and the letter must be looked
for in the sent folder before it is sent again. Everything else is certain.

Residual risks: a server that answers 250 and loses the letter; a recipient's server further on
that refuses it (its bounce arrives in the submission mailbox).
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from mail.smtp_advice import answer_advice, is_login_problem, login_advice, wants_new_connection
from mail.smtp_oauth2 import log_in_with_token
from mail.tls import certificate_advice, client_context, open_wire_problem
from model.account import Security, SmtpAccount
from model.errors import SendError

logger = logging.getLogger(__name__)

# RFC 5321, section 4.5.3.1.6: 1000 octets with the line's end.
LONGEST_LINE_OCTETS = 998
# The same for everyone, as Thunderbird does: our host's name is nobody's business, and asking
# the name service for it can take half a minute.
_HELO_NAME = "[127.0.0.1]"
# What could end an address or a command early; anything else is for the server to judge.
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f<>]")
_TAKEN = range(200, 300)
_REFUSED = range(500, 600)


@dataclass(frozen=True, slots=True)
class Taken:
    """What the server said to a letter that it took. no_copy: why its second recipient does not
    get it, "" where he does or there is none."""

    answer: str
    no_copy: str = ""


class SmtpSender:
    """One connection to one account for many letters; a context manager.

    A connection that the server has closed between two letters is made anew once, quietly.
    """

    def __init__(self, account: SmtpAccount) -> None:
        self.account = account
        self._smtp: smtplib.SMTP | None = None
        self._letters_on_connection = 0

    def __enter__(self) -> Self:
        self._connected()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say good-bye where the connection still stands, and let go of it."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException) as error:
            logger.debug("%s: no good-bye: %s", self.account.host, error)
            smtp.close()

    def send(self, to: str, letter: bytes, *, copy_to: str = "") -> Taken:
        """Hand over one letter to one recipient.

        copy_to: a second one of the same letter. Where he is refused for good, the letter goes out
        to the first all the same; where only for now, to nobody. letter: headers and body with CRLF
        line ends (bare LFs go out as CRLF, which SMTP demands); nothing else is changed but the
        dots that SMTP doubles and the server halves.
        Raises: SendError; ValueError for a letter that SMTP cannot carry, which is a bug of
        whoever composed it.
        """
        body = _on_the_wire(letter)
        if _UNSENDABLE.search(to) or "@" not in to:
            raise SendError(
                f"{to!r} is no address that a letter can be sent to.",
                "Ask the applicant for another address.",
                certain=True,
                lasting=True,
            )
        try:
            smtp = self._envelope_taken(to, letter)
            refused = self._copy_refused(smtp, copy_to) if copy_to else ""
            self._expect(smtp.docmd("DATA"), (354,), "DATA")
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise self._gave_way(error) from error
        return Taken(self._hand_over(smtp, body), refused)

    def _copy_refused(self, smtp: smtplib.SMTP, copy_to: str) -> str:
        """Name the second recipient; "" where he is taken, else what is to be told."""
        if _UNSENDABLE.search(copy_to) or "@" not in copy_to or not copy_to.isascii():
            return f"no copy to {copy_to!r}, which is no address"
        reply = smtp.docmd(f"RCPT TO:<{copy_to}>")
        if reply[0] not in _REFUSED:
            self._expect(reply, _TAKEN, "RCPT TO")
            return ""
        said = f"{reply[0]} {reply[1].decode('utf-8', 'replace')}"
        logger.warning("%s refused the copy to %s: %s", self.account.host, copy_to, said)
        return f"no copy to {copy_to}: {said}"

    def _envelope_taken(self, to: str, letter: bytes) -> smtplib.SMTP:
        """A connection on which the server has taken sender and recipient."""
        while True:
            used = self._smtp is not None and self._letters_on_connection > 0
            smtp = self._connected()
            try:
                options = self._options(smtp, to, letter)
                sender = f"MAIL FROM:<{self.account.sender}>{options}"
                self._expect(smtp.docmd(sender), _TAKEN, "MAIL FROM")
                self._expect(smtp.docmd(f"RCPT TO:<{to}>"), _TAKEN, "RCPT TO")
            except (smtplib.SMTPServerDisconnected, OSError):
                self._drop()
                if not used:
                    raise
            except SendError:
                if self._smtp is not None or not used:
                    raise
            else:
                return smtp

    def _hand_over(self, smtp: smtplib.SMTP, body: bytes) -> str:
        try:
            smtp.send(body)
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise SendError(
                f"{self.account.host} broke off before it said whether it took the letter "
                f"({error}).",
                "Look for its Message-ID in the sent folder before it is sent again.",
                certain=False,
                lasting=False,
            ) from error
        answer = f"{code} {text.decode('utf-8', 'replace')}"
        if not 200 <= code < 600 or 300 <= code < 400:
            self._drop()
            raise SendError(
                f"{self.account.host} answered the letter's end with {answer!r}.",
                "Look for its Message-ID in the sent folder before it is sent again.",
                certain=False,
                lasting=False,
            )
        self._expect((code, text), _TAKEN, "the letter")
        self._letters_on_connection += 1
        return answer

    def _expect(self, reply: tuple[int, bytes], wanted: range | tuple[int, ...], what: str) -> None:
        """Raise for any other answer, leaving the connection ready for the next letter."""
        code, text = reply[0], reply[1].decode("utf-8", "replace")
        if code in wanted:
            return
        if wants_new_connection(code, text):
            self._drop()
        elif self._smtp is not None:
            try:
                self._smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()
        raise SendError(
            f"{self.account.host} refused {what}: {code} {text}",
            answer_advice(self.account.host, code, text),
            certain=True,
            lasting=500 <= code < 600 and not is_login_problem(code, text),
        )

    def _options(self, smtp: smtplib.SMTP, to: str, letter: bytes) -> str:
        """The parameters of MAIL FROM that this letter needs (RFC 1870, 6152, 6531)."""
        options = f" SIZE={len(letter)}" if smtp.has_extn("size") else ""
        if not to.isascii():
            self._need(smtp, "smtputf8", "the recipient's address is not ASCII")
            smtp.command_encoding = "utf-8"
            return f"{options} BODY=8BITMIME SMTPUTF8"
        if not letter.isascii():
            self._need(smtp, "8bitmime", "the letter holds 8-bit bytes")
            options += " BODY=8BITMIME"
        return options

    def _need(self, smtp: smtplib.SMTP, extension: str, why: str) -> None:
        if not smtp.has_extn(extension):
            raise SendError(
                f"{self.account.host} does not offer {extension.upper()}, but {why}.",
                "Use another SMTP server, or another address.",
                certain=True,
                lasting=True,
            )

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = _connect(self.account)
            except (OSError, smtplib.SMTPException) as error:
                raise self._gave_way(error) from error
            self._letters_on_connection = 0
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _gave_way(self, error: Exception) -> SendError:
        """Before the letter's first byte: certainly not sent, and worth another try."""
        where = f"{self.account.host}:{self.account.port}"
        advice = "Check host, port, security, network and firewall."
        if isinstance(error, ssl.SSLCertVerificationError):
            advice = certificate_advice(self.account.host)
        elif isinstance(error, smtplib.SMTPAuthenticationError):
            advice = login_advice(self.account.host)
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            advice = "The server lacks what the settings ask for (STARTTLS or a login)."
        elif isinstance(error, smtplib.SMTPResponseException):
            text = _text(error.smtp_error)
            advice = answer_advice(self.account.host, error.smtp_code, text) or advice
        return SendError(
            f"No letter could be sent over {where}: {error}", advice, certain=True, lasting=False
        )


def _connect(account: SmtpAccount) -> smtplib.SMTP:
    """Connect, encrypt and log in. Raises: SendError, OSError, smtplib.SMTPException."""
    if problem := open_wire_problem(account.host, account.security):
        raise SendError(
            problem,
            "Set security to tls (port 465) or starttls (port 587).",
            certain=True,
            lasting=False,
        )
    if not (account.username + account.password).isascii():
        raise SendError(
            f"The SMTP username or password for {account.host} holds characters outside ASCII.",
            login_advice(account.host),
            certain=True,
            lasting=False,
        )
    timeout = account.timeout_seconds
    smtp: smtplib.SMTP
    if account.security is Security.TLS:
        context = client_context(account.ca_file)
        smtp = smtplib.SMTP_SSL(
            account.host, account.port, _HELO_NAME, timeout=timeout, context=context
        )
    else:
        smtp = smtplib.SMTP(account.host, account.port, _HELO_NAME, timeout=timeout)
    try:
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if account.security is Security.STARTTLS:
            smtp.starttls(context=client_context(account.ca_file))
        smtp.ehlo_or_helo_if_needed()
        if account.oauth2 is not None:
            log_in_with_token(smtp, account.username, account.oauth2)
        elif account.username:
            smtp.login(account.username, account.password)
    except (OSError, smtplib.SMTPException, SendError):
        smtp.close()
        raise
    return smtp


def _on_the_wire(letter: bytes) -> bytes:
    """The letter as DATA carries it: CRLF, leading dots doubled, and the final dot.

    Raises: ValueError for a line over 998 octets, a bare CR or a NUL (RFC 5321, section 2.3.8;
    a bare CR or LF let through is how one letter is smuggled inside another).
    """
    crlf = re.sub(rb"(?<!\r)\n", b"\r\n", letter)
    if b"\0" in crlf or re.search(rb"\r(?!\n)", crlf):
        raise ValueError("a letter may hold neither NUL nor a CR without LF")
    longest = max(map(len, crlf.split(b"\r\n")))
    if longest > LONGEST_LINE_OCTETS:
        raise ValueError(f"a line of the letter is longer than {LONGEST_LINE_OCTETS}: {longest}")
    if not crlf.endswith(b"\r\n"):
        crlf += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", crlf) + b".\r\n"


def _text(answer: bytes | str) -> str:
    return answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
