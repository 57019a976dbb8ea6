"""The stack's status over HTTP: as a page, as text and as JSON."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from bellwether.pages import headers
from bellwether.pages.frame import framed
from bellwether.watch.page import PAGE
from bellwether.watch.status.status import status


def preferred(request: Request) -> Response:
    """The format that the client prefers."""
    form = headers.preferred(request.headers.get("accept", ""))
    if form == "html":
        return framed(request, PAGE, "How is the stack doing?", lines=[line.text for line in status().lines])
    answer = text(request) if form == "text" else json(request)
    answer.headers["Vary"] = "Accept"
    return answer


def text(request: Request) -> Response:
    """Sentences, one per line."""
    return PlainTextResponse(status().text() + "\n", headers=headers.FRAME)


def json(request: Request) -> Response:
    """JSON: `at`, `text`, and `lines` of `about`, `ok`, `text`."""
    return JSONResponse(status().as_json(), headers=headers.FRAME)
