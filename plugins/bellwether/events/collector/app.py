"""The collector's HTTP side.

An answer is always JSON of one form, for the SDKs read no other, and never a redirect, 202 or 204, which they take for
faults. 4xx only where sending the same again cannot help or must wait: 400 no array, 401, 413, 429; 503 if nothing was
stored.
"""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response

from bellwether.events import envelope
from bellwether.events.collector.batch import NotAnArray, answer, error
from bellwether.events.collector.body import NotReadable, TooLarge, read_body
from bellwether.events.collector.collector import Collector, TooMuch
from bellwether.events.collector.group import NotStored

PATH = "/api/v1/{tracking_id}/{instance}/events"
RETRY_SECONDS = 5
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "authorization, content-type, content-encoding, x-sent-at, x-request-id, x-attempt",
    "Access-Control-Max-Age": "7200",
}
_REQUEST_ID = re.compile(r"[!-~]{1,64}")


class Refusal(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def create_app(collector: Collector) -> FastAPI:
    """The application over a collector, which it starts and stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await collector.start()
        yield
        await collector.stop()

    app = FastAPI(title="Event collector", openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    app.add_middleware(PlainPaths)

    # Plain routes: what FastAPI would find out about their parameters costs as much as storing the events.
    async def send(request: Request) -> Response:
        status, body, headers = 200, b"", _cors(collector, request)
        try:
            body = await _taken(collector, request)
        except Refusal as refusal:
            status, headers = refusal.status, headers | refusal.headers
            body = answer(0, error(0, None, status, str(refusal)))
        collector.metrics.requests.labels(status).inc()
        return Response(body, status, headers, media_type="application/json")

    async def preflight(request: Request) -> Response:
        allowed = _cors(collector, request)
        return Response(headers=allowed and allowed | _PREFLIGHT)

    app.add_route(PATH, send, ["POST"])
    app.add_route(PATH, preflight, ["OPTIONS"])

    @app.get("/health")
    async def health() -> Response:
        if collector.is_refusing:
            return Response(b'{"status":"cannot store"}', 503, media_type="application/json")
        return Response(b'{"status":"ok"}', media_type="application/json")

    @app.get("/metrics")
    async def metrics(request: Request) -> Response:
        return Response(collector.figures() if _is_near(request) else b"", 200 if _is_near(request) else 404)

    return app


async def _taken(collector: Collector, request: Request) -> bytes:
    """Store what a request brings, and return the answer. Raises Refusal."""
    _authorize(collector, request)
    try:
        collector.admit(request.path_params["tracking_id"])
        body = await read_body(request)
        with collector.metrics.seconds.time():
            return await collector.take(body, lambda at: _about(at, request))
    except TooMuch as much:
        raise Refusal(429, str(much), Retry_After=str(much.seconds)) from None
    except TooLarge as large:
        raise Refusal(413, str(large)) from None
    except (NotAnArray, NotReadable) as wrong:
        raise Refusal(400, str(wrong)) from None
    except NotStored:
        raise Refusal(503, "nothing was stored, send it again", Retry_After=str(RETRY_SECONDS)) from None
    except TimeoutError:
        raise Refusal(503, "the body came too slowly", Retry_After=str(RETRY_SECONDS), Connection="close") from None


def _authorize(collector: Collector, request: Request) -> None:
    tracking_id = request.path_params["tracking_id"]
    key = request.query_params.get("key")
    if key is not None:
        if not collector.access.by_key(tracking_id, key, request.headers.get("origin", "")):
            raise Refusal(401, "this key does not let this page send")
    elif not collector.access.by_secret(tracking_id, request.headers.get("authorization", "")):
        raise Refusal(401, "the tracking id or its secret is wrong", WWW_Authenticate='Basic realm="events"')


def _about(received_at: str, request: Request) -> envelope.Request:
    """What is kept of a request. A beacon cannot set headers and says the same in its query."""

    def said(name: str) -> str:
        return request.headers.get(f"x-{name}") or request.query_params.get(name, "")

    request_id = said("request-id")
    return envelope.Request(
        received_at=received_at,
        tracking=request.path_params["tracking_id"],
        instance=request.path_params["instance"][: envelope.INSTANCE_CHARACTERS],
        agent=request.headers.get("user-agent", "")[: envelope.AGENT_CHARACTERS],
        request=request_id if _REQUEST_ID.fullmatch(request_id) else uuid.uuid4().hex,
        sent_at=_number(said("sent-at")),
        attempt=_number(said("attempt")),
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,15}", text) else None


def _cors(collector: Collector, request: Request) -> dict[str, str]:
    """What lets a page of a listed origin read the answer."""
    origin = request.headers.get("origin", "")
    if not origin or not collector.access.knows(request.path_params["tracking_id"], origin):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After", "Vary": "Origin"}


def _is_near(request: Request) -> bool:
    """Whether a request comes from this machine or network, and not from a proxy in front of everybody."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    return not ipaddress.ip_address(request.client.host).is_global


Scope = MutableMapping[str, Any]
ASGI = Callable[[Scope, Any, Any], Awaitable[None]]


class PlainPaths:
    """Takes ``/api/v1//x/y/events/`` for ``/api/v1/x/y/events``: some clients' endpoint ends in ``/``."""

    def __init__(self, app: ASGI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass the request on under its plain path."""
        if scope["type"] == "http" and ("//" in scope["path"] or scope["path"].endswith("/")):
            scope["path"] = "/" + "/".join(filter(None, scope["path"].split("/")))
        await self._app(scope, receive, send)
