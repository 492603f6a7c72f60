"""Real documents of every kind, small, to be mutated.

They come from the corpus of the reading benchmark and the builders of the tests; kinds that only
LibreOffice writes are left out, and said to be, where it is not installed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.read_case import Workshop
from benchmarks.read_docx import docx_of
from benchmarks.read_ofd import ofd_of
from benchmarks.read_papers import constructs, long_text, pledge
from benchmarks.read_sheets import deck, workbook
from benchmarks.read_two_columns import two_columns
from console.demo.papers import pdf_scan
from tests.builders import forms

_OFFICE = (
    ("docx", ("doc", "rtf", "pdf", "odt", "html", "txt")),
    ("xlsx", ("xls", "ods", "csv")),
    ("pptx", ("ppt", "odp")),
)
"""What LibreOffice makes of what."""


@dataclass(frozen=True, slots=True)
class Seed:
    """kind: the ending that such a file has; its name tells the reader nothing."""

    name: str
    kind: str
    data: bytes


def seeds(folder: Path) -> list[Seed]:
    """All of them; made files are kept in the folder."""
    shop = Workshop(folder)
    made = list(_own())
    for kind, others in _OFFICE:
        sources = [shop.keep(f"seeds/{one.name}", one.data) for one in made if one.kind == kind]
        for other in others:
            paths = shop.converted(sources, other)
            if paths is None:
                print(f"no {other}: LibreOffice (soffice) is not installed", flush=True)
            made += [
                Seed(f"{source.stem}.{other}", other, path.read_bytes())
                for source, path in zip(sources, paths or (), strict=False)
            ]
    return made


def _own() -> Iterator[Seed]:
    for paper in (constructs(1), pledge(1), long_text(1, 3)):
        yield Seed(f"{paper.name}.docx", "docx", docx_of(paper))
    for layout in forms.LAYOUTS:
        _values, rows = forms.form(layout, 1)
        yield Seed(f"form-{layout}.docx", "docx", forms.as_docx(rows))
        yield Seed(f"form-{layout}.pdf", "pdf", forms.as_pdf(rows))
        yield Seed(f"form-{layout}.ofd", "ofd", ofd_of(rows, "山东某某有限公司")[0])
    yield Seed("columns.pdf", "pdf", two_columns(1)[1])
    yield Seed("scan.pdf", "pdf", pdf_scan(400, 560, lines=("承诺书", "某某公司")))
    yield Seed("table.xlsx", "xlsx", workbook(1)[2])
    yield Seed("deck.pptx", "pptx", deck(1)[2])
    yield from _pictures()
    yield Seed("gbk.txt", "txt", pledge(2).text.encode("gb18030"))
    yield Seed("page.mht", "mht", _web_archive(pledge(3).text))


def _pictures() -> Iterator[Seed]:
    import pillow_heif

    pillow_heif.register_heif_opener()
    _values, rows = forms.form("pairs", 2)
    picture = forms.as_pictures(rows, dpi=60)[0].convert("RGB")
    for kind, form in (
        ("jpg", "JPEG"), ("png", "PNG"), ("bmp", "BMP"), ("webp", "WEBP"), ("heic", "HEIF"),
        ("gif", "GIF"),
    ):  # fmt: skip
        yield Seed(f"page.{kind}", kind, _saved(picture, form))
    for way in ("tiff_lzw", "group4", "jpeg", "tiff_deflate"):
        page = picture.convert("1") if way == "group4" else picture
        yield Seed(f"{way}.tiff", "tiff", _saved(page, "TIFF", compression=way, save_all=True,
                                                 append_images=[page]))  # fmt: skip


def _saved(picture: Image.Image, form: str, **how: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **how)
    return target.getvalue()


def _web_archive(text: str) -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = "承诺书"
    message["MIME-Version"] = "1.0"
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    message.set_content(f"<html><body>{body}</body></html>", subtype="html", charset="gb18030")
    message.add_related(_saved(Image.new("RGB", (20, 20)), "PNG"), "image", "png", cid="<a@b>")
    return message.as_bytes()
