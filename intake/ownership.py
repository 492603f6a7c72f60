"""Who holds a lease: a process that can be told from every other, and known to be dead.

A lease runs out by itself; where its owner was a process of this machine that has ended, the
next one need not wait for that. A wrong guess costs work done in vain, never correctness: what
an owner commits is fenced by the lease it must still hold.
"""

from __future__ import annotations

import os
import socket
import uuid
from functools import cache
from pathlib import Path


def process_owner() -> str:
    """This process: machine, boot, process id and its start, each part without "|"."""
    return f"{_machine()}|{os.getpid()}|{_started(os.getpid())}"


def part_owner(of: str) -> str:
    """One of several workers within a process, no two alike."""
    return f"{of}|{uuid.uuid4().hex[:12]}"


def is_dead(owner: str) -> bool:
    """Whether an owner is a process of this machine that has ended."""
    machine, *rest = owner.split("|")
    if len(rest) < 2:
        return False
    name, _, boot = machine.partition("/")
    own_name, _, own_boot = _machine().partition("/")
    if name != own_name:
        return False
    return boot != own_boot or _started(int(rest[0])) != rest[1]


@cache
def _machine() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    identity = boot.read_text().strip()[:8] if boot.exists() else "unknown"
    # Containers may share a name and a boot, and count their processes each for themselves.
    space = Path("/proc/self/ns/pid")
    inside = str(space.readlink())[5:-1] if space.is_symlink() else ""
    return f"{socket.gethostname()[:40]}:{inside}/{identity}"


def _started(pid: int) -> str:
    """The start of a process in clock ticks after boot (proc(5), field 22); "" if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *fields = stat.rsplit(")", 1)[1].split()
    return "" if state == "Z" else fields[18]
