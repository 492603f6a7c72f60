"""TXT records from the name service: the one look-up that reading a mail makes.

Residual risks: names come from the mail, so whoever owns them sees that it is being read, and
can answer slowly; the time for one mail is bounded, and a service that says nothing three times
in a row is left alone for a minute (a sender could bring that about; it costs evidence, no mail).
Answers are not signed unless the configured server checks DNSSEC.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Iterable

import dns.exception
import dns.nameserver
import dns.resolver

from model.authenticity import KeyAnswer, KeyState

RECORD_BYTES = 8 << 10
"""A longer record is no key: 4,096 bits of RSA take 800 bytes."""
EDNS_BYTES = 1232
"""What passes every network in one piece (DNS flag day 2020); larger answers come by TCP."""
TRY_SECONDS = 2.0
SILENCES = 3
PAUSE_SECONDS = 60.0

_SILENT = KeyAnswer(KeyState.SILENT)
_NONE = KeyAnswer(KeyState.NONE)


class NameService:
    """Asks for TXT records; shared by threads, keeps answers as long as they say they hold."""

    def __init__(self, servers: Iterable[str] = (), timeout_seconds: float = 5.0) -> None:
        """servers: "address" or "address:port" ("[v6]:port"); none: those of the system.
        timeout_seconds: for all names of one call together."""
        self._servers = tuple(servers)
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._resolver: dns.resolver.Resolver | None = None
        self._silences = 0
        self._paused_until = 0.0

    def keys(self, names: Iterable[str]) -> dict[str, KeyAnswer]:
        """What the name service says to each name; never raises for what it says or does not."""
        deadline = time.monotonic() + self._timeout_seconds
        found = {}
        for name in dict.fromkeys(names):
            found[name] = self._ask(name, deadline)
        self._count(found.values())
        return found

    def _ask(self, name: str, deadline: float) -> KeyAnswer:
        left = deadline - time.monotonic()
        if left <= 0 or time.monotonic() < self._paused_until:
            return _SILENT
        try:
            answer = self._ready().resolve(name + ".", "TXT", lifetime=left)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return _NONE
        except (dns.exception.DNSException, OSError):
            # Refused, failed, out of time, no server configured: nobody knows, and says so.
            return _SILENT
        records = [b"".join(one.strings) for one in answer]
        # Several records are an error of the domain's; the one that looks like a key is taken.
        records.sort(key=lambda one: b"p=" not in one)
        if not records or len(records[0]) > RECORD_BYTES:
            return _NONE
        return KeyAnswer(KeyState.FOUND, records[0].decode("latin-1"))

    def _ready(self) -> dns.resolver.Resolver:
        """Raises: dns.resolver.NoResolverConfiguration; it is tried again the next time."""
        with self._lock:
            if self._resolver is None:
                resolver = dns.resolver.Resolver(configure=not self._servers)
                if self._servers:
                    resolver.nameservers = [_server(one) for one in self._servers]
                resolver.timeout = min(TRY_SECONDS, self._timeout_seconds)
                resolver.use_edns(0, 0, EDNS_BYTES)
                resolver.cache = dns.resolver.LRUCache(1_000)
                self._resolver = resolver
            return self._resolver

    def _count(self, answers: Iterable[KeyAnswer]) -> None:
        states = [answer.state for answer in answers]
        if not states:
            return
        with self._lock:
            if any(state is not KeyState.SILENT for state in states):
                self._silences = 0
            elif time.monotonic() >= self._paused_until:
                self._silences += 1
                if self._silences >= SILENCES:
                    self._paused_until = time.monotonic() + PAUSE_SECONDS


def _server(text: str) -> dns.nameserver.Nameserver:
    address, port = split_server(text)
    return dns.nameserver.Do53Nameserver(address, port)


def split_server(text: str) -> tuple[str, int]:
    """ "192.0.2.1", "192.0.2.1:5353", "2001:db8::1" or "[2001:db8::1]:5353" → address, port.

    Raises: ValueError.
    """
    address, port = text, "53"
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or "53"
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    return str(ipaddress.ip_address(address)), int(port)
