"""The child's side: limits on itself, then one task after another until its input ends.

Started as `python -m parsers.isolation.child MEMORY_BYTES`. Requests come on stdin, answers go
to the descriptor that was stdout at the start; what a library prints goes to stderr.

Residual risks: a file that takes over the child can read what the user of this process can read
and can write there; without user namespaces it also reaches the network. It cannot outlive its
limits, and its answer is checked as data.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from typing import Any, BinaryIO

from model.errors import MACHINE_TROUBLE
from parsers.isolation.tasks import NETWORK_VARIABLE, TASKS, adapter, argument_adapter

OPEN_FILES = 512
FILE_BYTES = 8 << 30
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000


def main(memory_bytes: int) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _confine(memory_bytes)
    requests = sys.stdin.buffer
    while line := requests.readline():
        _serve(json.loads(line), answers)


def _serve(request: dict[str, Any], answers: BinaryIO) -> None:
    _allow_cpu(request["cpu_seconds"])
    answer: dict[str, Any]
    try:
        function, kind = TASKS[request["task"]]
        arguments = {
            name: argument_adapter(request["task"], name).validate_python(value)
            for name, value in request["arguments"].items()
        }
        result = function(**arguments)
        answer = {"result": adapter(kind).dump_python(result, mode="json")}
    except MemoryError:
        answer = {"error": "MemoryError", "out_of_memory": True}
    except OSError as error:
        answer = {"error": traceback.format_exc(limit=-8)}
        if error.errno in MACHINE_TROUBLE:
            answer["machine"] = str(error)
    except Exception:  # noqa: BLE001 - a bug of a reader is told to the parent with its traceback
        answer = {"error": traceback.format_exc(limit=-8)}
    # ASCII only: text with lone surrogates, which UTF-8 has no form for, still gets through.
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.flush()


def _confine(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # What a library writes to stderr, and any one file, stays within this.
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    most = FILE_BYTES if hard == resource.RLIM_INFINITY else min(FILE_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    # No network, where the kernel lets this user have a namespace; `intake doctor` tells.
    namespaces = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
    os.environ[NETWORK_VARIABLE] = "cut off" if libc.unshare(namespaces) == 0 else "reachable"


def _allow_cpu(seconds: int) -> None:
    """The limit counts from the start of the process, so each task moves it on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    with contextlib.suppress(ValueError):  # the operator's own lower hard limit stays in force
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]))
