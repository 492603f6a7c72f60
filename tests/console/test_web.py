"""The clerk's page in a real browser, over a real ledger and archive."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from console.demo.mails import compose
from console.demo.run import Servers, put_in, servers
from console.demo.submissions import SHANGHAI, demo_mails
from console.web.app import make_app
from intake.answer import answer
from intake.batch import process_waiting
from intake.receive import receive
from intake.workplace import open_workplace
from tests.services.prefect import free_port

HOSTILE = "<script>document.title='taken'</script>山东恶意有限公司"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("web")) as started:
        put_in(started, lambda _: None)
        hostile = compose(
            subject=HOSTILE,
            sender="who@example.com",
            sender_name="x",
            to="shenbao@example.test",
            date=demo_mails()[0].received_at,
            text="<b>x</b>",
        )
        started.imap.add("INBOX", hostile, demo_mails()[0].received_at.astimezone(SHANGHAI))
        yield started


@pytest.fixture(scope="module")
def address(running: Servers) -> Iterator[str]:
    """The page, served from this process."""
    with open_workplace(running.settings) as place:
        receive(place, "shenbao")
        process_waiting(place)
        answer(place)
        port = free_port()
        server = uvicorn.Server(
            uvicorn.Config(
                make_app(place, ("127.0.0.1",)), host="127.0.0.1", port=port, log_level="warning"
            )
        )
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
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(address)
    yield opened
    opened.close()


def test_the_ledger_shows_every_application_in_its_state(page: Page) -> None:
    expect(page).to_have_title("台账 · 申报邮箱登记系统")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(16)
    # A duplicate does not hide what is registered.
    expect(rows.filter(has_text="ZB20210101")).to_contain_text("材料齐全")
    expect(rows.filter(has_text="ZB20210108")).to_contain_text("需补正")
    expect(rows.filter(has_text="ZB20210114")).to_contain_text("人工")


def test_filter_search_and_look_at_one(page: Page) -> None:
    page.get_by_role("link", name="退回").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_label("查找").fill("鲁南精工")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="ZB20210106").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("山东鲁南精工股份有限公司")
    versions = page.locator("section.version")
    expect(versions).to_have_count(2)
    expect(versions.nth(1)).to_contain_text("缺少“承诺书”")


def test_from_a_forwarded_mail_to_the_one_around_it_and_back(page: Page) -> None:
    page.get_by_role("link", name="ZB20210116").click()
    expect(page.locator("body")).to_contain_text("由转发邮件带来")
    page.get_by_role("link", name="转发：菏泽市质量标杆申报邮件").click()
    expect(page.get_by_role("heading", name="所转发的邮件")).to_be_visible()
    page.locator("li").get_by_role("link", name="菏泽牡丹纺织有限公司").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ZB20210115")


def file_named(page: Page, name: str) -> Locator:
    """The link in the table of files; the same file is linked from elsewhere on the page too."""
    heading = page.get_by_role("heading", name="文件", exact=True)
    return heading.locator("xpath=following::table[1]").get_by_role("link", name=name)


def test_a_file_is_saved_never_shown(page: Page, tmp_path: Path) -> None:
    page.get_by_role("link", name="ZB20210102").click()
    file_named(page, "申报材料.docx").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载原文件").click()
    assert download.value.suggested_filename == "申报材料.docx"
    saved = tmp_path / "saved"
    download.value.save_as(saved)
    assert saved.read_bytes()[:2] == b"PK"


def test_a_page_stands_beside_what_was_read_of_it(page: Page) -> None:
    page.get_by_role("link", name="ZB20210102").click()
    file_named(page, "推荐表.pdf").click()
    sheet = page.get_by_alt_text("第1页的图像")
    # It is drawn when it is first asked for, which takes its time.
    expect(sheet).to_have_js_property("complete", True, timeout=30_000)
    assert sheet.evaluate("one => one.naturalWidth") > 800
    expect(page.locator("body")).to_contain_text("识别文字：青岛海辰电子科技有限公司")
    seal = page.get_by_alt_text("印章")
    expect(seal).to_have_js_property("complete", True, timeout=30_000)
    assert seal.evaluate("one => one.naturalWidth") > 100
    row = page.locator("tr").filter(has=page.get_by_role("rowheader", name="申报编号"))
    expect(row).to_contain_text("ZB20210102")
    expect(page.locator("body")).to_contain_text("文字由图像识别")


def test_numbers_and_names_stand_side_by_side_with_the_seal(page: Page, address: str) -> None:
    page.get_by_role("link", name="ZB20210102").click()
    table = page.locator("h3", has_text="编号与单位名称比对").locator("xpath=following::table[1]")
    seal = table.locator("tr").filter(has_text="印章图像").first
    expect(seal).to_contain_text("青岛海辰电子科技有限公司")
    expect(seal).to_contain_text("一致")
    cut_out = page.request.get(f"{address}{seal.get_by_text('印章图像').get_attribute('href')}")
    assert cut_out.headers["content-type"] == "image/png"


def test_a_word_file_is_shown_as_its_text(page: Page) -> None:
    page.get_by_role("link", name="ZB20210102").click()
    file_named(page, "申报材料.docx").click()
    expect(page.get_by_role("cell", name="12960")).to_be_visible()
    expect(page.locator("img")).to_have_count(0)


@pytest.mark.parametrize(
    "asked", ["?page=0", f"?page={'9' * 5000}", "?page=x"], ids=["0", "huge", "x"]
)
def test_a_page_that_is_not_there(page: Page, address: str, asked: str) -> None:
    page.get_by_role("link", name="ZB20210102").click()
    file_named(page, "推荐表.pdf").click()
    answer = page.goto(page.url + asked)
    assert answer is not None
    assert answer.status == 200
    gone = page.request.get(f"{address}/pictures/national-2021/ZB20210102/v1/7/files/x.pdf")
    assert gone.status == 404


def test_the_receipt_reads_as_it_was_sent(page: Page) -> None:
    row = page.locator("tbody tr").filter(has_text="ZB20210102")
    row.get_by_role("link", name="HZ2021-").click()
    expect(page.locator("body")).to_contain_text("青岛海辰电子科技有限公司")
    expect(page.locator("body")).to_contain_text("不代表受理或通过评审")


def test_what_a_stranger_wrote_does_nothing(page: Page) -> None:
    expect(page.locator("tbody")).to_contain_text("<script>")
    assert page.title() != "taken"
    assert page.locator("tbody script").count() == 0


def test_under_another_name_it_does_not_answer(browser: Browser, address: str) -> None:
    context = browser.new_context()
    answered = context.request.get(address, headers={"Host": "evil.example"})
    assert answered.status == 400
    assert context.request.get(f"{address}/national-2021/none").status == 404
    outside = f"{address}/national-2021/ZB20210102/v1/..%2F..%2F..%2Fledger.db"
    assert context.request.get(outside).status == 404
    headers = context.request.get(address).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    context.close()
