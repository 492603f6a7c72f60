"""A real Prefect server and worker for tests, in a home of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 180


@dataclass(frozen=True)
class PrefectServer:
    """A running server. environment: what its clients, workers and flows are started with."""

    port: int
    environment: dict[str, str]

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One call of the `prefect` command."""
        done = subprocess.run(
            [tool("prefect"), *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"prefect {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}")
        return done


def tool(name: str) -> str:
    """A command of the environment that the tests run in."""
    return str(Path(sys.executable).with_name(name))


@contextmanager
def prefect_server(home: Path, settings: dict[str, str]) -> Iterator[PrefectServer]:
    """Start a server on a free port; end it with all that it started."""
    port = free_port()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "INTAKE_", "COV"))
    }
    environment = {
        **kept,
        "PWD": str(ROOT),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        **settings,
    }
    home.mkdir(parents=True, exist_ok=True)
    command = [tool("prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with background(command, environment, home / "server.log"):
        wait_for(f"http://127.0.0.1:{port}/api/health", home / "server.log")
        yield PrefectServer(port, environment)


@contextmanager
def background(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A process with what it starts, ended together."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"nothing answers at {address}:\n{log.read_text('utf-8', 'replace')}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
