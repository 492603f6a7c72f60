"""`intake serve`: a Prefect server, the schedules, the watch on the mailboxes, and the console.

One process tree. This process knows no Prefect: it starts the four, passes on what they say, and
ends them all when one ends or when it is told to stop. A service manager starts it anew; the
ledger's leases see to the rest.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

import click

from intake.settings import load_settings
from intake.settings_file import CONFIG_VARIABLE, settings_path
from model.errors import IntakeError

HOME = Path(__file__).parents[2]
START_SECONDS = 180
STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the console listens.")
@click.option("--port", default=8080, show_default=True, help="The console's port.")
@click.option(
    "--prefect-port",
    default=4200,
    show_default=True,
    help="The Prefect page's port, always on loopback.",
)
def command(host: str, port: int, prefect_port: int) -> int:
    """Poll on schedule, send receipts and show the console, until told to stop."""
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _must_be_free("127.0.0.1", prefect_port, "--prefect-port")
    _must_be_free(host, port, "--port")
    environment = _environment(settings.data_dir.absolute(), prefect_port)
    tree = _Tree(environment)
    with tree:
        tree.start("prefect server", [_tool("prefect"), "server", "start", "--host", "127.0.0.1",
                                      "--port", str(prefect_port)])  # fmt: skip
        _wait_for(f"http://127.0.0.1:{prefect_port}/api/health", tree)
        tree.start("schedules", [sys.executable, "-m", "flows.serve"])
        if settings.mailboxes:
            tree.start("watcher", [sys.executable, "-m", "flows.watch"])
        tree.start("console", [_tool("intake"), "console", "--host", host, "--port", str(port)])
        _wait_for(f"http://{host}:{port}/health", tree)
        click.echo(f"Prefect: http://127.0.0.1:{prefect_port}/   台账: http://{host}:{port}/")
        ended = tree.wait()
    if ended:
        raise IntakeError(
            f"{ended} has ended, so everything was stopped; what it said stands above.",
            "Mend what it names and start again; a service manager does that by itself.",
        )
    return 0


class _Tree:
    """The processes, and the wish to stop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def __enter__(self) -> _Tree:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes.values()):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def start(self, name: str, command: list[str]) -> None:
        # A session of its own, so that what it starts can be ended with it.
        self._processes[name] = subprocess.Popen(
            command,
            cwd=HOME,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def ended(self) -> str:
        """The name of a process that has ended, "" while all run."""
        return next((name for name, one in self._processes.items() if one.poll() is not None), "")

    @property
    def stopping(self) -> bool:
        return self._stopping

    def wait(self) -> str:
        """Until told to stop (gives "") or until one ends (gives its name)."""
        while not self._stopping:
            if name := self.ended():
                return name
            time.sleep(0.5)
        return ""

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _must_be_free(host: str, port: int, option: str) -> None:
    """Raises: IntakeError where another program listens there, or the address is not ours."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as error:
            raise IntakeError(
                f"{host}:{port} cannot be listened on: {error.strerror}.",
                f"End what uses it, or choose another port with {option}.",
            ) from error


def _end_with_parent() -> None:
    """Even where this process is killed without a word, nothing of its tree is left behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for(address: str, tree: _Tree) -> None:
    """Until something answers. Raises: IntakeError where nothing does in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not tree.stopping:
        if name := tree.ended():
            raise IntakeError(f"{name} has ended while starting.", "What it said stands above.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 (http on this machine)
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.5)
    if not tree.stopping:
        raise IntakeError(f"Nothing answers at {address}.", "Is the port taken by another program?")


def _environment(data: Path, prefect_port: int) -> dict[str, str]:
    environment = {
        **os.environ,
        "PREFECT_HOME": str(data / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{prefect_port}/api",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_RUNNER_HEARTBEAT_FREQUENCY": "30",
        "DO_NOT_TRACK": "1",
        "PYTHONUTF8": "1",
        "INTAKE_DATA_DIR": str(data),
    }
    config = settings_path(os.environ)
    if config is not None:
        # The children work in the project's folder; paths given relative to here must still hold.
        environment[CONFIG_VARIABLE] = str(config.absolute())
    return environment


def _tool(name: str) -> str:
    """A command of the same environment as this one."""
    return str(Path(sys.executable).with_name(name))
