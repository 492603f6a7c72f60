"""One filed document as a clerk looks at it: the page's picture beside what was read of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.web.page_pictures import PagePictures
from intake.contents import RECORD, decode_facts, decode_record
from intake.workplace import Workplace
from model.agreement import BETWEEN
from model.document import Block, BlockKind, Document
from model.errors import ArchiveError, ReaderFailed
from model.record import FiledFile, Record
from parsers.pages import PICTURES
from storage.archive import FiledVersion

KINDS = {
    "round": "圆形章",
    "oval": "椭圆章",
    "square": "方形章",
    "part": "不完整的章",
    "electronic": "电子印章",
}
HIDDEN = {
    "hidden": "隐藏文字",
    "deleted": "已删除的修订",
    "tiny": "极小文字",
    "white": "白色文字",
    "covered": "被遮盖的文字",
    "transparent": "透明文字",
    "off_page": "页面之外的文字",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of one version, with the record that tells of it."""

    version: FiledVersion
    record: Record
    file: FiledFile


def find(place: Workplace, programme: str, object_id: str, version: int, path: str) -> Filed | None:
    """The file filed as `path`; None where the archive has none of that name."""
    if programme not in place.archived_programmes():
        return None
    try:
        held = place.archive(programme).versions(object_id)
    except ArchiveError:
        return None
    for one in held:
        if one.number == version:
            record = decode_record(one.path(RECORD).read_bytes())
            for file in record.files:
                if file.filed_as == path:
                    return Filed(one, record, file)
    return None


def page(place: Workplace, filed: Filed, wanted: str) -> dict[str, Any]:
    """What the page shows of one page of a document. wanted: its number as it was asked for; the
    first page stands for what is no number of a page."""
    file, record = filed.file, filed.record
    document = _facts(filed)
    pages = [one.number for one in document.pages] if document else []
    number = next((one for one in pages if str(one) == wanted), 1)
    paged = len(pages) > 1 or file.media_type in PICTURES
    blocks = [
        _block(one)
        for one in (document.blocks if document else ())
        if not paged or one.page in (number, 0) or (number == 1 and len(pages) < 2)
    ]
    labels = {rule.id: rule.label for rule in place.programme(record.programme).fields}
    return {
        "programme": record.programme,
        "object_id": record.object_id,
        "version": filed.version.number,
        "application_no": record.application_no or "（未识别）",
        "full_name": record.full_name or "—",
        "file": file,
        "number": number,
        "pages": pages if paged else [],
        "picture": file.media_type in PICTURES and number in pages,
        "source": _source(document, number),
        "blocks": blocks,
        "fields": [
            {"label": labels.get(one.name, one.name), "value": one.value, "page": one.page,
             "doubtful": one.confidence < 0.8}
            for one in file.fields
        ],
        "seals": [
            {"page": one.page, "kind": KINDS.get(one.kind, one.kind), "text": one.text,
             "image": str(one.image) if one.image else ""}
            for one in file.seals
        ],
        "signatures": file.signatures,
        "unread": len(file.unread),
        "findings": [one for one in record.findings if file.path in one.about.split(BETWEEN)],
    }  # fmt: skip


def picture(pictures: PagePictures, filed: Filed, number: int) -> Path | None:
    """A page as PNG; None where the file has no such page or it cannot be shown."""
    file = filed.file
    if file.media_type not in PICTURES or not 1 <= number <= file.pages:
        return None
    try:
        return pictures.of(filed.version.path(file.filed_as), file.sha256, file.media_type, number)
    except ReaderFailed:
        return None


def seal(filed: Filed, number: int) -> Path | None:
    """The cut-out of the file's seal `number`, from 1."""
    seals = filed.file.seals
    if not 1 <= number <= len(seals) or seals[number - 1].image is None:
        return None
    return filed.version.path(str(seals[number - 1].image))


def _facts(filed: Filed) -> Document | None:
    if not filed.file.facts:
        return None
    return decode_facts(filed.version.path(filed.file.facts).read_bytes())


def _source(document: Document | None, number: int) -> str:
    found = [one for one in document.pages if one.number == number] if document else []
    if found and found[0].source == "ocr":
        return f"文字由图像识别，平均把握 {found[0].confidence:.0%}"
    return ""


def _block(one: Block) -> dict[str, Any]:
    return {
        "heading": one.kind is BlockKind.HEADING,
        "rows": one.rows if one.kind is BlockKind.TABLE else (),
        "text": one.text,
        "marks": "、".join(HIDDEN[flag] for flag in one.flags if flag in HIDDEN),
    }
