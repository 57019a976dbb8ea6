"""StatusCake's API v1 (https://developers.statuscake.com/api): uptime checks and what they have seen."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, bearer_token, json_answer, root_url
from sandbox.house import Endpoint, House
from sandbox.limits import Budget
from sandbox.misbehave import Spoiling
from sandbox.vendors import statuscake_checks as checks
from sandbox.vendors.statuscake_bodies import alert_body, detail_body, look_body, overview_body, period_body
from sandbox.vendors.statuscake_checks import CHECKS, Check

DENIED = {"x-ext-authz": "denied"}
DEFAULT_PAGE = 25
NO_TOKEN = "Unauthorised. Please provide a valid API token."
TOO_MANY = "Too many requests. Please wait before trying again."


class StatusCake:
    """The account's checks over the world's outages of "site" and "api"."""

    name = "statuscake"
    account = Account(
        kept_as="statuscake_token",
        make=lambda: secrets.token_urlsafe(24),
        path="/v1",
        rates={"requests_per_second": "statuscake_per_second"},
        limits={"statuscake_per_second": 5, "statuscake_per_minute": 60, "statuscake_page": 100},
        generous={"statuscake_per_second": 100, "statuscake_per_minute": 6_000},
    )
    spoilings = (
        Spoiling(r"^/statuscake/.*/periods", "data", "created_at", "yesterday afternoon"),
        Spoiling(r"^/statuscake/.*/alerts", "data", "status_code", "none"),
        Spoiling(r"^/statuscake/.*/history", "data", "created_at", "yesterday afternoon"),
        Spoiling(r"^/statuscake/.*/uptime", "data", "check_rate", "five minutes"),
    )

    def __init__(self, house: House) -> None:
        self.house = house
        self.second = Budget(house.limits.statuscake_per_second, 1)
        self.minute = Budget(house.limits.statuscake_per_minute, 60)

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The five paths about uptime."""
        return [
            ("GET", "/v1/uptime", self.uptime),
            ("GET", "/v1/uptime/{id}", self.detail),
            ("GET", "/v1/uptime/{id}/periods", self.periods),
            ("GET", "/v1/uptime/{id}/alerts", self.alerts),
            ("GET", "/v1/uptime/{id}/history", self.history),
        ]

    def admit(self, request: Request) -> None:
        """401 without a bearer token, the gateway's 403 without a body for a wrong one, 429 above a rate."""
        token = bearer_token(request)
        if not token:
            raise Refused(_error(401, NO_TOKEN))
        if token != self.house.credentials.statuscake_token:
            raise Refused(Response(status_code=403, headers=DENIED))
        request.state.remaining = 0
        if not (self.second.remaining and self.minute.remaining):
            raise Refused(_error(429, TOO_MANY))
        self.second.spend()
        self.minute.spend()
        request.state.remaining = self.second.remaining

    def stamp(self, request: Request, answer: Response) -> Response:
        """The rate headers: the first number is the limit now applied, the reset is a delay in seconds."""
        if hasattr(request.state, "remaining"):
            applied = self.second if self.minute.remaining else self.minute
            remaining = request.state.remaining if applied is self.second else 0
            self._rate_headers(answer, applied, remaining, applied.reset_seconds)
        return answer

    def lost(self, request: Request) -> Response:
        """404."""
        return _error(404, "Not found")

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer."""
        if kind in ("429", "quota", "secondary_limit"):
            answer = _error(429, TOO_MANY)
            self._rate_headers(answer, self.minute if kind == "quota" else self.second, 0, seconds)
            return answer
        if kind == "forbidden":
            return Response(status_code=403, headers=DENIED)
        if kind == "expired_token":
            return _error(401, NO_TOKEN)
        return _error(404 if kind == "gone" else int(kind), "Not found" if kind == "gone" else "Server error")

    def _rate_headers(self, answer: Response, applied: Budget, remaining: int, seconds: int) -> None:
        limits = f"{self.minute.allowed};w=60, {self.second.allowed};w=1"
        answer.headers["x-ratelimit-limit"] = f"{applied.allowed}, {limits}"
        answer.headers["x-ratelimit-remaining"] = str(remaining)
        answer.headers["x-ratelimit-reset"] = str(seconds)

    def uptime(self, request: Request) -> Response:
        """GET /uptime: the checks, page by page."""
        page, limit = _number(request, "page", 1), self._limit(request)
        with_uptime = "nouptime" not in request.query_params
        records = [check for check in CHECKS if _asked_for(request, check)]
        bodies = [overview_body(check, self.house.past, with_uptime) for check in records]
        if status := request.query_params.get("status"):
            bodies = [body for body in bodies if body["status"] == status]
        pages = max(1, -(-len(bodies) // limit))
        if request.scope.get("repeat_page"):
            page, pages = 1, pages + 1
        shown = bodies[(page - 1) * limit : page * limit]
        counts = {"page": page, "per_page": limit, "page_count": pages, "total_count": max(1, len(bodies))}
        return json_answer({"data": shown, "metadata": counts})

    def detail(self, request: Request) -> Response:
        """GET /uptime/{id}: one check with its settings."""
        return json_answer({"data": detail_body(_check(request), self.house.past)})

    def periods(self, request: Request) -> Response:
        """GET /uptime/{id}/periods: stretches of up and down by their start."""
        records = checks.periods(_check(request), self.house.past)
        return self._page(request, records, lambda period: period.created_at, period_body)

    def alerts(self, request: Request) -> Response:
        """GET /uptime/{id}/alerts: who was told."""
        check = _check(request)
        records = checks.alerts(check, self.house.past)
        return self._page(request, records, lambda alert: alert.triggered_at, lambda one: alert_body(check, one))

    def history(self, request: Request) -> Response:
        """GET /uptime/{id}/history: every look, from the newest."""
        check, limit = _check(request), self._limit(request)
        after, before = _between(request)
        records = checks.looks(check, self.house.world, after, before, limit + 1)
        bodies = [look_body(check, look) for look in records[:limit]]
        return _linked(request, bodies, records[limit - 1].at if len(records) > limit else None)

    def _page(
        self,
        request: Request,
        oldest_first: Sequence[Any],
        moment: Callable[[Any], datetime],
        body: Callable[[Any], dict[str, Any]],
    ) -> Response:
        limit = self._limit(request)
        after, before = _between(request)
        records = [one for one in reversed(oldest_first) if after < moment(one) < before]
        last = moment(records[limit - 1]) if len(records) > limit else None
        return _linked(request, [body(one) for one in records[:limit]], last)

    def _limit(self, request: Request) -> int:
        limit = _number(request, "limit", DEFAULT_PAGE)
        if limit > self.house.limits.statuscake_page:
            raise Refused(_invalid("limit", f"must be at most {self.house.limits.statuscake_page}"))
        return limit


def _check(request: Request) -> Check:
    for check in CHECKS:
        if check.id == request.path_params["id"]:
            return check
    raise Refused(_error(404, "No results found"))


def _asked_for(request: Request, check: Check) -> bool:
    tags = {tag for tag in request.query_params.get("tags", "").split(",") if tag}
    if "matchany" in request.query_params:
        return not tags or bool(tags & set(check.tags))
    return tags <= set(check.tags)


def _between(request: Request) -> tuple[datetime, datetime]:
    """`after` and `before`, UNIX seconds, as moments; open where absent."""
    after = _number(request, "after", 0, minimum=0)
    before = _number(request, "before", 2**33, minimum=0)
    return datetime.fromtimestamp(after, UTC), datetime.fromtimestamp(before, UTC)


def _number(request: Request, name: str, default: int, minimum: int = 1) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) < minimum:
        raise Refused(_invalid(name, f"must be a whole number of at least {minimum}"))
    return min(int(text), 2**33)


def _linked(request: Request, bodies: list[dict[str, Any]], last: datetime | None) -> Response:
    """A page newest first; `last` is the moment of its last record when there are more."""
    here = root_url(request) + request.url.path
    query = dict(request.query_params)
    links = {"self": f"{here}?{urlencode(query)}" if query else here}
    if request.scope.get("repeat_page"):
        links["next"] = links["self"]
    elif last is not None:
        links["next"] = f"{here}?{urlencode(query | {'before': int(last.timestamp())})}"
    return json_answer({"data": bodies, "links": links, "metadata": {}})


def _invalid(field: str, reason: str) -> Response:
    return json_answer({"message": "The provided parameters are invalid", "errors": {field: [reason]}}, 400)


def _error(status: int, message: str) -> Response:
    return json_answer({"message": message, "errors": {}}, status)
