"""GitHub's primary and secondary limits and the headers that tell of them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refused
from sandbox.house import House
from sandbox.limits import Budget
from sandbox.vendors import github_errors as errors

HOUR_SECONDS = 3_600
FREE = "/github/rate_limit"


class Allowance:
    """Requests an hour, with or without a token, and points a minute for each kind of list."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.known = Budget(house.limits.github_per_hour, HOUR_SECONDS)
        self.anonymous = Budget(house.limits.github_anonymous_per_hour, HOUR_SECONDS)
        self._points: dict[str, Budget] = {}

    def admit(self, request: Request, known: bool) -> None:
        """Raises Refused with the 403 of the limit that is passed."""
        request.state.budget = budget = self.known if known else self.anonymous
        if request.url.path == FREE:
            return
        if self.house.in_flight["github"] > self.house.limits.github_concurrent:
            raise Refused(errors.secondary_limit(403, 60))
        if not budget.remaining:
            raise Refused(errors.primary_limit("user ID 90210044" if known else "127.0.0.1"))
        points = self._points_of(request)
        if not points.remaining:
            raise Refused(errors.secondary_limit(403, points.reset_seconds))
        points.spend()
        request.state.is_charged = True

    def stamp(self, request: Request, answer: Response) -> Response:
        """Charge the request unless it is a 304, and say what is left."""
        budget: Budget | None = getattr(request.state, "budget", None)
        if budget is None:
            return answer
        if getattr(request.state, "is_charged", False) and answer.status_code != 304:
            budget.spend()
        return self._told(answer, budget, budget.remaining, budget.reset_seconds)

    def exhausted(self, answer: Response, seconds: int) -> Response:
        """`answer` with headers that tell of nothing left for so many seconds."""
        return self._told(answer, self.known, 0, seconds)

    def body(self, request: Request) -> dict[str, Any]:
        """The rate-limit overview."""
        budget: Budget = request.state.budget
        core = {
            "limit": budget.allowed,
            "used": budget.spent,
            "remaining": budget.remaining,
            "reset": budget.epoch(budget.reset_seconds),
        }
        search = {"limit": 30, "used": 0, "remaining": 30, "reset": budget.epoch(60)}
        return {"resources": {"core": core, "search": search}, "rate": core}

    def _points_of(self, request: Request) -> Budget:
        kind = request.url.path.rpartition("/")[2]
        allowed = self.house.limits.github_points_per_minute
        return self._points.setdefault(kind, Budget(allowed, 60))

    def _told(self, answer: Response, budget: Budget, remaining: int, seconds: int) -> Response:
        answer.headers["x-ratelimit-limit"] = str(budget.allowed)
        answer.headers["x-ratelimit-remaining"] = str(remaining)
        answer.headers["x-ratelimit-used"] = str(budget.allowed - remaining)
        answer.headers["x-ratelimit-reset"] = str(budget.epoch(seconds))
        answer.headers["x-ratelimit-resource"] = "core"
        return answer
