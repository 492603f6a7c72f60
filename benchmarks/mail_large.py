"""One mail of 50 MB: wall time and peak memory of our reader and of the peers.

    python -m benchmarks.mail_large [--megabytes 50]

The mail is base64 of random bytes behind a RAR signature. Each reader runs in a fresh process of
its own; wall time counts reading the file and having the attachment's bytes (ours: on the disk).
Peak memory is that process's own high-water mark, the interpreter and the library in it (VmHWM:
`ru_maxrss` would begin with what the parent held).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from base64 import encodebytes
from collections.abc import Sequence
from pathlib import Path

from benchmarks.mail_readers import LOADERS, available

_ROOT = Path(__file__).parents[1]
_HEAD = (
    b"From: a@example.cn\r\nSubject: large\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\n'
    b"Content-Type: text/plain\r\n\r\nhello\r\n--edge\r\n"
    b"Content-Type: application/octet-stream; name=a.rar\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename=a.rar\r\n\r\n"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line a reader."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--child", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        _read(given.child[0], Path(given.child[1]))
        return
    # A line of base64 carries 57 bytes in 78.
    content = random.Random(given.megabytes).randbytes(given.megabytes * 1_000_000 * 57 // 78)
    data = b"Rar!\x1a\x07\x01\x00" + content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.eml"
        body = encodebytes(data).replace(b"\n", b"\r\n")
        path.write_bytes(_HEAD + body + b"--edge--\r\n")
        _table(path, hashlib.sha256(data).hexdigest())


def _table(path: Path, digest: str) -> None:
    megabytes = path.stat().st_size / 1e6
    print(f"one mail of {megabytes:.0f} MB, each reader in a fresh process")
    print(f"{'':>18} {'seconds':>8} {'MB/s':>7} {'peak MiB':>9} {'file right':>11}")
    for reader in available():
        command = [sys.executable, "-m", "benchmarks.mail_large", "--child", reader, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT)
        row = json.loads(done.stdout)
        right = "yes" if row["digest"] == digest else "NO"
        print(f"{reader:>18} {row['seconds']:>8.2f} {megabytes / row['seconds']:>7.0f}"
              f" {row['peak']:>9.0f} {right:>11}")  # fmt: skip


def _read(reader: str, path: Path) -> None:
    read = LOADERS[reader]()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        reading = read(path, Path(folder) / "parts")
        seconds = time.perf_counter() - begun
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        assert found is not None
        [file] = reading.files
        data = file.data.read_bytes() if isinstance(file.data, Path) else file.data
        digest = hashlib.sha256(data).hexdigest()
    print(json.dumps({"seconds": seconds, "peak": int(found[1]) / 1024, "digest": digest}))


if __name__ == "__main__":
    main()
