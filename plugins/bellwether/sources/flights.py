"""AeroDataBox: the airports near the watched cities, and their arrivals and departures from announced to landed.

API: 1.14, https://doc.aerodatabox.com, through RapidAPI. Key: of a RapidAPI application that is subscribed to
AeroDataBox. Watched are the cities of include/cities.toml; the extra may name fewer in ``cities``, and say
``requests_per_second`` (1, the plan BASIC's). Airports within 50 km that have flights are found, never named.

What bites:

- Flights are asked for in the airport's local time, by at most twelve hours: windows are cut at its midnight and
  noon, and no end is ever a local time that occurs twice.
- Tomorrow's flights are announced today: each run reads two days ahead, and back for twelve hours, since what is
  late lands late. Status, times, gate and aircraft change until then; the later reading wins.
- The same aeroplane is listed under each number it is sold by, about a third of all rows: count those whose
  ``codeshare_status`` is not ``IsCodeshared``. Cancelled and cargo flights are there too, private ones are not.
- Times have a space and no seconds. In 2022 they stood flat (``scheduledTimeUtc``), in 2023 in both ways.
- Nearly all fields are optional. A flight without a schedule has its day at 04:00 UTC as ``scheduled_at``, and no
  ``scheduled_local``; what is expected of it is its revised, else its predicted, else its runway time.
- No flights are a 204 without a body. A month's quota (600 units with BASIC, two for a list of flights) does not
  go far: every six hours, twenty airports take some 1,000 requests a day. Name fewer cities, or buy a plan.
- 429 is for the second and for the month, told apart by its message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from bellwether.distance import haversine_km
from bellwether.hooks.answer import Answer
from bellwether.hooks.api import ApiHook
from bellwether.hooks.limits import number, retry_after
from bellwether.hooks.records import Page
from bellwether.hooks.source import Limit, Source
from bellwether.hooks.stream import WHOLE, Column, Reading, Stream
from bellwether.places import WATCHED, by_place, read_cities, watched_cities
from bellwether.sources import operator_on_demand
from bellwether.window import EPOCH, Window

_RADIUS_KM = 50
_HALF_DAY = timedelta(hours=12)
_DAY_BEGINS = timedelta(hours=4)
"""UTC: few flights land about then, so that the times of few cross it."""
_MONTH_SECONDS = 30 * 86_400.0
_ANY_TIME = Window(EPOCH, EPOCH + timedelta(days=1))


def _moment(text: Any) -> datetime | None:
    """The moment of a time like ``2026-11-20 05:50Z``. Raises ValueError."""
    if text is None:
        return None
    at = datetime.fromisoformat(text if isinstance(text, str) else "no text")
    if at.tzinfo is None:
        raise ValueError(f"a time without an offset: {text!r}")
    return at.astimezone(UTC)


def _scheduled_at(row: Mapping[str, Any], reading: Reading) -> datetime:
    """When a flight is scheduled; without a schedule its day's start, so that its key stays when its times move."""
    if row["scheduled_local"]:
        return _moment(row["scheduled_local"]) or EPOCH
    at: datetime = row["revised_at"] or row["runway_at"]
    if at is None:
        raise ValueError("no scheduled, revised, predicted or runway time")
    return (at - _DAY_BEGINS).replace(hour=0, minute=0, second=0) + _DAY_BEGINS


def _distance_km(airport: Mapping[str, Any], reading: Reading) -> float | None:
    """From the city's centre, as include/cities.toml has it."""
    city, place = read_cities()[reading.subject], (airport["latitude"], airport["longitude"])
    return None if None in place else round(haversine_km(city.latitude, city.longitude, *place), 3)


def _time(name: str, side: str, now: str, once: str, *else_at: str) -> Column:
    """A time, where it stands today and where it stood in 2022."""
    or_paths = (f"{side}.{once}TimeUtc", *else_at)
    return Column(name, "timestamp", f"{side}.{now}Time.utc", parse=_moment, or_paths=or_paths)


def _flights(name: str, direction: str, own: str, other: str, place: str, more: Column) -> Stream:
    """A list of flights: the airport's own side of them, and the airport at their other end."""
    revised = _time("revised_at", own, "revised", "actual", f"{own}.predictedTime.utc")
    runway = _time("runway_at", own, "runway", "runway")
    placed = _time("scheduled_at", own, "scheduled", "scheduled", *revised.source_paths, *runway.source_paths)
    scheduled_local = Column(
        "scheduled_local",
        path=f"{own}.scheduledTime.local",
        or_paths=(f"{own}.scheduledTimeLocal", f"{own}.scheduledTime.utc", f"{own}.scheduledTimeUtc"),
    )
    return Stream(
        name=name,
        path="/flights/airports/icao/{subject}/{since}/{until}",
        subject_column="airport_icao",
        params={"direction": direction, "withLeg": "true", "withPrivate": "false"},
        records=name,
        may_be_204=True,
        cursor=replace(placed, required=True),
        lookback=_HALF_DAY,
        ahead=timedelta(days=2),
        local_slice=_HALF_DAY,
        lists_all=True,
        key=("number", "scheduled_at"),
        columns=(
            Column("number", required=True),
            Column("scheduled_at", "timestamp", required=True, from_row=_scheduled_at),
            scheduled_local,
            revised,
            runway,
            Column("status"),
            Column("codeshare_status", path="codeshareStatus"),
            Column("is_cargo", "boolean", "isCargo"),
            Column(f"{place}_icao", path=f"{other}.airport.icao"),
            Column(f"{place}_iata", path=f"{other}.airport.iata"),
            Column(f"{place}_name", path=f"{other}.airport.name"),
            Column("airline_name", path="airline.name"),
            Column("airline_iata", path="airline.iata"),
            Column("airline_icao", path="airline.icao"),
            Column("call_sign", path="callSign"),
            Column("aircraft_model", path="aircraft.model"),
            Column("aircraft_registration", path="aircraft.reg"),
            Column("terminal", path=f"{own}.terminal"),
            Column("gate", path=f"{own}.gate"),
            more,
        ),
    )


