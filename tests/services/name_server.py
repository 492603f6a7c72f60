"""A real name server on loopback, UDP and TCP on one port, for TXT records of our own."""

from __future__ import annotations

import socket
import socketserver
import threading
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

UDP_BYTES = 512


class NameServer:
    """records: name → texts, or the name it is another name for. silent, refused: names it does
    not answer, or refuses. asked: every name, in order. Unknown names do not exist."""

    def __init__(self, records: dict[str, list[bytes] | str] | None = None) -> None:
        self.records: dict[str, list[bytes] | str] = records or {}
        self.silent: set[str] = set()
        self.refused: set[str] = set()
        self.asked: list[str] = []
        server = self

        class Udp(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, back = self.request
                answer = server.answer(data)
                if answer is not None:
                    wire = answer.to_wire(max_size=65_535)
                    if len(wire) > UDP_BYTES:
                        cut = dns.message.make_response(dns.message.from_wire(data))
                        cut.flags |= dns.flags.TC
                        wire = cut.to_wire()
                    back.sendto(wire, self.client_address)

        class Tcp(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                size = int.from_bytes(self.rfile.read(2), "big")
                answer = server.answer(self.rfile.read(size))
                if answer is not None:
                    wire = answer.to_wire(max_size=65_535)
                    self.wfile.write(len(wire).to_bytes(2, "big") + wire)

        while True:
            self._tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp)
            try:
                self._udp = socketserver.ThreadingUDPServer(self._tcp.server_address, Udp)
            except OSError:  # another process has this port for UDP
                self._tcp.server_close()
            else:
                break
        self.address = f"127.0.0.1:{self._tcp.server_address[1]}"

    def answer(self, data: bytes) -> dns.message.Message | None:
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        name = question.question[0].name
        text = name.to_text(omit_final_dot=True).lower()
        self.asked.append(text)
        if text in self.silent:
            return None
        if text in self.refused:
            answer.set_rcode(dns.rcode.SERVFAIL)
            return answer
        found = self.records.get(text)
        while isinstance(found, str):
            target = dns.name.from_text(found)
            answer.answer.append(
                dns.rrset.from_text(name, 60, dns.rdataclass.IN, dns.rdatatype.CNAME, str(target))
            )
            name, found = target, self.records.get(found)
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif found:
            quoted = [_quoted(one) for one in found]
            answer.answer.append(
                dns.rrset.from_text(name, 60, dns.rdataclass.IN, dns.rdatatype.TXT, *quoted)
            )
        return answer

    def __enter__(self) -> Self:
        for server in (self._udp, self._tcp):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()


def _quoted(text: bytes) -> str:
    """Strings of at most 255 bytes, as a TXT record has them."""
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [b""]
    return " ".join('"' + "".join(f"\\{byte:03d}" for byte in piece) + '"' for piece in pieces)


def unused_address() -> str:
    """A loopback address where nothing listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
