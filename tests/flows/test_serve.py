"""`intake serve`: one process tree, stopped and killed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from console.demo.run import servers
from flows.serve import deployments
from tests.builders.season import good_mail
from tests.services.prefect import free_port, tool, wait_for


def test_every_deployment_of_the_file_is_served() -> None:
    made = {one.name: one for one in deployments()}
    assert set(made) == {
        "poll-mailbox",
        "process-messages",
        "send-receipts",
        "enrich",
        "remind",
        "verify-archive",
        "reprocess",
    }
    assert made["poll-mailbox"].concurrency_limit == 1
    assert made["reprocess"].enforce_parameter_schema


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_the_tree_is_left_behind(tmp_path: Path, ending: signal.Signals) -> None:
    port, prefect_port = free_port(), free_port()
    log = tmp_path / "serve.log"
    with servers(tmp_path / "demo") as running, log.open("wb") as output:
        process = subprocess.Popen(
            [tool("intake"), "serve", "--port", str(port), "--prefect-port", str(prefect_port)],
            env={**_clean(), "INTAKE_CONFIG": str(running.config)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health", log)
            page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).read().decode()
            assert "还没有登记任何申报" in page
            tree = psutil.Process(process.pid).children(recursive=True)
            assert len(tree) >= 3
        finally:
            process.send_signal(ending)
            process.wait(60)
        _, alive = psutil.wait_procs(tree, timeout=45)
    assert [one.cmdline() for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []
    if ending is signal.SIGTERM:
        assert process.returncode == 0


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with servers(tmp_path / "demo") as running:
        taken = running.smtp.port
        done = subprocess.run(
            [tool("intake"), "serve", "--prefect-port", str(taken), "--port", str(free_port())],
            env={**_clean(), "INTAKE_CONFIG": str(running.config)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 2
    assert f"127.0.0.1:{taken} cannot be listened on" in done.stderr
    assert "--prefect-port" in done.stderr


def _clean() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "INTAKE_", "COV"))
    }


def test_new_mail_starts_a_run_at_once(tmp_path: Path) -> None:
    """The watch takes it in, and the run that it starts processes and answers it."""
    log = tmp_path / "serve.log"
    with servers(tmp_path / "demo") as running, log.open("wb") as output:
        port = free_port()
        process = subprocess.Popen(
            [tool("intake"), "serve", "--port", str(port), "--prefect-port", str(free_port())],
            env={**_clean(), "INTAKE_CONFIG": str(running.config)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health", log)
            mail = good_mail(1)
            running.imap.add("INBOX", mail.data, mail.received_at)
            end = time.monotonic() + 170
            while not running.smtp.letters:
                assert time.monotonic() < end, log.read_text("utf-8")
                assert process.poll() is None, log.read_text("utf-8")
                time.sleep(0.5)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    assert "flows.watch" in log.read_text("utf-8")
    assert len(running.smtp.letters) == 1
