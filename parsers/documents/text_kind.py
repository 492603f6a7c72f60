"""What kind of text a file is: a mail, HTML, XML, RTF, a table of values, or plain.

Sources: RFC 5322 section 2.2 (header fields), RFC 4180 (comma-separated values).

Residual risk: these kinds have no signature. A note that begins with three lines like mail
headers is taken for a mail, and a list with the same number of commas in each line for a table.
"""

from __future__ import annotations

import csv
import re

MAIL = "message/rfc822"
MBOX = "application/mbox"
WEB_ARCHIVE = "application/x-mimearchive"
HTML = "text/html"
XML = "application/xml"
RTF = "application/rtf"
CSV = "text/csv"
PLAIN = "text/plain"

_FIELD = re.compile(r"([!-9;-~]{1,76}):")
_ADDRESSING = {
    "from", "to", "cc", "subject", "date", "reply-to", "sender", "return-path", "received",
    "message-id", "delivered-to", "dkim-signature", "x-mailer", "mime-version",
}  # fmt: skip
_MACHINE = {"received", "message-id", "mime-version", "return-path", "delivered-to"}
"""Fields that a person does not write at the head of a note."""
_SENT = _MACHINE - {"mime-version"} | {"to", "cc", "dkim-signature"}
"""Fields that only a mail has: a saved page has a sender and a subject at most."""
_PAGE = re.compile(
    r"^content-type:\s*multipart/related\b"
    r"|^from:\s*[\"']?<[^@>\n]*>(?=.*^content-type:\s*text/html)",
    re.MULTILINE | re.DOTALL,
)
"""A page saved by a browser or an office program (RFC 2557): in parts, or from `<Saved by …>`."""
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|table|div|p|span)\b",
    re.IGNORECASE | re.DOTALL,
)
_DELIMITERS = (",", "\t", ";")
_CSV_LINES = 50


def text_kind(text: str, *, whole: bool) -> str:
    """The media type of the text that begins with `text`. whole: there is no more of it."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{\\rtf"):
        return RTF
    if _HTML.match(text):
        return HTML
    if text.lstrip().startswith("<?xml"):
        return XML
    return _mail_kind(text, whole=whole) or (CSV if delimiter_of(text, whole=whole) else PLAIN)


def _mail_kind(text: str, *, whole: bool) -> str | None:
    lines = text.split("\n")
    mbox = lines[0].startswith("From ") and len(lines) > 1
    if mbox:
        lines = lines[1:]
    names: list[str] = []
    head = ""
    for number, line in enumerate(lines):
        if not line.strip():
            break
        if number == len(lines) - 1 and not whole:
            break
        if line[0] in " \t":
            if not names:
                return None
            head += line.lower()
            continue
        found = _FIELD.match(line)
        if not found:
            return None
        names.append(found.group(1).lower())
        head += line.lower() + "\n"
    known = _ADDRESSING.intersection(names)
    if _PAGE.search(head) and not known & _SENT:
        return WEB_ARCHIVE
    if len(known) >= 3 or (len(known) >= 2 and known & _MACHINE):
        return MBOX if mbox else MAIL
    return None


def delimiter_of(text: str, *, whole: bool) -> str | None:
    """The sign that parts the values of a table, None where the text is none.

    Judged by the first 50 lines: each has the same number of values.
    """
    lines = text.splitlines()
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    lines = [line for line in lines if line.strip()][:_CSV_LINES]
    for delimiter in _DELIMITERS:
        if delimiter not in text:
            continue
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        widths = {len(row) for row in rows}
        if len(widths) == 1:
            (width,) = widths
            # Two columns are also what prose with one comma a line looks like: ask for more rows.
            if (width >= 3 and len(rows) >= 2) or (width == 2 and len(rows) >= 3):
                return delimiter
    return None
