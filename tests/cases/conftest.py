"""One office for all the cases of a test file: a whole season goes through it, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.demo.smtp_sink import SmtpSink
from parsers.isolation import Readers
from tests.cases.case import Case
from tests.cases.office import Office


@pytest.fixture(scope="module")
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The office of this file after its season: all mails of the cases that are to be tried. A file
    that needs pages read that are pictures says SCANNERS = 1."""
    folder = tmp_path_factory.mktemp("office")
    sink = SmtpSink(folder / "smtp")
    sink.start()
    scanners = getattr(request.module, "SCANNERS", 0)
    try:
        with Readers(1, scanners=scanners) as readers:
            opened = Office(folder, sink, readers)
            try:
                opened.season(_chosen(request))
                yield opened
            finally:
                opened.close()
    finally:
        sink.stop()


def _chosen(request: pytest.FixtureRequest) -> list[Case]:
    """The cases that will be looked at: of a single one, only its own mails are worked on. Whoever
    looks at the whole table is given all of it."""
    mine = [one for one in request.session.items if one.path == request.path]
    if any("case" not in _params(one) for one in mine):
        return list(request.module.CASES)
    chosen: list[Case] = [
        _params(one)["case"] for one in mine if one.get_closest_marker("skip") is None
    ]
    return chosen


def _params(item: pytest.Item) -> dict[str, object]:
    spec = getattr(item, "callspec", None)
    return dict(spec.params) if spec is not None else {}
