"""What an IMAP server or the network said, put into the operator's terms.

Two outcomes: `MailboxBusy` is worth another try, `MailboxError` is not before somebody has
changed something. A server's own words always stand in the problem.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from imapclient.exceptions import IMAPClientError

from mail.fetch import Refused
from mail.tls import certificate_advice
from model.account import ImapAccount
from model.errors import MailboxBusy, MailboxError

AUTHORISATION_CODE = (
    "This provider wants an authorisation code (授权码), not the password of its web page: switch "
    "IMAP on in the mailbox's web settings, create a code there, and give it as the password."
)
ENCRYPTION = "Set security to tls (port 993) or starttls (port 143)."
LATER = "It is tried again later; log in less often if this stays."

# Providers that refuse the web password on IMAP and SMTP, by the end of their host names.
_CODE_PROVIDERS = (
    *("163.com", "126.com", "yeah.net", "188.com", "netease.com"),
    *("qq.com", "foxmail.com", "sina.com", "sohu.com", "139.com"),
)

FREQUENCY = (
    AUTHORISATION_CODE + " Where that is done, it limits logins: leave it alone for an hour."
)
CODE_FOR_PROGRAMS = (
    "This provider wants a password made for this program (应用专用密码, app password), or OAuth2: "
    "make one in the account's security settings, or give the mailbox an oauth2 table."
)
WEB_LOGIN = "Log in once at the provider's web page and confirm there that it was you."
IMAP_OFF = "Switch IMAP on for this mailbox, in its web settings or as its administrator."


class _Said(NamedTuple):
    """Words in an answer; seconds to stay away where it passes by itself, None where somebody
    must change something; what to do."""

    words: str
    wait: float | None
    advice: str


# What stands in an answer to LOGIN or AUTHENTICATE; the first match wins. The bracketed codes are
# RFC 5530's and Google's; the others were seen at NetEase and other Coremail hosts, Tencent,
# Aliyun, Exchange and Google.
_LOGIN_REFUSALS = tuple(
    _Said(*one)
    for one in (
        ("[unavailable]", 60, LATER),
        ("[limit]", 300, LATER),
        ("[inuse]", 60, LATER),
        ("[overquota]", 3600, LATER),
        ("[webalert", None, WEB_LOGIN),
        ("log in via your web browser", None, WEB_LOGIN),
        ("web login required", None, WEB_LOGIN),
        ("[privacyrequired]", None, ENCRYPTION),
        ("plaintext authentication disallowed", None, ENCRYPTION),
        ("uc_client_non_ssl", None, ENCRYPTION),
        ("[expired]", None, "The password has expired: set a new one with the provider."),
        ("application-specific password", None, CODE_FOR_PROGRAMS),
        ("basicauthblocked", None, CODE_FOR_PROGRAMS),
        ("basic authentication is disabled", None, CODE_FOR_PROGRAMS),
        # Tencent's one answer to everything: "Account is abnormal, service is not open, password
        # is incorrect, login frequency limited, or system is busy".
        ("account is abnormal, service is not open", None, FREQUENCY),
        ("service is not open", None, AUTHORISATION_CODE),
        ("authorized code", None, AUTHORISATION_CODE),
        ("authorization code", None, AUTHORISATION_CODE),
        ("err.login.reqcode", None, AUTHORISATION_CODE),
        ("err.login.passerr", None, AUTHORISATION_CODE),
        ("login error or password error", None, AUTHORISATION_CODE),
        ("err.login.userstatus", None, WEB_LOGIN),
        ("err.login", None, AUTHORISATION_CODE),
        ("not enabled for imap", None, IMAP_OFF),
        ("imap access is disabled", None, IMAP_OFF),
        ("enable imap", None, IMAP_OFF),
        ("uc_login_source_not_allowed", None, IMAP_OFF),
        ("too many", 300, LATER),
        ("frequen", 300, LATER),
        ("throttled", 300, LATER),
        ("authenticated but not connected", 300, LATER),
        ("try again", 60, LATER),
        ("system busy", 60, LATER),
        ("system is busy", 60, LATER),
        ("server busy", 60, LATER),
    )
)

# What a server says in the middle of a session, or when it ends one, and how long it wants us
# to stay away.
_SESSION_WAITS = (
    ("[overquota]", 3600.0),
    ("bandwidth limits", 3600.0),
    ("authenticated but not connected", 300.0),
    ("too many", 300.0),
    ("frequen", 300.0),
    ("[limit]", 300.0),
    ("system busy", 60.0),
    ("[unavailable]", 60.0),
    ("[inuse]", 60.0),
)
# Exchange: "Request is throttled. Suggested Backoff Time: 299961 milliseconds".
_BACKOFF = re.compile(r"suggested backoff time: (\d{1,8}) milliseconds", re.IGNORECASE)


def wants_authorisation_code(host: str) -> bool:
    """Whether the provider behind `host` takes authorisation codes only."""
    name = host.rstrip(".").lower()
    return any(name == end or name.endswith("." + end) for end in _CODE_PROVIDERS)


def wait_told(answer: str) -> float | None:
    """How many seconds a server wants us to stay away, by what it says; None where it does not."""
    if told := _BACKOFF.search(answer):
        return int(told[1]) / 1000
    lowered = answer.lower()
    return next((wait for words, wait in _SESSION_WAITS if words in lowered), None)


def login_refused(account: ImapAccount, answer: str) -> MailboxError:
    """The error for a LOGIN that the server said no to."""
    problem = f"{_place(account)} refused the login of {account.username}: {answer}"
    lowered = answer.lower()
    for words, wait, advice in _LOGIN_REFUSALS:
        if words in lowered:
            if wait is None:
                return MailboxError(problem, advice)
            told = wait_told(answer) or wait
            return MailboxBusy(problem, advice, retry_after_seconds=told)
    if wants_authorisation_code(account.host):
        return MailboxError(problem, AUTHORISATION_CODE)
    return MailboxError(problem, "Check username and password, and that IMAP is switched on.")


def folder_refused(
    account: ImapAccount, folder: str, answer: str, there: tuple[str, ...]
) -> MailboxError:
    """The error for an EXAMINE that the server said no to. there: the folders it does have."""
    problem = f"{_place(account)} does not open the folder {folder!r}: {answer}"
    if "unsafe login" in answer.lower():
        return MailboxError(
            problem,
            "The provider distrusts this client although it named itself: log in once at its web "
            "page, confirm the warning there, and renew the authorisation code (授权码).",
        )
    if folder in there:
        return MailboxBusy(problem, LATER, retry_after_seconds=wait_told(answer))
    return MailboxError(problem, f"The folders there are: {'、'.join(there) or 'none'}.")


@contextmanager
def translated(account: ImapAccount, doing: str) -> Iterator[None]:
    """Turn what imapclient, ssl and the network raise into our errors.

    doing: what was under way, as in "while {doing}". A command refused in the middle of a
    session (NO, BAD) and an answer that is no IMAP count as busy: the next session may fare
    better, and nothing an operator could set would change it.
    Raises: MailboxError, MailboxBusy.
    """
    problem = f"{_place(account)} failed while {doing}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxError(
            f"{problem}: its certificate is not trusted ({error.verify_message}).",
            certificate_advice(account.host),
        ) from error
    except ssl.SSLError as error:
        if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}:
            raise MailboxError(
                f"{problem}: port {account.port} does not speak TLS.",
                "Set port 993 with security tls, or security starttls with port 143.",
            ) from error
        raise MailboxBusy(f"{problem}: {error}", LATER) from error
    except socket.gaierror as error:
        raise MailboxBusy(
            f"{problem}: the host name {account.host} is not known here ({error.strerror}).",
            "Check how it is spelt, and this machine's name service.",
        ) from error
    except TimeoutError as error:
        raise MailboxBusy(
            f"{problem}: no answer within {account.timeout_seconds:g} s.",
            "Check the network and the firewall towards host and port.",
        ) from error
    except OSError as error:
        raise MailboxBusy(
            f"{problem}: {error}.", "Check host, port, network and firewall."
        ) from error
    except (IMAPClientError, Refused, ValueError) as error:
        # imapclient reports some answers that it cannot parse as a bare ValueError.
        wait = wait_told(str(error))
        raise MailboxBusy(f"{problem}: {error}", LATER, retry_after_seconds=wait) from error


def _place(account: ImapAccount) -> str:
    return f"Mailbox {account.name} ({account.host}:{account.port})"
