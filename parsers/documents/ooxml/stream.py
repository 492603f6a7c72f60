"""Elements of a large XML part one by one, so that its tree is never whole in memory.

Residual risks: one element may be as large as the part itself, which the part's own limit holds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from lxml import etree

from parsers.documents.ooxml.package import Unreadable


def elements(data: bytes, name: str, tags: Sequence[str]) -> Iterator[tuple[str, etree._Element]]:
    """Local name and element of each of `tags`, in any namespace, when it ends.

    An element is emptied when the next one is asked for. One inside another comes first.

    Raises: Unreadable where the part is not well-formed or declares a DTD; what came before the
    fault has been given by then.
    """
    if b"<!DOCTYPE" in data.replace(b"\x00", b""):
        raise Unreadable("document.dtd_refused", part=name)
    events = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _event, element in events:
            yield etree.QName(element).localname, element
            element.clear()
            parent = element.getparent()
            if parent is not None:
                while parent[0] is not element:
                    del parent[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("document.broken_part", part=name) from error
    if events.root is not None and events.root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("document.dtd_refused", part=name)
