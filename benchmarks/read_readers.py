"""Ours and the peers behind one call each: what every reader makes of one file.

Each peer is asked in the most complete way that its documentation shows, without a cache and, as
far as it can be told, on one thread. A loader imports its library, so that a process holds no
other. Programs are run as such. Pictures of pages are rendered where a reader takes only images,
and that is part of its time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from model.document import Document, Field

Box = tuple[float, float, float, float]
PICTURE = "picture"
"""In place of a file's ending: it has to be read by OCR."""
SEALS = "seals"
"""Likewise: it is to be looked through for seals."""
DPI = 200
PROGRAM_SECONDS = 100.0
FIELDS_OF = "national-2021"
"""The shipped programme whose fields are read."""


@dataclass(frozen=True, slots=True)
class Read:
    """fields, seals: None where a reader does not look for them. after: what finds the fields,
    outside of the time taken."""

    text: str
    fields: dict[str, str] | None = None
    seals: tuple[tuple[int, Box], ...] | None = None
    after: Callable[[], dict[str, str]] | None = None


Reader = Callable[[Path, bool], Read]
"""From a file's place and whether it has to be read by OCR."""


def ours() -> Reader:
    """As the intake reads: in a reader process, pictures with their seals."""
    from intake.reading_alone import read_alone
    from model.document import ReadLimits
    from parsers.fields import read_fields
    from parsers.isolation import Readers
    from programmes import find_programme

    programme = find_programme(FIELDS_OF)
    readers = Readers(count=1)
    readers.warm()

    def read(path: Path, picture: bool) -> Read:
        if not picture:
            document = readers.read_document(path, ReadLimits())
            fields = partial(read_fields, document, programme.fields)
            seals = tuple((seal.page, seal.box) for seal in document.seals)
            return Read(_text(document), None, seals, lambda: _values(fields()))
        with tempfile.TemporaryDirectory() as folder:
            document = read_alone(path, programme, readers, ReadLimits(), Path(folder))
        seals = tuple((seal.page, seal.box) for seal in document.seals)
        return Read(_text(document), _values(document.fields), seals)

    return read


def _text(document: Document) -> str:
    """Everything that was read; text that a change was to delete is none of it."""
    return "\n".join(
        block.text for block in document.blocks if block.text and "deleted" not in block.flags
    )


def _values(fields: Iterable[Field]) -> dict[str, str]:
    return {one.name: one.value for one in fields}


def ours_in_process() -> Reader:
    """Without a child, and of pictures the text alone: what is beside the bare engine."""
    from model.document import ScanRequest
    from parsers.documents.detect import detect
    from parsers.documents.read import read_document

    def read(path: Path, picture: bool) -> Read:
        document = read_document(path)
        if not picture:
            return Read(_text(document))
        from parsers.ocr import read_scans

        pages = read_scans(path, detect(path), ScanRequest(text=document.scanned))
        return Read("\n".join(page.text for page in pages))

    return read


def our_seals() -> Reader:
    """Every page looked through for seals, nothing read, in process."""
    from model.document import ScanRequest
    from parsers.documents.detect import detect
    from parsers.ocr import read_scans

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (asked for nothing else)
        pages = read_scans(path, detect(path), ScanRequest(seals=(1,)))
        return Read("", seals=tuple((seal.page, seal.box) for page in pages for seal in page.seals))

    return read


def kreuzberg() -> Reader:
    """No cache, one thread, headers and footers kept; OCR by tesseract only where asked."""
    import kreuzberg as peer

    shared: dict[str, Any] = {
        "use_cache": False, "enable_quality_processing": False,
        "concurrency": peer.ConcurrencyConfig(max_threads=1),
        "content_filter": peer.ContentFilterConfig(
            include_headers=True, include_footers=True, strip_repeating_text=False
        ),
    }  # fmt: skip
    plain = peer.ExtractionConfig(disable_ocr=True, **shared)
    ocr = peer.ExtractionConfig(
        ocr=peer.OcrConfig(backend="tesseract", language="chi_sim"), force_ocr=True, **shared
    )

    def read(path: Path, picture: bool) -> Read:
        return Read(peer.extract_file_sync(str(path), config=ocr if picture else plain).content)

    return read


def tika() -> Reader:
    """Apache Tika in extractous, compiled ahead of time; no OCR."""
    from extractous import Extractor, OfficeParserConfig, PdfOcrStrategy, PdfParserConfig

    office = OfficeParserConfig().set_include_headers_and_footers(True)
    extractor = (
        Extractor()
        .set_extract_string_max_length(50_000_000)
        .set_pdf_config(PdfParserConfig().set_ocr_strategy(PdfOcrStrategy.NO_OCR))
        .set_office_config(office.set_include_shape_based_content(True))
    )

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (never asked for pictures)
        return Read(extractor.extract_file_to_string(str(path))[0])

    return read


