"""The page on which receipts are checked: good ones, changed ones, and what is no form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from console.web import verifying
from console.web.app import make_app
from intake.batch import process_waiting
from intake.signed_receipt import PDF, SIGNATURE, keys_folder
from receipts.minisign import read_signature
from receipts.signing import public_keys
from storage.ledger import outbox
from tests.builders.season import PROGRAMME, good_mail
from tests.intake.conftest import Desk, desk, empty_ledger, readers

__all__ = ["desk", "empty_ledger", "readers"]


@pytest.fixture
def filed(desk: Desk) -> tuple[bytes, bytes]:
    """A receipt's PDF and its signature."""
    desk.change(receipt_pdf=True)
    desk.take_in(good_mail(1))
    process_waiting(desk.place())
    place = desk.place()
    with place.ledger.read() as tx:
        (row,) = outbox.listing(tx)
    version = place.archive(PROGRAMME).head(row.object_id)
    assert version is not None
    return tuple(version.path(f"receipt/{name}").read_bytes() for name in (PDF, SIGNATURE))  # type: ignore[return-value]


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(make_app(desk.place(), ("testserver",)), base_url="http://testserver") as made:
        yield made


def _post(client: TestClient, pdf: bytes = b"", signature: bytes = b"", code: str = "") -> str:
    files = {"pdf": ("回执.pdf", pdf), "signature": ("x.sig", signature)}
    answered = client.post("/verify", files=files, data={"code": code})
    assert answered.status_code == 200
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    return answered.text


def test_an_empty_form(client: TestClient) -> None:
    for text in (client.get("/verify").text, _post(client)):
        assert "核验回执" in text
        assert 'role="status"' not in text


def test_a_good_receipt_by_each_way(client: TestClient, filed: tuple[bytes, bytes]) -> None:
    pdf, signature = filed
    code = read_signature(signature).comment
    for text in (
        _post(client, pdf, signature),
        _post(client, pdf),
        _post(client, code=f" {code[:60]}\r\n{code[60:]} "),
        client.get("/verify", params={"code": code}).text,
    ):
        assert 'class="tag complete">有效' in text
        assert "HZ2021-00001" in text
        assert "收到时间" in text


def test_what_was_changed_is_not_valid(client: TestClient, filed: tuple[bytes, bytes]) -> None:
    pdf, signature = filed
    code = read_signature(signature).comment
    assert "文件内容与签名不符" in _post(client, pdf + b" ", signature)
    assert "没有与该文件完全相同的回执" in _post(client, pdf + b" ")
    text = _post(client, code=code.replace("HZ2021-00001", "HZ2021%3Cb%3E"))
    assert "未通过" in text
    assert "不能作为依据" in text
    assert "HZ2021&lt;b&gt;" in text
    assert "<b>" not in text


def test_what_is_no_receipt(client: TestClient, filed: tuple[bytes, bytes]) -> None:
    pdf, _ = filed
    assert "不是回执的签名文件" in _post(client, pdf, b"\xff\x00" * 100)
    assert "不是回执的核验码" in _post(client, code="<script>alert(1)</script>")
    assert "<script>" not in _post(client, code="<script>alert(1)</script>")


def test_a_key_that_is_not_ours(client: TestClient, desk: Desk, filed: tuple[bytes, bytes]) -> None:
    pdf, signature = filed
    (ours,) = public_keys(keys_folder(desk.settings))
    (keys_folder(desk.settings) / f"{ours}.pub").unlink()
    assert "无法确认" in _post(client, pdf, signature)


def test_too_much_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MOST_FORM_BYTES", 10_000)
    assert client.post("/verify", files={"pdf": ("x", b"x" * 20_000)}).status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", b""),
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"pdf\""),
        ("multipart/form-data; boundary=b", b"--b\r\nno head\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" * 100 + b"--b--\r\n"),
    ],
    ids=["nothing", "json", "unbounded", "empty", "cut", "headless", "many"],
)  # fmt: skip
def test_what_is_no_form(client: TestClient, kind: str, body: bytes) -> None:
    assert client.post("/verify", content=body, headers={"content-type": kind}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answered = client.post("/verify", files={"code": (None, "x")}, headers=headers)
    assert answered.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://testserver"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"origin": "https://testserver", "sec-fetch-site": "same-origin"},
    ],
    ids=["old browser", "browser", "behind TLS"],
)
def test_our_own_page_is_answered(client: TestClient, headers: dict[str, str]) -> None:
    answered = client.post("/verify", files={"code": (None, "x")}, headers=headers)
    assert answered.status_code == 200


def test_keys_that_cannot_be_read_are_the_operators_matter(
    client: TestClient, desk: Desk, filed: tuple[bytes, bytes]
) -> None:
    (keys_folder(desk.settings) / "0.pub").write_text("x")
    pdf, signature = filed
    files = {"pdf": ("回执.pdf", pdf), "signature": ("x.sig", signature)}
    answered = client.post("/verify", files=files)
    assert answered.status_code == 503
    assert str(desk.folder) not in answered.text


def test_a_browser_sends_the_form(client: TestClient, filed: tuple[bytes, bytes]) -> None:
    """As Chromium writes it, with the names of Chinese files raw."""
    pdf, signature = filed
    edge = "----WebKitFormBoundaryAbC123"
    body = b"".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        + value + b"\r\n"
        for name, more, value in (
            ("pdf", '; filename="回执-1.pdf"\r\nContent-Type: application/pdf', pdf),
            ("signature", '; filename="a; name=b.sig"\r\nContent-Type: application/pgp', signature),
            ("code", "", b""),
        )
    ) + f"--{edge}--\r\n".encode()  # fmt: skip
    headers = {"content-type": f"multipart/form-data; boundary={edge}"}
    assert "有效" in client.post("/verify", content=body, headers=headers).text
