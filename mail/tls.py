"""Who we talk to: certificates are verified always, and nothing goes open over a network."""

from __future__ import annotations

import ipaddress
import ssl
from pathlib import Path

from model.account import Security


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """The system's trusted certificates, with the operator's own (PEM) added to them.

    Raises: OSError, ssl.SSLError when `ca_file` cannot be read as certificates.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def open_wire_problem(host: str, security: Security) -> str:
    """Why an account without encryption may not be used, or "" where it may (loopback)."""
    if security is not Security.NONE or _is_loopback(host):
        return ""
    return f"The account asks for no encryption, but {host} is not this machine."


def certificate_advice(host: str) -> str:
    """What an operator can do about a certificate that does not verify."""
    return (
        f"Check that the host is spelt as in the certificate ({host}); where the server uses a "
        "certificate of your own, name its authority in ca_file (PEM). It is never accepted unseen."
    )


def _is_loopback(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
