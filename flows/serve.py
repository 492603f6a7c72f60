"""Serves every deployment of prefect.yaml from this machine: `python -m flows.serve`.

prefect.yaml is the one place that says what runs when; here it is only read.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule

from flows.sweep import sweep

HOME = Path(__file__).parents[1]


def deployments(file: Path = HOME / "prefect.yaml") -> list[RunnerDeployment]:
    """One for each entry of the file. Raises: KeyError where an entry lacks what it must have."""
    entries = yaml.safe_load(file.read_text("utf-8"))["deployments"]
    return [_deployment(entry) for entry in entries]


def _deployment(entry: dict[str, Any]) -> RunnerDeployment:
    path, _, name = entry["entrypoint"].partition(":")
    flow: Flow[Any, Any] = getattr(importlib.import_module(_module(path)), name)
    limit = entry.get("concurrency_limit")
    made: Any = flow.to_deployment(
        name=entry["name"],
        description=entry.get("description"),
        parameters=entry.get("parameters") or {},
        schedules=[_schedule(one) for one in entry.get("schedules", [])],
        concurrency_limit=ConcurrencyLimitConfig(**limit) if limit else None,
        enforce_parameter_schema=entry.get("enforce_parameter_schema", True),
    )
    deployment: RunnerDeployment = made
    return deployment


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _schedule(one: dict[str, Any]) -> Schedule:
    return Cron(one["cron"], timezone=one["timezone"], active=one["active"], slug=one["slug"])


if __name__ == "__main__":
    sweep()
    # A restart must not leave the schedules paused.
    serve(*deployments(), pause_on_shutdown=False)
