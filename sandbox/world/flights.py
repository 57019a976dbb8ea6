"""Flights as they really went, or will: the timetable's, day by day, with delays, cancellations and diversions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import log1p
from zoneinfo import ZoneInfo

from sandbox.world.airports import Airport, watched
from sandbox.world.days import FIRST_DAY, day_of, moment_of, second_of
from sandbox.world.noise import generator
from sandbox.world.timetable import Leg, extra_timetable, is_busy, timetable

_DAYS_KEPT = 120
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AIRCRAFT_OF_AN_AIRLINE = 60


@dataclass(frozen=True, slots=True)
class Flight:
    """One flight on one day; times are epoch seconds, whole minutes.

    departed, landed: when it leaves and lands, were it not cancelled.
    cancelled: when it was called off, None for all that fly.
    quirk: a draw from 0 to 1 of its own, by which vendors leave out what they do not know.
    """

    leg: Leg
    scheduled_departure: int
    scheduled_arrival: int
    departed: int
    landed: int
    cancelled: int | None
    is_diverted: bool
    registration: str
    gate: str
    belt: str
    quirk: float


class Flights:
    """A pure function of (seed, airport, time), the past and the future alike.

    Windows are half-open, with aware datetimes; airports are told by their ICAO code, an unknown one has no flights.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.airports = watched()
        self._day = lru_cache(maxsize=_DAYS_KEPT)(self._of_day)

    def arrivals(self, icao: str, start: datetime, end: datetime) -> list[Flight]:
        """Flights that are to land in the window, by their schedule."""
        return self._found("arrivals", icao, start, end)

    def departures(self, icao: str, start: datetime, end: datetime) -> list[Flight]:
        """Flights that are to leave in the window, by their schedule."""
        return self._found("departures", icao, start, end)

    def landings(self, icao: str, start: datetime, end: datetime) -> int:
        """How many flights with passengers really land in the window: what brings riders to the airport."""
        margin = timedelta(days=1)
        first, last = second_of(start), second_of(end)
        return sum(
            first <= flight.landed < last
            for flight in self.arrivals(icao, start - margin, end + margin)
            if flight.cancelled is None and not flight.is_diverted and not flight.leg.is_cargo
        )

    def _found(self, direction: str, icao: str, start: datetime, end: datetime) -> list[Flight]:
        first, last = second_of(start), second_of(end)
        days = range(max(FIRST_DAY, day_of(first) - 2), day_of(last) + 2)
        flights = [
            (at, flight)
            for day in days
            for at, flight in self._day(day).get((direction, icao), ())
            if first <= at < last
        ]
        return [flight for _, flight in sorted(flights, key=lambda pair: (pair[0], pair[1].leg.number))]

    def _of_day(self, day: int) -> dict[tuple[str, str], list[tuple[int, Flight]]]:
        """By direction and airport, the flights whose timetable has them on this day of their own airport's."""
        flights: dict[tuple[str, str], list[tuple[int, Flight]]] = {}
        for flight in self._flights(day):
            leg = flight.leg
            flights.setdefault(("arrivals", leg.destination.icao), []).append((flight.scheduled_arrival, flight))
            flights.setdefault(("departures", leg.origin.icao), []).append((flight.scheduled_departure, flight))
        return flights

    def _flights(self, day: int) -> Iterator[Flight]:
        busy = {airport for airport in watched() if is_busy(self.seed, airport, day)}
        yield from self._flown(timetable(self.seed), day, "")
        yield from (
            flight for flight in self._flown(extra_timetable(self.seed), day, "extra ") if flight.leg.at in busy
        )

    def _flown(self, legs: tuple[Leg, ...], day: int, kind: str) -> Iterator[Flight]:
        rng = generator(self.seed, day, f"{kind}flights")
        draws, wobble = rng.random((len(legs), 9)), rng.standard_normal((len(legs), 2))
        bad = {airport.icao: generator(self.seed, day, f"day {airport.icao}").random() < 0.05 for airport in watched()}
        weekday = date.fromordinal(day).weekday()
        for leg, draw, noise in zip(legs, draws.tolist(), wobble.tolist(), strict=True):
            if leg.weekdays[weekday]:
                yield _flight(leg, day, draw, noise, bad[leg.at.icao])


def _flight(leg: Leg, day: int, draw: list[float], noise: list[float], is_bad_day: bool) -> Flight:
    at = _second(leg.at, day, leg.minute, leg.second_time)
    lasting = 60 * leg.lasting_minutes
    departure = at if leg.at is leg.origin else at - lasting
    late_share, mean = (0.6, 55.0) if is_bad_day else (0.22, 30.0)
    waiting = -mean * log1p(-draw[1]) if draw[0] < late_share else 0.0
    delay = max(-5.0, 3 + 4 * noise[0]) + min(waiting, 360.0)
    departed = departure + 60 * round(delay)
    landed = departed + max(lasting // 2, lasting + 60 * round(5 * noise[1] - 4))
    is_cancelled = draw[2] < (0.09 if is_bad_day else 0.015)
    return Flight(
        leg=leg,
        scheduled_departure=departure,
        scheduled_arrival=departure + lasting,
        departed=departed,
        landed=landed,
        cancelled=departure - int(3600 * (1 + 29 * draw[3])) // 60 * 60 if is_cancelled else None,
        is_diverted=draw[4] < 0.002,
        registration=_registration(leg, int(draw[5] * _AIRCRAFT_OF_AN_AIRLINE)),
        gate=f"{_LETTERS[int(draw[6] * 4)]}{1 + int(draw[6] * 997) % 40}",
        belt=str(1 + int(draw[7] * 12)),
        quirk=draw[8],
    )


def _registration(leg: Leg, number: int) -> str:
    first, second = divmod(number * 7 + len(leg.model), 26)
    return f"{leg.airline.mark}{_LETTERS[first % 26]}{_LETTERS[second]}"


def _second(airport: Airport, day: int, minute: int, second_time: bool) -> int:
    """The moment a reading of the airport's clocks means; of two, the later one if so wished."""
    reading = datetime.combine(date.fromordinal(day), time()) + timedelta(minutes=minute)
    return second_of(reading.replace(tzinfo=ZoneInfo(airport.timezone), fold=int(second_time)))


def local(second: int, airport: Airport) -> datetime:
    """A moment by the airport's clocks."""
    return moment_of(second).astimezone(ZoneInfo(airport.timezone))
