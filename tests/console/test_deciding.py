"""The page on which a clerk decides, in a real browser."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from console.demo.smtp_sink import SmtpSink
from console.web.app import make_app
from intake.batch import process_waiting
from intake.workplace import Workplace
from parsers.isolation import Readers
from storage.ledger import outbox, queries
from tests.builders.season import PROGRAMME, season
from tests.console.test_web import ARGUMENTS
from tests.intake.conftest import Desk
from tests.services.prefect import free_port

MAILS = {one.kind: one for one in season(24)}
LATE, MISSING, STRAY = MAILS["late"], MAILS["missing material"], MAILS["no number"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("deciding")
    smtp = SmtpSink(folder / "letters")
    smtp.start()
    with Readers(1, scanners=0) as readers:
        desk = Desk(folder, smtp, readers)
        desk.settings.data_dir.mkdir()
        desk.take_in(LATE, MISSING, STRAY)
        here = desk.place()
        process_waiting(here)
        yield here
        desk.close()
    smtp.stop()


@pytest.fixture(scope="module")
def served(place: Workplace) -> Iterator[str]:
    port = free_port()
    app = make_app(place, ("127.0.0.1",), decides=True)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed; tests/services/ensure installs it")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(locale="zh-CN", viewport={"width": 1200, "height": 900})
    yield page
    page.close()


def _fill(page: Page, kind: str, reason: str) -> None:
    page.check(f"input[value={kind}]")
    page.fill("input[name=by]", "李经办")
    page.fill("textarea[name=reason]", reason)
    page.get_by_role("button", name="查看结果").click()


def test_what_follows_is_shown_before_it_is_done(
    place: Workplace, served: str, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{served}/{PROGRAMME}/{LATE.application_no}")
    page.get_by_role("link", name="经办人决定").click()
    _fill(page, "accept_late", "因停电，已电话核实")
    expect(page.get_by_text("逾期待定 →")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("材料齐全")
    page.screenshot(path=tmp_path / "shown.png", full_page=True)
    with place.ledger.read() as tx:
        before = len(queries.versions(tx, PROGRAMME, LATE.application_no))
    assert before == 1
    page.get_by_role("button", name="确认办理").click()
    expect(page.get_by_role("status")).to_contain_text("材料齐全")
    with place.ledger.read() as tx:
        rows = queries.versions(tx, PROGRAMME, LATE.application_no)
        letters = outbox.of_object(tx, PROGRAMME, LATE.application_no)
    assert [row.outcome for row in rows] == ["late_pending", "complete"]
    assert rows[-1].decision["by"] == "李经办"
    # The first letter had not gone yet, and would not be true any more.
    assert [row.state for row in letters] == ["withdrawn", "owed"]


def test_what_two_clerks_confirm_is_done_once(
    place: Workplace, served: str, page: Page, browser: Browser
) -> None:
    other = browser.new_page(locale="zh-CN")
    for one in (page, other):
        one.goto(f"{served}/decide/{PROGRAMME}/{MISSING.application_no}")
        _fill(one, "accept", "材料另有纸质件")
    page.get_by_role("button", name="确认办理").click()
    expect(page.get_by_role("status")).to_be_visible()
    other.get_by_role("button", name="确认办理").click()
    expect(other.get_by_role("alert")).to_contain_text("有新的变化")
    other.close()
    with place.ledger.read() as tx:
        assert len(queries.versions(tx, PROGRAMME, MISSING.application_no)) == 2


def test_a_stray_mail_is_tied_by_hand(place: Workplace, served: str, page: Page) -> None:
    with place.ledger.read() as tx:
        name = next(
            row.object_id for row in queries.current(tx) if row.object_id.startswith("unident")
        )
    page.goto(f"{served}/decide/{PROGRAMME}/{name}")
    page.fill("input[name=application_no]", "ZB20217777")
    _fill(page, "tie", "来电确认")
    expect(page.get_by_role("alert")).to_contain_text("请一并填写单位全称")
    page.fill("input[name=application_no]", "ZB20217777")
    page.fill("input[name=full_name]", "山东第三机械有限公司")
    _fill(page, "tie", "来电确认")
    page.get_by_role("button", name="确认办理").click()
    page.get_by_role("link", name=re.compile("查看 ZB20217777")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("山东第三机械有限公司")


def test_a_decision_without_a_name_is_asked_for(served: str, page: Page) -> None:
    page.goto(f"{served}/decide/{PROGRAMME}/{LATE.application_no}")
    page.check("input[value=return]")
    page.fill("input[name=by]", " ")
    page.fill("textarea[name=reason]", "重复")
    page.get_by_role("button", name="查看结果").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写经办人姓名")


def test_a_page_of_another_site_decides_nothing(place: Workplace, served: str, page: Page) -> None:
    answer = page.request.post(
        f"{served}/decide/{PROGRAMME}/{LATE.application_no}",
        headers={"Origin": "http://evil.example"},
        multipart={"kind": "return", "by": "x", "reason": "y", "confirmed": "yes"},
    )
    assert answer.status == 403


def test_where_nobody_may_decide_there_is_no_page(place: Workplace) -> None:
    paths = {getattr(one, "path", "") for one in make_app(place, ("127.0.0.1",)).routes}
    assert not any(path.startswith("/decide") for path in paths)