def markitdown() -> Reader:
    from markitdown import MarkItDown

    peer = MarkItDown(enable_plugins=False)
    return lambda path, _: Read(peer.convert_local(str(path)).text_content)


def docx2python() -> Reader:
    from docx2python import docx2python as extract

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (never asked for pictures)
        with extract(str(path), duplicate_merged_cells=False) as content:
            return Read(content.text)

    return read


def pdfplumber() -> Reader:
    import pdfplumber as peer

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (never asked for pictures)
        with peer.open(path) as pdf:
            return Read("\n".join(page.extract_text() or "" for page in pdf.pages))

    return read


def antiword() -> Reader:
    return _program("antiword", "-m", "UTF-8.txt", "-w", "0")


def catdoc() -> Reader:
    return _program("catdoc", "-d", "utf-8", "-w")


def poppler() -> Reader:
    return _program("pdftotext", "-enc", "UTF-8", after=("-",))


def _program(name: str, *options: str, after: tuple[str, ...] = ()) -> Reader:
    if shutil.which(name) is None:
        raise ImportError(f"no program {name}")
    return lambda path, _: Read(_said([name, *options, str(path), *after]))


def _said(words: list[str]) -> str:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(
        words, check=True, capture_output=True, env=environment, timeout=PROGRAM_SECONDS
    )
    return done.stdout.decode("utf-8", "replace")


def tesseract() -> Reader:
    """Its Chinese model, pages laid out by itself."""
    if shutil.which("tesseract") is None:
        raise ImportError("no program tesseract")

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (asked for nothing else)
        from PIL import Image

        texts = []
        with tempfile.TemporaryDirectory() as folder:
            for number, sheet in enumerate(_sheets(path)):
                page = Path(folder, f"{number}.png")
                Image.fromarray(sheet[..., ::-1]).save(page, compress_level=1)
                texts.append(_said(["tesseract", str(page), "-", "-l", "chi_sim", "--psm", "3"]))
        return Read("\n".join(texts))

    return read


def bare_engine() -> Reader:
    """RapidOCR as it comes, on one thread, with the models of its wheel."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (asked for nothing else)
        found = [engine(sheet) for sheet in _sheets(path)]
        return Read("\n".join(line for one in found for line in one.txts or ()))

    return read


def our_engine() -> Reader:
    """The engine as ours is set, and nothing after it: no order, no tables, no second look."""
    from parsers.ocr.engine import engine

    made = engine()

    def read(path: Path, picture: bool) -> Read:  # noqa: ARG001 (asked for nothing else)
        return Read("\n".join(line.text for s in _sheets(path) for line in made.lines(s)))

    return read


def _sheets(path: Path) -> Iterator[Any]:
    """The pages as pictures, as they lie in the file."""
    import cv2

    if path.suffix != ".pdf":
        yield cv2.imread(str(path))
        return
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    try:
        for page in pdf:
            yield page.render(scale=DPI / 72).to_numpy()[..., :3]
    finally:
        pdf.close()


WORD, PAGES = frozenset({".docx", ".doc", ".rtf"}), frozenset({".pdf"})
OFFICE = WORD | PAGES | {".xlsx", ".pptx"}

LOADERS: dict[str, tuple[Callable[[], Reader], frozenset[str]]] = {
    "ours": (ours, OFFICE | {".ofd", PICTURE}),
    "ours, in process": (ours_in_process, OFFICE | {".ofd", PICTURE}),
    "ours, seals alone": (our_seals, frozenset({SEALS})),
    "kreuzberg": (kreuzberg, OFFICE | {PICTURE}),
    "Tika": (tika, OFFICE),
    "markitdown": (markitdown, frozenset({".docx", ".pdf", ".xlsx", ".pptx"})),
    "docx2python": (docx2python, frozenset({".docx"})),
    "antiword": (antiword, frozenset({".doc"})),
    "catdoc": (catdoc, frozenset({".doc"})),
    "pdfplumber": (pdfplumber, PAGES),
    "poppler": (poppler, PAGES),
    "tesseract": (tesseract, frozenset({PICTURE})),
    "rapidocr": (bare_engine, frozenset({PICTURE})),
    "engine of ours": (our_engine, frozenset({PICTURE})),
}
"""Each reader with the endings that it reads."""

TELL_MORE = frozenset({"ours", "ours, seals alone"})
"""Those that also tell fields or seals."""