AIRPORTS = Stream(
    name="airports",
    path="/airports/search/location",
    subject_column="city_id",
    named_by=watched_cities,
    subject_params=by_place(),
    params={"radiusKm": _RADIUS_KM, "limit": 25, "withFlightInfoOnly": "true"},
    records="items",
    snapshot=True,
    slice=WHOLE,
    key=("icao",),
    columns=(
        Column("icao", required=True),
        Column("iata"),
        Column("name"),
        Column("municipality", path="municipalityName"),
        Column("country", path="countryCode"),
        Column("latitude", "number", "location.lat"),
        Column("longitude", "number", "location.lon"),
        Column("timezone", path="timeZone"),
        Column("distance_km", "number", from_row=_distance_km),
    ),
)
ARRIVALS = _flights(
    "arrivals", "Arrival", "arrival", "departure", "origin", Column("baggage_belt", path="arrival.baggageBelt")
)
DEPARTURES = _flights(
    "departures", "Departure", "departure", "arrival", "destination",
    Column("check_in_desk", path="departure.checkInDesk"),
)  # fmt: skip

SOURCE = Source(
    name="flights",
    title="AeroDataBox",
    streams=(AIRPORTS, ARRIVALS, DEPARTURES),
    base_url="https://aerodatabox.p.rapidapi.com",
    watched=WATCHED,
    example='{"conn_type": "http", "password": "RAPIDAPI-KEY", "extra": {"cities": ["berlin"]}}',
    rights=(
        "the key of a RapidAPI application that is subscribed to AeroDataBox; without `cities`, all of cities.toml are "
        "read"
    ),
    limits=(Limit(1, 1.0, "requests_per_second"),),
    schedule="0 */6 * * *",
    concurrency=4,
)


class FlightsHook(ApiHook):
    """Reads the flights of the airports near all cities, or near those named in the connection's extra."""

    source = SOURCE

    def auth_headers(self) -> dict[str, str]:
        """The key, in RapidAPI's own headers."""
        host = urlsplit(self.service.base_url).hostname or ""
        return {"X-RapidAPI-Key": self.service.secret(), "X-RapidAPI-Host": host}

    def wait_asked(self, answer: Answer) -> float | None:
        """A second for the second's limit; for the month's quota as long as the gateway says, or the month."""
        if answer.status != 429:
            return None
        if "quota" not in _message(answer):
            return retry_after(answer) or 1.0
        return number(answer.headers.get("x-ratelimit-requests-reset")) or retry_after(answer) or _MONTH_SECONDS

    def turned_down(self, answer: Answer) -> bool:
        """A bad key is a 401; one without a subscription a 403 that says so."""
        return answer.status == 401 or (answer.status == 403 and "not subscribed" in _message(answer))

    def named_subjects(self, stream: Stream) -> list[str] | None:
        """The cities' ids for the airports; the airports have to be found."""
        return super().named_subjects(stream) if stream is AIRPORTS else None

    def subjects(self, stream: Stream) -> list[str]:
        """The cities' ids for the airports, and those airports for their flights."""
        named = self.named_subjects(stream)
        return list(self._zones) if named is None else named

    def zone(self, subject: str) -> tzinfo:
        """The airport's own time zone."""
        return self._zones[subject]

    def read(self, stream: Stream, subject: str, window: Window) -> Iterator[Page]:
        """As every hook; a city's airports are asked for once, although all streams need them."""
        if stream is not AIRPORTS:
            yield from super().read(stream, subject, window)
            return
        if subject not in self._airports:
            self._airports[subject] = list(super().read(stream, subject, window))
        yield from self._airports[subject]

    @cached_property
    def _airports(self) -> dict[str, list[Page]]:
        return {}

    @cached_property
    def _zones(self) -> dict[str, tzinfo]:
        """By airport near a watched city its time zone; the city's where the vendor does not say."""
        found: dict[str, tzinfo] = {}
        for city in self.subjects(AIRPORTS):
            for page in self.read(AIRPORTS, city, _ANY_TIME):
                for airport in filter(None, map(_airport, page.records)):
                    found.setdefault(airport.icao, _zone(airport.timeZone, city))
        return found


class _Airport(msgspec.Struct):
    icao: str
    timeZone: Any = None


def _airport(record: bytes) -> _Airport | None:
    """As much of an airport as it takes to ask for its flights; None where that is not told."""
    try:
        airport = msgspec.json.decode(record, type=_Airport)
    except (msgspec.DecodeError, RecursionError):
        return None  # Staging rejects it and says why.
    return airport if airport.icao.isalnum() else None


def _zone(name: Any, city: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):  # not said, or one that Python has not heard of
        return read_cities()[city].zone


def _message(answer: Answer) -> str:
    try:
        return str(answer.value("message")).lower()
    except (ValueError, msgspec.MsgspecError):
        return ""


__getattr__ = operator_on_demand(FlightsHook)
