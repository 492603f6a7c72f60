"""A search for mails on which the reader fails, hangs, or takes too much memory.

    python -m benchmarks.fuzz_messages --seconds 600 [--seed N] [--into DIR]

The hostile set and the usual mails are mutated, and each is read in a child process whose memory
is limited. What raises, takes more than 5 s of a processor, 20 s by the clock, or more than 500
MB is written to the folder. Where atheris is installed (`pip install atheris`; no lock names
it), it steers the mutations by what code they reach, for half of the time; else our own
mutations are all.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import multiprocessing
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from parsers.message import read_message
from tests.builders.hostile import CASES
from tests.builders.mails import word

MOST_SECONDS = 5.0
MOST_BYTES = 500 << 20
_LIMIT_BYTES = 1 << 30
"""Of address space, which is more than what is resident."""
_KILL_SECONDS = 20.0
_MEMORY = Path("/dev/shm")
ROOM = _MEMORY if _MEMORY.is_dir() else None
"""Files go there where it is: a slow disk is not what is looked for."""
_LARGEST_SEED = 200_000

SHARDS = (
    b"\n", b"\r\n", b"\r", b"\n\n", b"\0", b"\x1a", b"\xff\xfe", b"\xd5\xc5", b'"', b";", b"\\",
    b"=?", b"?=", b"=?gb2312?B?", b"=?utf-7?Q?+", b"=?iso-2022-cn?B?Gw==?=", b"--", b"\n--",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"\n--x--\n", b"charset=hz", b"=\n",
    b"charset=utf-16\n", b"filename*0*=", b"filename*=''%", b"message/rfc822", b"message/partial",
    b"begin 644 a\n", b"begin-base64 644 a\n", b"\nend\n", b"M" + b"A" * 60, b"\n=ybegin line=128 "
    b"size=3 name=a\n", b"From: ", b"<", b">", b"(", b",", b"@", b"quoted-printable", b"base64",
    b"text/html\n\n<a href='http://pan.baidu.com/s/1'>", b" " * 200, b"Received: ;",
    b"application/ms-tnef", b"application/pkcs7-mime", b"eJ8+Ig==", b"MIAGCSqGSIb3DQEHAqCA",
    b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80", b"x\x9f>\"", b"$\x80\x04\x01a\0\0",
    word("张", "gbk"), b"<!--", b"=" * 50, b"Content-Transfer-Encoding: base64\n",
)  # fmt: skip


@dataclass(slots=True)
class Worst:
    """What the run has come to. found: what was wrong, and the file with the input."""

    runs: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    found: list[str] = field(default_factory=list)


def seeds() -> list[bytes]:
    """Small enough that a mutation is likely to hit something."""
    return [raw for case in CASES if len(raw := case.raw) <= _LARGEST_SEED]


def mutated(source: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    raw = bytearray(source)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(raw) + 1)
        size = chance.choice((0, 0, 1, 2, 7, 60))
        kind = chance.randrange(7)
        if kind == 0:
            raw[at : at + size] = chance.choice(SHARDS)
        elif kind == 1:
            raw[at : at + size] = chance.randbytes(chance.randint(0, 9))
        elif kind == 2 and raw:
            raw[at % len(raw)] ^= 1 << chance.randrange(8)
        elif kind == 3:
            del raw[at : at + chance.choice((1, 10, 100, 1000))]
        elif kind == 4:
            raw[at:at] = raw[at : at + 80] * chance.choice((2, 20, 300))
        elif kind == 5:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            raw[at:at] = other[start : start + 400]
        else:
            raw[at:at] = bytes([chance.randrange(256)]) * chance.choice((3, 100, 5_000))
    return bytes(raw)


def _peak_bytes() -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def _child(connection: Connection) -> None:
    """Reads what comes, and says how it went; ends when the other side does."""
    resource.setrlimit(resource.RLIMIT_AS, (_LIMIT_BYTES, _LIMIT_BYTES))
    with tempfile.TemporaryDirectory(dir=ROOM) as folder, contextlib.suppress(EOFError):
        path = Path(folder) / "m.eml"
        while True:
            path.write_bytes(connection.recv_bytes())
            begun = time.process_time()
            fault = fault_of(path)
            connection.send((fault, time.process_time() - begun, _peak_bytes()))


def fault_of(path: Path) -> str:
    """What is wrong with how the mail is read, "" if nothing."""
    begun = time.process_time()
    with tempfile.TemporaryDirectory(dir=path.parent) as parts:
        try:
            message = read_message(path, Path(parts))
            for file in message.attachments:
                if file.path.stat().st_size != file.size:
                    return "a file is not of its size"
            kept = {file.path for file in message.attachments}
            if set(Path(parts).iterdir()) != kept:
                return "a file stands there that is no attachment"
            texts = [message.text, message.subject, *(file.name for file in message.attachments)]
            texts += [one.text + one.advice + one.about for one in message.findings]
            for text in texts:
                text.encode()
                if "\0" in text:
                    return "a NUL in a text"
            seconds = time.process_time() - begun
            if seconds > MOST_SECONDS:
                return f"takes {seconds:.1f} s"
        except (Exception, RecursionError, MemoryError):  # noqa: BLE001 - all of it is looked for
            return traceback.format_exc(limit=-4)
    return ""


class Reader:
    """The child; started again when it died or was too slow."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._ours, theirs = multiprocessing.get_context("spawn").Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_child, args=(theirs,), daemon=True
        )
        self._process.start()
        theirs.close()

    def read(self, raw: bytes) -> tuple[str, float, int]:
        """The fault, seconds, and peak bytes so far of the child."""
        try:
            self._ours.send_bytes(raw)
            if not self._ours.poll(_KILL_SECONDS):
                self.restart()
                return f"hangs for {_KILL_SECONDS:.0f} s", _KILL_SECONDS, 0
            fault, seconds, peak = self._ours.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.restart()
            return "the process died", 0.0, 0
        if peak > MOST_BYTES:
            fault = fault or f"takes {peak >> 20} MB"
            self.restart()
        return fault, seconds, peak

    def restart(self) -> None:
        self.close()
        self._start()

    def close(self) -> None:
        self._process.kill()
        self._process.join()
        self._ours.close()


