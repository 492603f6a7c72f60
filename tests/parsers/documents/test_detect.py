"""What a file is, whatever its name says."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from console.demo.papers import docx, pdf_scan, pdf_text
from model.programme import FORMATS
from parsers.documents.detect import detect
from tests.builders.papers import CONTENT_TYPES, DOCX_MAIN, ole, package, raw_docx

SHARED = Path(os.environ.get("SHARED_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
OPEN_XML = "application/vnd.openxmlformats-officedocument."
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(target, kind)
    return target.getvalue()


def tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        entry = tarfile.TarInfo("a.pdf")
        content = pdf_text([["材料"]])
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def iso() -> bytes:
    return bytes(32768) + b"\x01CD001\x01" + bytes(2000)


def office(main: str, folder: str) -> bytes:
    types = CONTENT_TYPES.format(main=main)
    return package({"[Content_Types].xml": types, f"{folder}/main.xml": "<x/>"})


def damaged(data: bytes) -> bytes:
    """The first member's packed bytes begin with a kind of block that there is not."""
    (length, extra) = struct.unpack_from("<HH", data, 26)
    at = 30 + length + extra
    return data[:at] + b"\xff" * 8 + data[at + 8 :]


MAIL = (
    b"Received: from mx (1.2.3.4)\r\n\tby mail; Fri, 11 Jun 2021 09:00:00 +0800\r\n"
    b"From: a@example.com\r\nSubject: =?utf-8?B?55Sz5oql?=\r\n\r\nbody\r\n"
)
CASES: dict[str, tuple[Callable[[], bytes] | bytes, str]] = {
    "empty": (b"", "application/x-empty"),
    "pdf": (lambda: pdf_text([["材料"]]), "application/pdf"),
    "pdf scan": (lambda: pdf_scan(200, 280), "application/pdf"),
    "pdf after a banner": (b"\x00\xff junk\r\n" * 40 + b"%PDF-1.4\n", "application/pdf"),
    "docx": (lambda: docx("标题", ["一"]), f"{OPEN_XML}wordprocessingml.document"),
    "docm": (
        lambda: office("application/vnd.ms-word.document.macroEnabled.main+xml", "word"),
        "application/vnd.ms-word.document.macroenabled.12",
    ),
    "dotm": (
        lambda: office("application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "word"),
        "application/vnd.ms-word.template.macroenabled.12",
    ),
    "dotx": (
        lambda: office(f"{OPEN_XML}wordprocessingml.template.main+xml", "word"),
        f"{OPEN_XML}wordprocessingml.template",
    ),
    "xlsx": (
        lambda: office(f"{OPEN_XML}spreadsheetml.sheet.main+xml", "xl"),
        f"{OPEN_XML}spreadsheetml.sheet",
    ),
    "xlsm": (
        lambda: office("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "xl"),
        "application/vnd.ms-excel.sheet.macroenabled.12",
    ),
    "pptx": (
        lambda: office(f"{OPEN_XML}presentationml.presentation.main+xml", "ppt"),
        f"{OPEN_XML}presentationml.presentation",
    ),
    "docx cut short": (
        lambda: docx("标题", ["一"])[:-5000],
        f"{OPEN_XML}wordprocessingml.document",
    ),
    "ofd": (lambda: package({"OFD.xml": "<o/>", "Doc_0/Document.xml": "<d/>"}), "application/ofd"),
    "ods": (
        lambda: package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    "xlsx of a type nobody knows": (
        lambda: office("application/x-other.main+xml", "xl"),
        f"{OPEN_XML}spreadsheetml.sheet",
    ),
    "pptx whose list of types is damaged": (
        lambda: damaged(office(f"{OPEN_XML}presentationml.presentation.main+xml", "ppt")),
        f"{OPEN_XML}presentationml.presentation",
    ),
    "odt cut short": (
        lambda: package({"mimetype": ODT, "content.xml": "<c/>" * 9})[:-60],
        ODT,
    ),
    "ods cut short, its mark stored as it should be": (
        lambda: _stored({"mimetype": ODS.encode(), "content.xml": b"<c/>" * 9})[:-60],
        ODS,
    ),
    "zip cut short with a lying mimetype": (
        lambda: _stored({"mimetype": b"text/plain", "content.xml": b"<c/>" * 9})[:-60],
        "application/zip",
    ),
    "odt without its mark": (
        lambda: package(
            {
                "content.xml": "<c/>",
                "META-INF/manifest.xml": '<m:file-entry m:full-path="/" '
                'm:media-type="application/vnd.oasis.opendocument.text"/>',
            }
        ),
        "application/vnd.oasis.opendocument.text",
    ),
    "ppsx": (
        lambda: office(f"{OPEN_XML}presentationml.slideshow.main+xml", "ppt"),
        f"{OPEN_XML}presentationml.slideshow",
    ),
    "pptm": (
        lambda: office("application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", "ppt"),
        "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    ),
    "xltx": (
        lambda: office(f"{OPEN_XML}spreadsheetml.template.main+xml", "xl"),
        f"{OPEN_XML}spreadsheetml.template",
    ),
    "et": (lambda: ole("Workbook", "ETExtData"), "application/vnd.ms-excel"),
    "dps": (lambda: ole("PowerPoint Document", "Pictures"), "application/vnd.ms-powerpoint"),
    "web page saved by a browser": (
        b"From: <Saved by Blink>\r\nSubject: a\r\nDate: Fri, 11 Jun 2021 09:00:00 -0000\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html"\r\n\r\n',
        "application/x-mimearchive",
    ),
    "zip": (lambda: package({"推荐表.docx": docx("t", [])}), "application/zip"),
    "zip with a lying mimetype": (lambda: package({"mimetype": "text/plain"}), "application/zip"),
    "empty zip": (lambda: package({}), "application/zip"),
    "rar4": (b"Rar!\x1a\x07\x00" + bytes(20), "application/vnd.rar"),
    "rar5": (b"Rar!\x1a\x07\x01\x00" + bytes(20), "application/vnd.rar"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24), "application/x-7z-compressed"),
    "tar with a pdf first": (tar, "application/x-tar"),
    "gzip": (lambda: gzip.compress(b"x"), "application/gzip"),
    "bzip2": (lambda: bz2.compress(b"x"), "application/x-bzip2"),
    "xz": (lambda: lzma.compress(b"x"), "application/x-xz"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00", "application/zstd"),
    "cab": (b"MSCF\x00\x00\x00\x00" + bytes(40), "application/vnd.ms-cab-compressed"),
    "iso": (iso, "application/x-iso9660-image"),
    "lha": (b"\x22\x00-lh5-" + bytes(30), "application/x-lzh-compressed"),
    "arj": (
        b"\x60\xea\x2c\x00\x22\x0b\x01\x02\x00\x00\x02\x00" + bytes(30),
        "application/x-arj",
    ),
    "jpeg": (lambda: picture("JPEG"), "image/jpeg"),
    "png": (lambda: picture("PNG"), "image/png"),
    "tiff": (lambda: picture("TIFF"), "image/tiff"),
    "bmp": (lambda: picture("BMP"), "image/bmp"),
    "gif": (lambda: picture("GIF"), "image/gif"),
    "webp": (lambda: picture("WEBP"), "image/webp"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
    "doc": (lambda: ole("WordDocument", "1Table"), "application/msword"),
    "xls": (lambda: ole("Workbook"), "application/vnd.ms-excel"),
    "ppt": (lambda: ole("Current User", "PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "works": (lambda: ole("CONTENTS", "SPELLING"), "application/vnd.ms-works"),
    "locked docx": (
        lambda: ole("EncryptionInfo", "EncryptedPackage"),
        "application/x-ooxml-encrypted",
    ),
    "ole of no kind": (lambda: ole("Something"), "application/x-ole-storage"),
    "ole cut short": (lambda: ole("WordDocument")[:512], "application/x-ole-storage"),
    "doc cut short": (
        lambda: (
            ole("WordDocument", filler_sectors=9)[:512]
            + bytes(512)
            + b"\xec\xa5\xc1\0"
            + bytes(900)
        ),
        "application/msword",
    ),
    "xls cut short": (
        lambda: (
            ole("Workbook", filler_sectors=9)[:512] + b"\x09\x08\x10\0\0\x06\x05\0" + bytes(900)
        ),
        "application/vnd.ms-excel",
    ),
    "ppt cut short": (
        lambda: ole("PowerPoint Document", filler_sectors=9)[:512] + b"\x0f\0\xe8\x03" + bytes(900),
        "application/vnd.ms-powerpoint",
    ),
    "big doc": (lambda: ole("WordDocument", filler_sectors=14_200), "application/msword"),
    "rtf": (b"{\\rtf1\\ansi x}", "application/rtf"),
    "html": (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><body>x", "text/html"),
    "html in utf-16": ("<html><body>申报".encode("utf-16"), "text/html"),
    "xml": (b"<?xml version='1.0'?><a/>", "application/xml"),
    "mail": (MAIL, "message/rfc822"),
    "mbox": (b"From a@example.com Fri Jun 11 09:00:00 2021\n" + MAIL, "application/mbox"),
    "web archive": (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x",
        "application/x-mimearchive",
    ),
    "tnef": (b"\x78\x9f\x3e\x22\x01\x00\x01\x90\x08\x00", "application/vnd.ms-tnef"),
    "utf-8": ("申报编号：ZB20210137".encode(), "text/plain"),
    "gb18030": ("申报编号：ZB20210137，单位".encode("gb18030"), "text/plain"),
    "utf-16 without mark": ("申报编号：ZB20210137\n单位\n".encode("utf-16-le"), "text/plain"),
    "long gb18030 cut in a character": (("x" + "质量" * 9000).encode("gb18030"), "text/plain"),
    "a note to somebody": ("To whom: it concerns\n日期：今天\n".encode(), "text/plain"),
    "a note on the format": (b"see\n\nSubject: the form\n", "text/plain"),
    "csv": ("序号,单位,电话\n1,甲,123\n2,乙,456\n".encode("gb18030"), "text/csv"),
    "prose with commas": (b"Dear sir, hello\nwe send, as asked\n", "text/plain"),
    "noise": (bytes(range(256)) * 8, "application/octet-stream"),
    "short noise": (b"\x00\x01\x02", "application/octet-stream"),
}


@pytest.mark.parametrize("name", CASES)
def test_by_content_under_a_lying_name(name: str, tmp_path: Path) -> None:
    made, expected = CASES[name]
    data = made if isinstance(made, bytes) else made()
    for ending in (".pdf", ".docx", ".rar", ""):
        path = tmp_path / f"材料{ending}"
        path.write_bytes(data)
        assert detect(path) == expected


def test_every_kind_a_programme_may_ask_for_is_told() -> None:
    told = {media_type for _data, media_type in CASES.values()}
    assert {one for types in FORMATS.values() for one in types} <= told


def test_a_stored_pdf_in_a_zip_is_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_stored({"材料.pdf": pdf_text([["一"]])}))
    assert b"%PDF-" in path.read_bytes()[:1024]
    assert detect(path) == "application/zip"


def test_a_document_that_embeds_a_workbook_is_a_document(tmp_path: Path) -> None:
    sheet = f'<Default Extension="xlsx" ContentType="{OPEN_XML}spreadsheetml.sheet"/></Types>'
    types = CONTENT_TYPES.format(main=DOCX_MAIN).replace("</Types>", sheet)
    path = tmp_path / "a"
    path.write_bytes(package({"[Content_Types].xml": types, "word/document.xml": "<x/>"}))
    assert detect(path) == f"{OPEN_XML}wordprocessingml.document"


def test_a_huge_central_directory_is_not_read(tmp_path: Path) -> None:
    data = bytearray(raw_docx("<w:p/>"))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (1 << 30).to_bytes(4, "little")
    path = tmp_path / "a"
    path.write_bytes(data)
    assert detect(path) == "application/zip"


@pytest.mark.skipif(not (SHARED / "archives").is_dir(), reason="the real archives are not here")
def test_real_archives(tmp_path: Path) -> None:
    files = [file for file in (SHARED / "archives").rglob("*.rar") if file.is_file()]
    assert len(files) > 20
    assert {detect(file) for file in files} == {"application/vnd.rar"}


def _stored(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()
