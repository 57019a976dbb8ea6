"""The pages in Airflow's own UI: the verdicts, earlier reports, and the status in words; behind Airflow's login."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from bellwether.hooks.errors import BadConnection
from bellwether.lake.bucket import Lake
from bellwether.pages import embed, headers
from bellwether.verdicts.report.shelf import NoReport, Shelf, is_id, moment_of
from bellwether.watch.status.status import Status, status

LATEST, EARLIER, STATUS = "Latest verdicts", "Earlier reports", "Status in words"
_log = logging.getLogger(__name__)


def build() -> FastAPI:
    """The application. Every route needs a user whom Airflow knows."""
    app = FastAPI(title="bellwether", dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)
    for path, answer in (
        ("/", latest),
        ("/view", view),
        ("/reports", reports),
        ("/reports/{report_id}", report),
        ("/status", status_as_wanted),
        ("/status.txt", status_as_text),
        ("/status.json", status_as_json),
    ):
        app.get(path, response_class=Response)(answer)
    app.middleware("http")(answered)
    return app


def latest() -> Response:
    """The newest report."""
    try:
        return HTMLResponse(_shelf().latest_page(), headers=headers.REPORT)
    except NoReport:
        told = [
            "The DAG verdicts makes reports from what the sources have said. Unpause it, or run it once: "
            "airflow dags test verdicts",
            "It needs tables that have been filled: run the DAG warehouse and the sources' DAGs first.",
        ]
        return _around("There is no report yet", LATEST, "", lines=told)


def report(report_id: str) -> Response:
    """One report by its id."""
    try:
        return HTMLResponse(_shelf().page(report_id), headers=headers.REPORT)
    except NoReport as error:
        return _around("No such report", EARLIER, "../", lines=[str(error)], status=404)


def view(report: str = "") -> Response:
    """A report with our navigation around it: what Airflow's sidebar opens."""
    if report and not is_id(report):
        return _around("No such report", EARLIER, "", lines=["That is no report's name."], status=404)
    title = f"Verdicts of {moment_of(report)}" if report else LATEST
    return _around(title, "" if report else LATEST, "", frame=f"reports/{report}" if report else "./")


def reports() -> Response:
    """The reports there are."""
    ids = [(each, moment_of(each)) for each in _shelf().ids()]
    told = [] if ids else ["There are none yet. The DAG verdicts makes them."]
    return _around(EARLIER, EARLIER, "", lines=told, ids=ids)


def status_as_wanted(request: Request) -> Response:
    """How the stack is doing, in the form that the client likes best."""
    wanted = headers.preferred(request.headers.get("accept", ""))
    if wanted == "html":
        return _around("How is the stack doing?", STATUS, "", lines=[line.text for line in status().lines])
    answer = status_as_text() if wanted == "text" else status_as_json()
    answer.headers["Vary"] = "Accept"
    return answer


def status_as_text() -> Response:
    """The same as sentences, one a line."""
    return PlainTextResponse(status().text() + "\n", headers=headers.PLAIN)


def status_as_json() -> Response:
    """The same as data: `at`, `text`, and `lines` of `about`, `ok`, `text`."""
    found: Status = status()
    return JSONResponse(found.as_json(), headers=headers.PLAIN)


async def answered(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """What goes wrong is said where it holds no secret, and logged whole."""
    try:
        return await answer(request)
    except Exception as error:
        _log.exception("%s could not be answered.", request.url.path)
        said = str(error) if isinstance(error, BadConnection) else "The api-server's log says what went wrong."
        return PlainTextResponse(f"This page cannot be shown. {said}\n", status_code=502, headers=headers.PLAIN)


def _shelf() -> Shelf:
    return Shelf(Lake())


def _around(title: str, here: str, root: str, *, status: int = 200, **shown: object) -> Response:
    values = {"lines": (), "ids": (), "frame": ""} | shown
    page = embed.templates().get_template("around.html.j2")
    text = page.render(title=title, here=here, root=root, style=embed.own("around.css"), **values)
    return HTMLResponse(text, status_code=status, headers=headers.PLAIN)
