"""Files within a document: names as data, limits, objects of the old format."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.document import ReadLimits, ReadRequest
from parsers.documents.embedded import Sink, safe_name
from parsers.documents.ole.objects import has_macros, take_objects, unwrap_native
from parsers.documents.ole.storage import TooLarge, storage_file
from tests.builders.ole_writer import ole


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("承诺书.pdf", "承诺书.pdf"),
        ("C:\\用户\\桌面\\表.xls", "表.xls"),
        ("../../etc/passwd", "passwd"),
        ("..", ""),
        ("a\x00b\u202egpj.exe\r\n", "abgpj.exe"),
        ("长" * 300 + ".docx", "长" * 195 + ".docx"),
        ("", ""),
    ],
)
def test_names_are_data(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_files_are_written_under_names_of_our_own(tmp_path: Path) -> None:
    sink = Sink(ReadRequest(into=tmp_path))
    sink.add("../a.txt", b"one", "part1")
    sink.add("", iter([b"tw", b"o"]), "word/embeddings/o1.bin")
    first, second = sink.found
    assert (first.name, first.size, first.stored) == ("a.txt", 3, tmp_path / "embedded-0001")
    assert (second.name, second.sha256) == ("o1.bin", hashlib.sha256(b"two").hexdigest())
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == [b"one", b"two"]
    assert [finding.code for finding in sink.findings] == ["document.embedded"]


def test_without_a_folder_files_are_only_named() -> None:
    sink = Sink(ReadRequest())
    sink.add("a", b"x", "p")
    assert [(one.size, one.stored) for one in sink.found] == [(1, None)]


def test_what_is_too_many_or_too_large_is_named(tmp_path: Path) -> None:
    limits = ReadLimits(embedded_files=2, embedded_bytes=10)
    sink = Sink(ReadRequest(limits, into=tmp_path))
    sink.add("大", b"x" * 11, "p")
    for name in ("一", "二", "三"):
        sink.add(name, b"12345", "p")
    assert [one.name for one in sink.found] == ["一", "二"]
    told = {finding.code: finding.params for finding in sink.findings}
    assert told["document.embedded"] == {"count": "4"}
    assert told["document.limit_embedded"] == {"count": "2", "name": "大"}
    assert len(list(tmp_path.iterdir())) == 2


def test_a_source_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"
        raise ValueError

    sink = Sink(ReadRequest(into=tmp_path))
    with pytest.raises(ValueError):
        sink.add("a", pieces(), "p")
    assert (sink.found, list(tmp_path.iterdir())) == ((), [])


@given(st.binary(max_size=300))
def test_any_bytes_as_a_package(data: bytes) -> None:
    found = unwrap_native(data)
    assert found is None or len(found.data) <= len(data)


def test_a_linked_file_is_no_file() -> None:
    stream = b"\0\0\0\0\x02\0a.doc\0D:\\a.doc\0\0\0\x01\0"
    found = unwrap_native(stream)
    assert found is not None
    assert (found.link, found.name, found.data) == (True, "D:\\a.doc", b"")


@pytest.mark.parametrize("size", [10, 4096, 70_000, 8_000_000])
def test_a_storage_becomes_a_file_that_opens(size: int) -> None:
    """The largest needs sectors for its own list of sectors."""
    large = bytes(range(256)) * (size // 256 + 1)
    outer = storage_source(large[: min(size, 4_000_000)])
    with olefile.OleFileIO(io.BytesIO(outer)) as opened:
        made = storage_file(opened, "ObjectPool/_1", 1 << 30)
    with olefile.OleFileIO(io.BytesIO(made)) as again:
        assert again.openstream("WordDocument").read() == large[: min(size, 4_000_000)]
        assert again.openstream("数据/内").read() == b"inner"
        assert again.listdir() == [["WordDocument"], ["数据", "内"]]


def storage_source(data: bytes) -> bytes:
    return ole({"ObjectPool/_1/WordDocument": data, "ObjectPool/_1/数据/内": b"inner"})


def test_a_storage_over_the_limit_is_refused() -> None:
    with olefile.OleFileIO(io.BytesIO(storage_source(bytes(5000)))) as opened:
        with pytest.raises(TooLarge):
            storage_file(opened, "ObjectPool/_1", 4000)
        sink = Sink(ReadRequest(ReadLimits(embedded_bytes=4000)))
        assert take_objects(opened, "ObjectPool/", sink) == []
    assert [finding.code for finding in sink.findings] == [
        "document.embedded", "document.limit_embedded",
    ]  # fmt: skip


def test_macros_are_known_by_their_storages() -> None:
    assert has_macros(["Macros/VBA/dir"])
    assert has_macros(["_VBA_PROJECT_CUR"])
    assert not has_macros(["WordDocument", "ObjectPool/_1/vbatim"])
