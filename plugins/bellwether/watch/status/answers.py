"""How the stack is doing, over HTTP: as a page, as sentences, as data."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from bellwether.pages import headers
from bellwether.pages.frame import framed
from bellwether.watch.page import PAGE
from bellwether.watch.status.status import status


def preferred(request: Request) -> Response:
    """The form that the client likes best."""
    form = headers.preferred(request.headers.get("accept", ""))
    if form == "html":
        return framed(request, PAGE, "How is the stack doing?", lines=[line.text for line in status().lines])
    answer = text(request) if form == "text" else json(request)
    answer.headers["Vary"] = "Accept"
    return answer


def text(request: Request) -> Response:
    """Sentences, one a line."""
    return PlainTextResponse(status().text() + "\n", headers=headers.FRAME)


def json(request: Request) -> Response:
    """Data: `at`, `text`, and `lines` of `about`, `ok`, `text`."""
    return JSONResponse(status().as_json(), headers=headers.FRAME)
