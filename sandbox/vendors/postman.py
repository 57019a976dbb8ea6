"""The Postman API's monitors (https://learning.postman.com/docs/developer/postman-api/intro-api/)."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, json_answer
from sandbox.house import Endpoint, House
from sandbox.limits import Budget
from sandbox.misbehave import Spoiling
from sandbox.vendors.postman_monitors import (
    MONITORS,
    OWNER,
    Monitor,
    detail_body,
    last_run_body,
    listed_body,
    run_at,
)

MONTH_SECONDS = 30 * 86_400
BAD_KEY = "Invalid API Key. Every request requires a valid API Key to be sent."


class Postman:
    """The team's monitors; `triggered` remembers the runs somebody started by POST, per monitor."""

    name = "postman"
    account = Account(
        kept_as="postman_key",
        make=lambda: f"PMAK-{secrets.token_hex(12)}-{secrets.token_hex(17)}",
        limits={"postman_per_minute": 300, "postman_per_month": 100_000, "postman_page": 25},
    )
    spoilings = (
        Spoiling(r"^/postman/monitors/", "monitor", "lastRun.stats.assertions.total", "many"),
        Spoiling(r"^/postman/monitors", "monitors", "active", "perhaps"),
    )

    def __init__(self, house: House) -> None:
        self.house = house
        self.minute = Budget(house.limits.postman_per_minute, 60)
        self.month = Budget(house.limits.postman_per_month, MONTH_SECONDS)
        self.triggered: dict[str, list[datetime]] = {}

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The list, one monitor, and the path that runs one."""
        return [
            ("GET", "/monitors", self.monitors),
            ("GET", "/monitors/{id}", self.monitor),
            ("POST", "/monitors/{id}/run", self.run),
        ]

    def admit(self, request: Request) -> None:
        """401 without the right X-Api-Key; 429 above the minute's or the month's requests."""
        if request.headers.get("x-api-key") != self.house.credentials.postman_key:
            raise Refused(_error(401, "AuthenticationError", BAD_KEY))
        request.state.remaining = 0
        if not (self.minute.remaining and self.month.remaining):
            wait = self.minute.reset_seconds if self.month.remaining else self.month.reset_seconds
            raise Refused(self._limited(wait))
        self.minute.spend()
        self.month.spend()
        request.state.remaining = self.minute.remaining

    def stamp(self, request: Request, answer: Response) -> Response:
        """Both families of rate headers; X-RateLimit-Reset is an epoch second, RateLimit's reset a delay."""
        if not hasattr(request.state, "remaining"):
            return answer
        left, limit, wait = request.state.remaining, self.minute.allowed, self.minute.reset_seconds
        answer.headers["RateLimit"] = f"limit={limit}, remaining={left}, reset={wait}"
        answer.headers["RateLimit-Policy"] = f"{limit};w=60"
        answer.headers["RateLimit-Remaining-Month"] = str(self.month.remaining)
        answer.headers["X-RateLimit-Limit"] = str(limit)
        answer.headers["X-RateLimit-Remaining"] = str(left)
        answer.headers["X-RateLimit-Reset"] = str(self.minute.epoch(wait))
        return answer

    def lost(self, request: Request) -> Response:
        """404."""
        return _error(404, "notFound", "Requested resource not found")

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer."""
        if kind in ("429", "secondary_limit"):
            return self._limited(seconds)
        if kind == "quota":
            answer = self._limited(seconds)
            answer.headers["RateLimit-Remaining-Month"] = "0"
            return answer
        if kind == "expired_token":
            return _error(401, "AuthenticationError", BAD_KEY)
        if kind == "forbidden":
            return _error(403, "forbiddenError", "You do not have enough permissions to perform this action.")
        if kind == "gone":
            return _error(404, "instanceNotFoundError", "We could not find the monitor you are looking for")
        return _error(int(kind), "serverError", "An error has occurred on the server")

    def _limited(self, seconds: int) -> Response:
        message = "Rate limit exceeded. Please retry after the time in the RetryAfter header."
        headers = {"RetryAfter": str(seconds), "X-RateLimit-RetryAfter": str(seconds)}
        return _error(429, "rateLimited", message, headers)

    def monitors(self, request: Request) -> Response:
        """GET /monitors: pages by cursor, at most 25 each."""
        limit = self._limit(request)
        begin = _position(request.query_params.get("cursor"))
        now = self.house.world.clock.now()
        bodies = [body for body in (listed_body(monitor, now) for monitor in MONITORS) if _asked_for(request, body)]
        end = begin + limit
        more = _cursor(end) if end < len(bodies) else None
        if request.scope.get("repeat_page"):
            more = request.query_params.get("cursor") or _cursor(0)
        return json_answer({"monitors": bodies[begin:end], "meta": {"nextCursor": more, "limit": limit}})

    def monitor(self, request: Request) -> Response:
        """GET /monitors/{id}: one monitor with its latest run."""
        monitor = _monitor(request)
        triggered_at = max(self.triggered.get(monitor.id, []), default=None)
        return json_answer({"monitor": detail_body(monitor, self.house.world, triggered_at)})

    def run(self, request: Request) -> Response:
        """POST /monitors/{id}/run: starts a run, at the team's cost, and remembers it."""
        monitor, now = _monitor(request), self.house.world.clock.now()
        self.triggered.setdefault(monitor.id, []).append(now)
        body = listed_body(monitor, now)
        info: dict[str, Any] = {"jobId": secrets.token_hex(12), "monitorId": monitor.id, "name": monitor.name}
        info |= {"collectionUid": body["collectionUid"], "environmentUid": body["environmentUid"]}
        last = last_run_body(monitor, run_at(monitor, self.house.world, now))
        info |= {"status": last["status"], "startedAt": last["startedAt"]}
        if request.query_params.get("async") == "true":
            return json_answer({"run": {"info": info}})
        return json_answer({"run": {"info": info, "stats": last["stats"], "executions": [], "failures": []}})

    def _limit(self, request: Request) -> int:
        cap = self.house.limits.postman_page
        text = request.query_params.get("limit", str(cap))
        if not text.isdecimal() or not 1 <= int(text) <= cap:
            raise Refused(_error(400, "invalidParamsError", f"The limit must be between 1 and {cap}."))
        return int(text)


def _monitor(request: Request) -> Monitor:
    for monitor in MONITORS:
        if request.path_params["id"] in (monitor.id, monitor.uid):
            return monitor
    raise Refused(_error(404, "instanceNotFoundError", "We could not find the monitor you are looking for"))


def _asked_for(request: Request, body: dict[str, Any]) -> bool:
    query = request.query_params
    return (
        (query.get("active") != "true" or body["active"])
        and query.get("owner", str(OWNER)) == str(OWNER)
        and query.get("collectionUid", body["collectionUid"]) == body["collectionUid"]
        and query.get("environmentUid", body["environmentUid"]) == body["environmentUid"]
    )


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"monitors:{position}".encode()).decode()


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("monitors:"))
    except ValueError as error:
        raise Refused(_error(400, "invalidParamsError", "The cursor is invalid.")) from error


def _error(status: int, name: str, message: str, headers: dict[str, str] | None = None) -> Response:
    return json_answer({"error": {"name": name, "message": message}}, status, headers)
