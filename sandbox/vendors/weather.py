"""OpenWeatherMap 2.5: the five-day forecast and the current weather (https://openweathermap.org/forecast5)."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, json_answer
from sandbox.house import Endpoint, House
from sandbox.limits import Budget
from sandbox.misbehave import Spoiling
from sandbox.vendors.weather_bodies import UNITS, Spot, current_body, forecast_body, spot_at, spot_named
from sandbox.world.weather import STEPS

MONTH_SECONDS = 30 * 86_400
BAD_KEY = "Invalid API key. Please see http://openweathermap.org/faq#error401 for more info."
BLOCKED = (
    "Your account is temporary blocked due to exceeding of requests limitation of your subscription type. "
    "Please choose the proper subscription http://openweathermap.org/price"
)


class Weather:
    """The weather of the world, for anywhere on Earth."""

    name = "weather"
    account = Account(
        kept_as="weather_key",
        make=lambda: secrets.token_hex(16),
        limits={"weather_per_minute": 60, "weather_per_month": 1_000_000},
    )
    spoilings = (
        Spoiling(r"^/weather/.*/forecast", "list", "main.temp", "warm"),
        Spoiling(r"^/weather/.*/weather", "", "main.temp", "warm"),
    )

    def __init__(self, house: House) -> None:
        self.house = house
        self.minute = Budget(house.limits.weather_per_minute, 60)
        self.month = Budget(house.limits.weather_per_month, MONTH_SECONDS)

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The two that the free plan has."""
        return [("GET", "/data/2.5/forecast", self.forecast), ("GET", "/data/2.5/weather", self.current)]

    def admit(self, request: Request) -> None:
        """401 without the right appid; 429 above the minute's or the month's requests, with no word how long."""
        if request.query_params.get("appid") != self.house.credentials.weather_key:
            raise Refused(_error(401, BAD_KEY))
        if not (self.minute.remaining and self.month.remaining):
            raise Refused(_error(429, BLOCKED))
        self.minute.spend()
        self.month.spend()

    def stamp(self, request: Request, answer: Response) -> Response:
        """As it is: nothing tells what is left of the limits."""
        return answer

    def lost(self, request: Request) -> Response:
        """404."""
        return _error(404, "Internal error")

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer."""
        if kind in ("429", "secondary_limit", "quota"):
            return _error(429, BLOCKED)
        if kind == "expired_token":
            return _error(401, BAD_KEY)
        if kind == "forbidden":
            return _error(403, "Your subscription does not include this service.")
        if kind == "gone":
            return _error(404, "city not found")
        return _error(int(kind), "Internal server error")

    def forecast(self, request: Request) -> Response:
        """GET /forecast: up to forty steps of three hours."""
        spot, units = _spot(request), _units(request)
        count = _count(request.query_params.get("cnt"))
        return json_answer(forecast_body(spot, self.house.world, units, count))

    def current(self, request: Request) -> Response:
        """GET /weather: as it is."""
        return json_answer(current_body(_spot(request), self.house.world, _units(request)))


def _spot(request: Request) -> Spot:
    """The place of lat and lon, or a city by its name in q."""
    query = request.query_params
    if "q" in query:
        spot = spot_named(query["q"])
        if spot is None:
            raise Refused(_error(404, "city not found"))
        return spot
    if "lat" not in query or "lon" not in query:
        raise Refused(_error(400, "Nothing to geocode"))
    latitude = _degrees(query["lat"], "latitude", 90)
    return spot_at(latitude, _degrees(query["lon"], "longitude", 180))


def _degrees(text: str, name: str, most: int) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = float("nan")
    if not -most <= degrees <= most:
        raise Refused(_error(400, f"wrong {name}"))
    return degrees


def _units(request: Request) -> str:
    asked = request.query_params.get("units", "standard")
    return asked if asked in UNITS else "standard"


def _count(text: str | None) -> int:
    if text is None:
        return STEPS
    if not text.isdecimal() or not 1 <= int(text) <= STEPS:
        raise Refused(_error(400, f"cnt from 1 to {STEPS}"))
    return int(text)


def _error(status: int, message: str) -> Response:
    """`cod` is a number for keys and limits, a text for all else."""
    return json_answer({"cod": status if status in (401, 403, 429) else str(status), "message": message}, status)
