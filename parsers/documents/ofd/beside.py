"""What an OFD carries beside its pages: attachments, properties, names of the pieces of a page.

Source: GB/T 33190-2016, 7.4 (DocInfo), 16 (custom tags), 20 (attachments).
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from parsers.documents.embedded import Sink
from parsers.documents.ofd.file import (
    OfdDocument,
    OfdFile,
    child,
    children,
    content,
    local,
    resolve,
)
from parsers.documents.ooxml.package import Unreadable

_MAX_TAGS = 500
_LONGEST = 1_000
_INFO = {
    "Title": "title", "Author": "creator", "Subject": "subject", "Creator": "application",
    "CreationDate": "created", "ModDate": "modified", "DocID": "id",
}  # fmt: skip


def take_attachments(ofd: OfdFile, document: OfdDocument, sink: Sink) -> None:
    """The files that the document carries with it; what cannot be read is a finding."""
    listed = document.part("Attachments")
    for one in children(ofd.side(listed), "Attachment"):
        part = resolve(listed, content(child(one, "FileLoc")))
        name = one.get("Name") or part
        kind = one.get("Format", "")
        if kind and "." not in name:
            name = f"{name}.{kind.lower()}"
        try:
            sink.add(name, ofd.package.read(part), part)
        except Unreadable as error:
            if error.finding.code == "document.limit_parts":
                sink.refuse(name, part)
            else:
                ofd.findings.append(error.finding)


def object_key(document: OfdDocument, page: str, key: str) -> str:
    """What tells one object from all others: by the IDs of its page and its own."""
    return f"{document.root} {page} {key}"


def properties(ofd: OfdFile, texts: Mapping[str, str]) -> dict[str, str]:
    """What the documents say of themselves. texts: of objects, by `object_key`.

    "tag:InvoiceNo" and the like are pieces of the page under the names that custom tags give them.
    """
    found: dict[str, str] = {"pages": str(len(ofd.pages))}
    for document in ofd.documents:
        for element in document.info if document.info is not None else ():
            name = _INFO.get(local(element))
            if name and content(element):
                found.setdefault(name, content(element)[:_LONGEST])
            elif local(element) == "CustomDatas":
                for one in list(children(element, "CustomData"))[:_MAX_TAGS]:
                    key = f"custom:{one.get('Name', '')[:100]}"
                    found.setdefault(key, content(one)[:_LONGEST])
        found |= _tags(ofd, document, texts)
    return found


def _tags(ofd: OfdFile, document: OfdDocument, texts: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    listed = document.part("CustomTags")
    for one in children(ofd.side(listed), "CustomTag"):
        root = ofd.side(resolve(listed, content(child(one, "FileLoc"))))
        for element in root.iter() if root is not None else ():
            if len(found) >= _MAX_TAGS:
                return found
            text = "".join(
                _referred(document, ref, texts) for ref in children(element, "ObjectRef")
            )
            if text:
                key = f"tag:{local(element)[:100]}"
                text = f"{found[key]}\n{text}" if key in found else text
                found[key] = text[:_LONGEST]
    return found


def _referred(document: OfdDocument, ref: etree._Element, texts: Mapping[str, str]) -> str:
    return texts.get(object_key(document, ref.get("PageRef", ""), content(ref)), "")
