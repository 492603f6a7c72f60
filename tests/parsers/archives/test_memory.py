"""A large member costs its size on disk, not in memory; and the engine dies with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from console.demo.rar import rar5

_ROOT = Path(__file__).parents[3]
_MEASURE = """
import re, sys
from pathlib import Path
from parsers.archives import unpack
unpacked = unpack(Path(sys.argv[1]), Path(sys.argv[2]))
member = unpacked.members[0]
# Not ru_maxrss, which begins with what the parent had.
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(member.size, member.outcome.value, peak)
"""
_HANG = """
import sys, time
from parsers.archives.engine import Run
from model.container import UnpackLimits
with Run(("b", "-mmt1", "1000"), "", UnpackLimits(), time.monotonic() + 100) as run:
    print(run._process.pid, flush=True)
    while run.read(1 << 20):
        pass
"""


def test_memory_does_not_grow_with_a_member(tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(rar5([("扫描件.bin", os.urandom(1 << 20) * 100)]))
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, tmp_path / "a.rar", tmp_path / "out"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    size, outcome, most_kib = done.stdout.split()
    assert (int(size), outcome) == (100 << 20, "stored")
    assert int(most_kib) < 120 << 10


def test_the_engine_dies_with_its_parent() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HANG], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        engine = psutil.Process(int(parent.stdout.readline()))
        assert engine.is_running()
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    until = time.monotonic() + 10
    while engine.is_running() and engine.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.02)
