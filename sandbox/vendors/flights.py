"""AeroDataBox behind RapidAPI's gateway (https://doc.aerodatabox.com): airports near a place, and their flights."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from sandbox.account import Account
from sandbox.answers import Refused, json_answer
from sandbox.house import Endpoint, House
from sandbox.limits import Budget
from sandbox.misbehave import Spoiling
from sandbox.vendors.flights_bodies import Direction, airport_body, flight_bodies
from sandbox.world.airports import BY_ICAO, Airport, around
from sandbox.world.days import second_of

MONTH_SECONDS = 30 * 86_400
LONGEST = timedelta(hours=12)
SEARCH_UNITS, FLIGHTS_UNITS = 1, 2
A_MINUTE = timedelta(minutes=1)
BAD_KEY = "Invalid API key. Go to https://docs.rapidapi.com/docs/keys for more info."
NOT_SUBSCRIBED = "You are not subscribed to this API."
TOO_FAST = "You have exceeded the rate limit per second for your plan, BASIC, by the API provider"
USED_UP = "You have exceeded the MONTHLY quota for API Units on your current plan, BASIC."
DIRECTIONS: dict[str, tuple[Direction, ...]] = {
    "arrival": ("arrival",),
    "departure": ("departure",),
    "both": ("departure", "arrival"),
}


class AeroDataBox:
    """The airports of the world and what leaves and lands there."""

    name = "flights"
    account = Account(
        kept_as="flights_key",
        make=lambda: secrets.token_hex(25),
        rates={"requests_per_second": "flights_per_second"},
        # Requests a second; a month's units, of which a list of flights costs two and a search one.
        limits={"flights_per_second": 1, "flights_units_per_month": 600},
        generous={"flights_per_second": 200, "flights_units_per_month": 10_000_000},
    )
    spoilings = (
        Spoiling(r"^/flights/airports/search", "items", "location.lat", "north"),
        Spoiling(r"^/flights/flights/airports", "arrivals|departures", "isCargo", "perhaps"),
    )

    def __init__(self, house: House) -> None:
        self.house = house
        self.second = Budget(house.limits.flights_per_second, 1)
        self.month = Budget(house.limits.flights_units_per_month, MONTH_SECONDS)

    def routes(self) -> list[tuple[str, str, Endpoint]]:
        """The search by place, and an airport's flights in a window of its local time."""
        return [
            ("GET", "/airports/search/location", self.near),
            ("GET", "/flights/airports/{kind}/{code}/{since}/{until}", self.flights),
        ]

    def admit(self, request: Request) -> None:
        """401 without the right key, 403 for another API's host, 429 above a second's requests or a month's units."""
        if request.headers.get("x-rapidapi-key") != self.house.credentials.flights_key:
            raise Refused(_error(401, BAD_KEY))
        if request.headers.get("x-rapidapi-host") != request.url.hostname:
            raise Refused(_error(403, NOT_SUBSCRIBED))
        request.state.is_counted = True
        if not self.second.remaining:
            raise Refused(_error(429, TOO_FAST))
        if not self.month.remaining:
            raise Refused(_error(429, USED_UP))
        self.second.spend()
        self.month.spend(SEARCH_UNITS if "/search/" in request.url.path else FLIGHTS_UNITS)

    def stamp(self, request: Request, answer: Response) -> Response:
        """The gateway's headers about the month; the reset is a delay in seconds."""
        if hasattr(request.state, "is_counted"):
            answer.headers["x-ratelimit-requests-limit"] = str(self.month.allowed)
            answer.headers["x-ratelimit-requests-remaining"] = str(self.month.remaining)
            answer.headers["x-ratelimit-requests-reset"] = str(self.month.reset_seconds)
        return answer

    def lost(self, request: Request) -> Response:
        """404."""
        return _error(404, f"Endpoint '{request.url.path}' does not exist")

    def fault(self, kind: str, seconds: int) -> Response:
        """What the service says when it will not answer; of the second's limit it does not say how long."""
        if kind in ("429", "secondary_limit"):
            return _error(429, TOO_FAST)
        if kind == "quota":
            return _error(429, USED_UP, {"x-ratelimit-requests-reset": str(max(seconds, 3600))})
        if kind == "expired_token":
            return _error(401, BAD_KEY)
        if kind == "forbidden":
            return _error(403, NOT_SUBSCRIBED)
        if kind == "gone":
            return _error(404, "Not found")
        return _error(int(kind), "The service is temporarily unavailable")

    def near(self, request: Request) -> Response:
        """GET /airports/search/location: the nearest first; those without flights only where they are wanted."""
        query = request.query_params
        latitude, longitude = _number(request, "lat", 90.0), _number(request, "lon", 180.0)
        radius, limit = _number(request, "radiusKm", 1000.0), int(_number(request, "limit", 250.0, 10.0))
        airports = [airport for _, airport in around(latitude, longitude, radius)]
        if query.get("withFlightInfoOnly", "false").lower() == "true":
            airports = [airport for airport in airports if airport.size]
        if not airports:
            return Response(status_code=204)
        items = [airport_body(airport) for airport in airports[:limit]]
        return json_answer({"searchBy": {"lat": latitude, "lon": longitude}, "count": len(items), "items": items})

    def flights(self, request: Request) -> Response:
        """GET /flights/airports/…: both ends of the window count, in the airport's local time."""
        airport, query = _airport(request), request.query_params
        start, end = _window(request, airport)
        sides = DIRECTIONS.get(query.get("direction", "Both").lower())
        if sides is None:
            raise Refused(_error(400, "The value of 'direction' is not valid."))
        if query.get("withLeg", "false").lower() != "true":
            raise Refused(_error(400, "The sandbox has flights with both their ends only: withLeg=true."))
        now = second_of(self.house.world.clock.now())
        answer = {}
        for side in sides:
            listed = getattr(self.house.world.flights, f"{side}s")(airport.icao, start, end + A_MINUTE)
            with_codeshared = query.get("withCodeshared", "true").lower() == "true"
            bodies = [body for flight in listed for body in flight_bodies(flight, side, now, with_codeshared)]
            if query.get("withCancelled", "true").lower() != "true":
                bodies = [
                    body for body in bodies if body["status"] not in ("Canceled", "CanceledUncertain", "Diverted")
                ]
            if query.get("withCargo", "true").lower() != "true":
                bodies = [body for body in bodies if not body["isCargo"]]
            answer[f"{side}s"] = bodies
        return json_answer(answer) if any(answer.values()) else Response(status_code=204)


