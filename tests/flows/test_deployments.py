"""Server, worker, deployments, a scheduled run and a manual one, all of them real."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.demo.run import Servers, put_in, servers
from intake.workplace import open_workplace
from storage.ledger import outbox, queries, work
from tests.services.prefect import PrefectServer, background, prefect_server, tool

DEPLOYMENTS = {
    "poll_mailbox/poll-mailbox",
    "process_messages/process-messages",
    "send_receipts/send-receipts",
    "enrich/enrich",
    "remind/remind",
    "verify_archive/verify-archive",
    "reprocess/reprocess",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture(scope="module")
def prefect(running: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A server with our deployments and a worker that takes their runs."""
    home = tmp_path_factory.mktemp("prefect")
    with prefect_server(home, {"INTAKE_CONFIG": str(running.config)}) as server:
        server.run("work-pool", "create", "--type", "process", "intake")
        server.run("--no-prompt", "deploy", "--all")
        worker = [tool("prefect"), "worker", "start", "--pool", "intake", "--limit", "2"]
        with background(worker, server.environment, home / "worker.log"):
            yield server


def api(server: PrefectServer, path: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def until(condition: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.5)
    raise AssertionError(f"in {seconds} s: not {what}")


def deployment(server: PrefectServer, name: str) -> dict[str, Any]:
    found: dict[str, Any] = api(server, f"/deployments/name/{name}")
    return found


def finished_runs(server: PrefectServer, name: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = api(
        server,
        "/flow_runs/filter",
        {
            "flow_runs": {
                "deployment_id": {"any_": [deployment(server, name)["id"]]},
                "state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}},
            },
            "sort": "START_TIME_ASC",
        },
    )
    return runs


def test_all_deployments_are_there_and_deploying_again_changes_nothing(
    prefect: PrefectServer,
) -> None:
    before = {name: deployment(prefect, name) for name in DEPLOYMENTS}
    prefect.run("--no-prompt", "deploy", "--all")
    after = {name: deployment(prefect, name) for name in DEPLOYMENTS}
    assert {name: one["id"] for name, one in before.items()} == {
        name: one["id"] for name, one in after.items()
    }
    poll = after["poll_mailbox/poll-mailbox"]
    assert [one["schedule"]["cron"] for one in poll["schedules"]] == ["*/2 * * * *"]
    assert poll["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
    assert poll["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    manual = after["reprocess/reprocess"]
    assert manual["schedules"] == []
    assert manual["concurrency_options"]["collision_strategy"] == "ENQUEUE"


def test_the_page_shows_a_usable_form_for_reprocessing(prefect: PrefectServer) -> None:
    schema = deployment(prefect, "reprocess/reprocess")["parameter_openapi_schema"]
    fields = schema["properties"]
    assert set(fields) == {"application_no", "message", "since", "state", "dry_run", "by"}
    assert all(one.get("description") for one in fields.values())
    assert "quarantined" in schema["definitions"]["MailState"]["enum"]
    assert fields["dry_run"]["default"] is True


def test_a_scheduled_run_receives_processes_and_answers(
    prefect: PrefectServer, running: Servers
) -> None:
    mails = put_in(running, lambda _: None)
    every = [one for mail in mails for one in mail.all]
    owed = [one for one in every if one.receipt != "none"]
    poll = deployment(prefect, "poll_mailbox/poll-mailbox")
    api(
        prefect,
        f"/deployments/{poll['id']}/schedules",
        [{"active": True, "schedule": {"interval": 15}}],  # type: ignore[arg-type]
    )
    runs = until(
        lambda: [
            run for run in finished_runs(prefect, "poll_mailbox/poll-mailbox")
            if f"{len(every)} processed" in run["name"]
        ],
        "a scheduled poll that processed the mails",
    )  # fmt: skip
    assert runs[0]["auto_scheduled"]
    counts = f"{len(mails)} new, {len(every)} processed, {len(owed)} answered"
    assert runs[0]["name"] == f"poll all: {counts}"
    assert len(running.smtp.letters) == len(owed)
    with open_workplace(running.settings) as place, place.ledger.read() as tx:
        assert work.states(tx) == {"processed": len(every)}
        assert outbox.states(tx) == {"sent": len(owed)}
    tables = api(prefect, "/artifacts/filter", {"artifacts": {"key": {"any_": ["poll-mailbox"]}}})
    assert any("ZB20210101" in json.dumps(one["data"]) for one in tables)


def test_a_manual_run_reprocesses(prefect: PrefectServer, running: Servers) -> None:
    done = prefect.run(
        "deployment", "run", "reprocess/reprocess", "--watch",
        "--param", "state=correction", "--param", "dry_run=true", "--param", "by=王会计",
    )  # fmt: skip
    assert "Completed" in done.stdout
    runs = finished_runs(prefect, "reprocess/reprocess")
    assert [run["name"] for run in runs] == ["reprocess (dry run): 3 unchanged"]
    with open_workplace(running.settings) as place, place.ledger.read() as tx:
        corrected = queries.versions(tx, "national-2021", "ZB20210108")
    assert [row.kind for row in corrected] == ["mail"]


def test_a_manual_run_with_a_wrong_parameter_is_refused(prefect: PrefectServer) -> None:
    done = prefect.run(
        "deployment", "run", "reprocess/reprocess", "--param", "state=nonsense", check=False
    )
    assert done.returncode != 0
    assert "nonsense" in done.stdout + done.stderr
