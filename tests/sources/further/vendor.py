"""Air over Cities, which the tests have made up: hourly figures that depend on place and hour, by days, in pages."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, json_answer
from sandbox.house import Endpoint, House
from sandbox.limits import Budget
from sandbox.misbehave import Spoiling

PAGE = 10
HOUR = timedelta(hours=1)
DOWN = datetime(2026, 11, 2, 14, tzinfo=UTC)
"""For the hour from then on the station of Berlin says so in place of a figure."""
BERLIN = (52.52, 13.405)


class AirQuality:
    """Figures for anywhere."""

    name = "air_quality"
    account = Account(
        kept_as="air_quality_token",
        make=lambda: secrets.token_hex(20),
        limits={"air_quality_per_minute": 1_000},
    )
    spoilings = (Spoiling(r"/measurements", "data", "gases.no2", "much"),)

    def __init__(self, house: House) -> None:
        self.house = house
        self.minute = Budget(house.limits.air_quality_per_minute, 60)

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The only one there is."""
        return [("GET", "/v1/measurements", self.measurements)]

    def admit(self, request: Request) -> None:
        """401 without the right token; 429 above a minute's requests."""
        if request.headers.get("authorization") != f"Bearer {self.house.credentials.air_quality_token}":
            raise Refused(self.fault("401", 0))
        if not self.minute.remaining:
            raise Refused(self.fault("429", self.minute.reset_seconds))
        self.minute.spend()

    def stamp(self, request: Request, answer: Response) -> Response:
        """As it is."""
        return answer

    def lost(self, request: Request) -> Response:
        """404."""
        return self.fault("404", 0)

    def fault(self, kind: str, seconds: int) -> Response:
        """The status that a kind means, and how long to wait."""
        said = {"secondary_limit": 429, "quota": 429, "expired_token": 401, "forbidden": 403, "gone": 404}
        status = said.get(kind) or int(kind)
        answer = json_answer({"message": f"this is a {status}"}, status)
        if status == 429:
            answer.headers["Retry-After"] = str(seconds)
        return answer

    def measurements(self, request: Request) -> Response:
        """GET /v1/measurements: from one day to another, which is told too."""
        query = request.query_params
        place, after = (float(query["latitude"]), float(query["longitude"])), int(query.get("after", 0))
        if request.scope.get("repeat_page"):
            after = 0
        first, last = (datetime.fromisoformat(query[name]).replace(tzinfo=UTC) for name in ("from", "to"))
        hours = [first + number * HOUR for number in range((last - first) // HOUR + 24)]
        data = [_record(*place, at) for at in hours[after : after + PAGE]]
        return json_answer({"data": data, "next": str(after + PAGE) if after + PAGE < len(hours) else None})


def no2(latitude: float, longitude: float, at: datetime) -> float:
    """What was measured there then, in micrograms a cubic metre."""
    return round(latitude + longitude / 100 + at.hour / 10, 3)


def _record(latitude: float, longitude: float, at: datetime) -> dict[str, Any]:
    """Fine particles are not measured before six o'clock."""
    particles = {"fine": 12} if at.hour >= 6 else {}
    figure = "down" if (latitude, longitude, at) == (*BERLIN, DOWN) else no2(latitude, longitude, at)
    return {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "particles": particles, "gases": {"no2": figure}}
