"""The application that Airflow serves below `/bellwether`: every page that is registered, behind Airflow's login."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from importlib import import_module

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bellwether.hooks.errors import BadConnection
from bellwether.lake.bucket import Lake
from bellwether.pages import headers, registry
from bellwether.pages.frame import framed
from bellwether.pages.registry import Page
from bellwether.pages.shelf import NoPage, Shelf, is_id, moment_in

Answer = Callable[[Request], Response]
_log = logging.getLogger(__name__)


def build() -> FastAPI:
    """The application. Every route needs a user whom Airflow knows."""
    app = FastAPI(title="bellwether", dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)
    app.state.registry = registry.find()
    app.get("/", response_class=Response)(start)
    for page in app.state.registry.pages:
        for path, target in page.routes.items():
            app.get(path, response_class=Response)(_named(target))
        if page.kept:
            for path, answer in _kept_routes(page).items():
                app.get(path, response_class=Response)(answer)
    app.middleware("http")(guarded)
    return app


def start(request: Request) -> Response:
    """To the first page there is."""
    pages = request.app.state.registry.pages
    if not pages:
        return framed(request, None, "There is no page", status=404)
    return RedirectResponse(f"{request.scope['root_path']}/{pages[0].name}", headers=headers.FRAME)


async def guarded(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """What goes wrong is said where it holds no secret, and logged whole."""
    try:
        return await answer(request)
    except Exception as error:
        _log.exception("%s could not be answered.", request.url.path)
        reason = str(error) if isinstance(error, BadConnection) else "The api-server's log says what went wrong."
        return PlainTextResponse(f"This page cannot be shown. {reason}\n", status_code=502, headers=headers.FRAME)


def _named(target: str) -> Answer:
    """What answers a request, imported when it is asked for: only its own route fails with it."""

    def answer(request: Request) -> Response:
        module, _, function = target.partition(":")
        response: Response = getattr(import_module(module), function)(request)
        return response

    return answer


def _kept_routes(page: Page) -> dict[str, Answer]:
    """By path: the page in our frame, the newest page itself, the list of earlier ones, one of them."""
    kept = page.kept
    assert kept

    def shelf() -> Shelf:
        return Shelf(Lake(), kept)

    def view(request: Request) -> Response:
        wanted = request.query_params.get("of", "")
        if not wanted:
            return framed(request, page, page.title, shown=f"{page.name}/latest")
        if not is_id(wanted):
            return framed(request, page, f"No such {kept.one}", lines=[f"That is no name of a {kept.one}."], status=404)
        return framed(request, page, f"{page.title}: {moment_in(wanted)}", shown=f"{page.name}/earlier/{wanted}")

    def latest(request: Request) -> Response:
        try:
            return HTMLResponse(shelf().latest(), headers=headers.KEPT)
        except NoPage:
            return framed(request, page, kept.nothing, lines=kept.advice)

    def earlier(request: Request) -> Response:
        links = [(f"{page.name}?of={page_id}", moment_in(page_id)) for page_id in shelf().ids()]
        lines = [] if links else [f"There are none yet. The DAG {kept.dag} makes them."]
        return framed(request, page, f"Earlier {kept.one}s", lines=lines, links=links)

    def one(request: Request) -> Response:
        try:
            return HTMLResponse(shelf().page(request.path_params["page_id"]), headers=headers.KEPT)
        except NoPage as error:
            return framed(request, page, f"No such {kept.one}", lines=[str(error)], status=404)

    return {
        f"/{page.name}": view,
        f"/{page.name}/latest": latest,
        f"/{page.name}/earlier": earlier,
        f"/{page.name}/earlier/{{page_id}}": one,
    }