def mutations(seconds: float, chance: random.Random) -> Iterator[bytes]:
    """Every seed as it is, then mutations of them until the time is over."""
    sources = seeds()
    end = time.monotonic() + seconds
    for source in sources:
        if time.monotonic() >= end:
            return
        yield source
    kept = list(sources)
    while time.monotonic() < end:
        raw = mutated(chance.choice(kept), sources, chance)
        if len(raw) < _LARGEST_SEED:
            yield raw
            if chance.random() < 0.02:  # what was changed once may be changed again
                kept[chance.randrange(len(kept))] = raw
        if chance.random() < 0.001:
            kept = list(sources)


def run(inputs: Iterator[bytes], into: Path, tell: Callable[[str], object]) -> Worst:
    worst = Worst()
    reader = Reader()
    try:
        for raw in inputs:
            fault, seconds, peak = reader.read(raw)
            worst.runs += 1
            worst.seconds = max(worst.seconds, seconds)
            worst.peak_bytes = max(worst.peak_bytes, peak)
            if fault:
                path = into / f"{hashlib.sha256(raw).hexdigest()[:16]}.eml"
                path.write_bytes(raw)
                worst.found.append(f"{path}: {fault}")
                tell(worst.found[-1])
    finally:
        reader.close()
    return worst


_ATHERIS = """
import sys, tempfile
from pathlib import Path
import atheris
with atheris.instrument_imports(include=["parsers.message"]):
    from parsers.message import read_message
from benchmarks.fuzz_messages import ROOM, fault_of
folder = Path(tempfile.mkdtemp(dir=ROOM))
def one(data):
    path = folder / "m.eml"
    path.write_bytes(data)
    fault = fault_of(path)
    if fault:
        raise RuntimeError(fault)
atheris.Setup(sys.argv, one)
atheris.Fuzz()
"""


def steered(seconds: int, seed: int, into: Path) -> list[str]:
    """A run of atheris in a process of its own; the files that it wrote."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, raw in enumerate(seeds()):
            (Path(corpus) / f"{number:04d}").write_bytes(raw)
        done = subprocess.run(
            [
                sys.executable, "-c", _ATHERIS, corpus, f"-max_total_time={seconds}",
                f"-seed={seed}", f"-artifact_prefix={into}/", f"-timeout={int(_KILL_SECONDS)}",
                f"-report_slow_units={int(_KILL_SECONDS)}",
                f"-rss_limit_mb={MOST_BYTES >> 20}", "-max_len=100000", "-print_final_stats=1",
            ],
            check=False, capture_output=True, text=True, errors="replace",
        )  # fmt: skip
    print("\n".join(done.stderr.splitlines()[-12:]))
    return [str(path) for path in sorted(into.glob("*-*"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-messages")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    seconds = options.seconds
    found: list[str] = []
    if importlib.util.find_spec("atheris") is not None:
        seconds //= 2
        found = steered(options.seconds - seconds, options.seed, options.into)
    chance = random.Random(options.seed)
    worst = run(mutations(seconds, chance), options.into, lambda text: print(text, flush=True))
    print(
        f"{worst.runs} mails, seed {options.seed}: slowest {worst.seconds:.2f} s, "
        f"peak {worst.peak_bytes >> 20} MB, {len(worst.found) + len(found)} with a fault"
    )
    return 1 if worst.found or found else 0


if __name__ == "__main__":
    sys.exit(main())
