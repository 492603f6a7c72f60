"""The pages and what they are made of. Everything shown was written by strangers: templates
escape it, files are only ever offered as downloads or drawn anew as pictures, and no script runs
on any page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from console.web import deciding, documents, pages, programmes, register, verifying
from console.web.page_pictures import PagePictures
from console.web.upload import form_fields
from intake.workplace import Workplace
from model.errors import IntakeError

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).with_name("templates")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def make_app(place: Workplace, hosts: tuple[str, ...], *, decides: bool = False) -> Starlette:
    """The web application. hosts: the names under which it may be asked for. decides: whether
    clerks decide on its pages, which ask for no password."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "html.j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )

    pictures = PagePictures(place.settings.data_dir / "cache" / "pages", place.readers)

    def page(template: str, **context: object) -> HTMLResponse:
        return HTMLResponse(environment.get_template(template).render(context))

    def ledger(request: Request) -> Response:
        wanted = request.query_params.get("q", "").strip()
        outcome = request.query_params.get("outcome", "")
        return page("ledger.html.j2", **pages.ledger(place, wanted, outcome))

    def application(request: Request) -> Response:
        found = pages.application(
            place, request.path_params["programme"], request.path_params["id"]
        )
        if found is None:
            raise HTTPException(404, "没有这个申报编号的记录。")
        return page("application.html.j2", **found, decides=decides)

    def receipt(request: Request) -> Response:
        text = pages.receipt_text(place, request.path_params["number"])
        if text is None:
            raise HTTPException(404, "没有这个编号的回执。")
        return PlainTextResponse(text)

    def file(request: Request) -> Response:
        params = request.path_params
        found = pages.filed_file(
            place, params["programme"], params["id"], params["version"], params["path"]
        )
        if found is None:
            raise HTTPException(404, "档案中没有这个文件。")
        name = params["path"].rsplit("/", 1)[-1]
        # Never shown in the browser: what a stranger sent is only ever saved.
        return FileResponse(found, media_type="application/octet-stream", filename=name)

    def units(request: Request) -> Response:
        asked = request.query_params
        found = register.page(
            place, asked.get("programme", ""), asked.get("by", ""), asked.get("q", "").strip()
        )
        if found is None:
            raise HTTPException(404, "没有这个申报项目的登记册。")
        return page("register.html.j2", **found)

    def document(request: Request) -> Response:
        shown = documents.page(place, _filed(request), request.query_params.get("page", "1"))
        return page("document.html.j2", **shown)

    def picture(request: Request) -> Response:
        return _png(documents.picture(pictures, _filed(request), request.path_params["number"]))

    def seal(request: Request) -> Response:
        return _png(documents.seal(_filed(request), request.path_params["number"]))

    def _filed(request: Request) -> documents.Filed:
        params = request.path_params
        found = documents.find(
            place, params["programme"], params["id"], params["version"], params["path"]
        )
        if found is None:
            raise HTTPException(404, "档案中没有这个文件。")
        return found

    async def verify(request: Request) -> Response:
        """Whether a receipt is ours; nothing is written."""
        try:
            if request.method == "POST":
                fields = await form_fields(request, verifying.MOST_FORM_BYTES)
                shown = await run_in_threadpool(verifying.sent, place, fields)
            else:
                asked_for = request.query_params.get("code", "")
                shown = await run_in_threadpool(verifying.asked, place, asked_for)
        except IntakeError as error:
            logger.exception("A receipt cannot be verified")
            raise HTTPException(503, "暂时无法核验，请联系运维人员。") from error
        return page("verify.html.j2", **shown)

    async def decision(request: Request) -> Response:
        """What a clerk would decide, and, once she has seen what follows, does."""
        name, object_id = request.path_params["programme"], request.path_params["id"]
        if request.method == "POST":
            fields = await form_fields(request, deciding.MOST_FORM_BYTES)
            shown = await run_in_threadpool(deciding.sent, place, name, object_id, fields)
        else:
            version = request.query_params.get("version", "")
            shown = await run_in_threadpool(deciding.form, place, name, object_id, version)
        if shown is None:
            raise HTTPException(404, "没有这个申报编号的记录。")
        return page("decide.html.j2", **shown)

    def programme(request: Request) -> Response:
        found = programmes.page(place, request.path_params["id"])
        if found is None:
            raise HTTPException(404, "没有这个申报项目。")
        return page("programme.html.j2", **found)

    def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/", ledger),
            Route("/health", health),
            Route("/register", units),
            Route("/verify", verify, methods=["GET", "POST"]),
            Route("/receipts/{number}", receipt),
            Route("/programmes/{id}", programme),
            Route("/documents/{programme}/{id}/v{version:int}/{path:path}", document),
            Route("/pictures/{programme}/{id}/v{version:int}/{number:int}/{path:path}", picture),
            Route("/seals/{programme}/{id}/v{version:int}/{number:int}/{path:path}", seal),
            *(
                [Route("/decide/{programme}/{id}", decision, methods=["GET", "POST"])]
                if decides
                else []
            ),
            Route("/{programme}/{id}", application),
            Route("/{programme}/{id}/v{version:int}/{path:path}", file),
        ],
        middleware=[
            # A page of another site must not reach this one through a name of its own.
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
            Middleware(BaseHTTPMiddleware, dispatch=_with_headers),
        ],
        exception_handlers={HTTPException: _sorry},
    )


def _png(path: Path | None) -> Response:
    """A picture that a reader of ours has drawn; no byte of it is the stranger's own."""
    if path is None:
        raise HTTPException(404, "该页无法显示为图像，请下载原文件查看。")
    return FileResponse(path, media_type="image/png")


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


async def _sorry(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(error.detail, status_code=error.status_code)
