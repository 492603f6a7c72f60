"""What a form sends: its fields, as bytes, no more of them than a form of ours has.

Source: RFC 7578 (multipart/form-data). Everything is held in memory, so there is a limit.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_FIELDS = 16
BOUNDARY = re.compile(r'multipart/form-data\s*;.*\bboundary="?([0-9A-Za-z\'()+_,./:=?-]{1,70})"?')
NAME = re.compile(rb'^content-disposition:\s*form-data\s*;.*?\bname="([^"]*)"', re.I | re.M)


async def form_fields(request: Request, most_bytes: int) -> dict[str, bytes]:
    """The fields by name; of one that is given twice, the last.

    Raises: HTTPException: 403 from a page of another site, 413 where it is too large, 400 where
    it is no form.
    """
    same_site(request)
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > most_bytes:
            raise HTTPException(413, "文件过大。")
    found = BOUNDARY.match(request.headers.get("content-type", ""))
    if found is None:
        raise HTTPException(400, "提交的内容不是表单。")
    return _split(bytes(body), found[1].encode("ascii"))


def same_site(request: Request) -> None:
    """A form is answered only where a page of this very site has sent it.

    Our pages tell nobody where a request comes from (`Referrer-Policy: no-referrer`), so browsers
    write `Origin: null`; Sec-Fetch-Site (Fetch Metadata) says it all the same. A program that is
    no browser sends neither.
    Raises: HTTPException 403.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    by_origin = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    by_site = site == "same-origin" or (site is None and by_origin)
    if not by_site or (origin not in (None, "null") and not by_origin):
        raise HTTPException(403, "请在本系统的页面中提交。")


def _split(body: bytes, boundary: bytes) -> dict[str, bytes]:
    fields: dict[str, bytes] = {}
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(parts) > MOST_FIELDS + 2 or not parts[-1].startswith(b"--"):
        raise HTTPException(400, "提交的表单不完整。")
    for part in parts[1:-1]:
        head, between, value = part.partition(b"\r\n\r\n")
        name = NAME.search(head.strip())
        if not between or name is None:
            raise HTTPException(400, "提交的表单不完整。")
        fields[name[1].decode("utf-8", "replace")] = value
    return fields