def _airport(request: Request) -> Airport:
    kind, code = request.path_params["kind"].lower(), request.path_params["code"].upper()
    airport = next((one for one in BY_ICAO.values() if code == (one.iata if kind == "iata" else one.icao)), None)
    if airport is None or kind not in ("iata", "icao"):
        raise Refused(_error(400, f"Airport '{code}' is not found by '{kind}'."))
    return airport


def _window(request: Request, airport: Airport) -> tuple[datetime, datetime]:
    readings = []
    for name in ("since", "until"):
        text = request.path_params[name]
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?", text):
            raise Refused(_error(400, f"'{text}' is not a local time of the form YYYY-MM-DDTHH:mm."))
        try:
            readings.append(datetime.fromisoformat(text))
        except ValueError as error:
            raise Refused(_error(400, f"'{text}' is not a time.")) from error
    since, until = readings
    if not timedelta(0) < until - since <= LONGEST:
        raise Refused(_error(400, "The end must be more than the beginning, by no more than 12 hours."))
    zone = ZoneInfo(airport.timezone)
    return since.replace(tzinfo=zone), until.replace(tzinfo=zone)


def _number(request: Request, name: str, most: float, default: float | None = None) -> float:
    try:
        number = float(request.query_params.get(name, "" if default is None else default))
    except ValueError:
        number = float("nan")
    if not -most <= number <= most:
        raise Refused(_error(400, f"The value of '{name}' is not valid."))
    return number


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return json_answer({"message": message}, status, headers)
