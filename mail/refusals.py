"""What an IMAP server or the network said, put into the operator's terms.

Two outcomes: `MailboxBusy` is worth another try, `MailboxError` is not before somebody has
changed something. A server's own words always stand in the problem.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientError

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

# What stands in an answer to LOGIN, whether it passes by itself, and what to do; first match
# wins. The bracketed codes are RFC 5530's; the others were seen at NetEase and Tencent.
_LOGIN_REFUSALS = (
    ("[unavailable]", True, LATER),
    ("[limit]", True, LATER),
    ("[inuse]", True, LATER),
    ("[privacyrequired]", False, ENCRYPTION),
    ("plaintext authentication disallowed", False, ENCRYPTION),
    ("[expired]", False, "The password has expired: set a new one with the provider."),
    ("service is not open", False, AUTHORISATION_CODE),
    ("authorized code", False, AUTHORISATION_CODE),
    ("authorization code", False, AUTHORISATION_CODE),
    ("err.login.reqcode", False, AUTHORISATION_CODE),
    ("err.login.passerr", False, AUTHORISATION_CODE),
    ("login error or password error", False, AUTHORISATION_CODE),
    ("too many", True, LATER),
    ("try again", True, LATER),
    ("system busy", True, LATER),
)


def wants_authorisation_code(host: str) -> bool:
    """Whether the provider behind `host` takes authorisation codes only."""
    name = host.rstrip(".").lower()
    return any(name == end or name.endswith("." + end) for end in _CODE_PROVIDERS)


def login_refused(account: ImapAccount, answer: str) -> MailboxError:
    """The error for a LOGIN that the server said no to."""
    problem = f"{_place(account)} refused the login of {account.username}: {answer}"
    lowered = answer.lower()
    for words, passes, advice in _LOGIN_REFUSALS:
        if words in lowered:
            return MailboxBusy(problem, advice) if passes else MailboxError(problem, advice)
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
        return MailboxBusy(problem, LATER)
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
    except (IMAPClientError, ValueError) as error:
        # imapclient reports some answers that it cannot parse as a bare ValueError.
        raise MailboxBusy(f"{problem}: {error}", LATER) from error


def _place(account: ImapAccount) -> str:
    return f"Mailbox {account.name} ({account.host}:{account.port})"
