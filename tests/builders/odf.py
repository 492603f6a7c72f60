"""OpenDocument packages of raw markup."""

from __future__ import annotations

from collections.abc import Mapping

from tests.builders.papers import package

_TYPE = "application/vnd.oasis.opendocument."
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("style", "style"), ("presentation", "presentation"), ("svg", "svg-compatible"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip


def odf(
    kind: str,
    body: str,
    styles: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    manifest: str = "",
) -> bytes:
    """kind: "text", "spreadsheet" or "presentation". body: what stands in `office:<kind>`.
    styles: automatic styles."""
    return package(
        {
            "mimetype": _TYPE + kind,
            "content.xml": f"<office:document-content {_NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
            "META-INF/manifest.xml": f"<m>{manifest}</m>",
            **(parts or {}),
        }
    )


def odf_part(inner: str) -> str:
    """A part with any root and the names of all parts."""
    return f"<office:document-styles {_NAMES}>{inner}</office:document-styles>"
