"""The timetable of the airports with flights: which flight leaves or lands when on which weekday, by their clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from sandbox.world.airlines import ALLIED, AT_HOME, BY_CODE, CARGO, CHEAP, FLEET, FREIGHTERS, Airline
from sandbox.world.airports import BY_ICAO, FAR, Airport, watched
from sandbox.world.noise import generator
from sandbox.world.places import distance_km

FAR_OFF_KM = 4500.0
# The share of flights from one watched airport to another.
AMONG_US = 0.15
# Airports of this size have busy days, a share of all: they then fly one in so many of a second timetable besides.
LARGE = 15
BUSY_SHARE = 0.2
EXTRA_OF = 2
NIGHT_HUB = "EDDK"
BUSINESS = ("EGLC", "ESSB")
# How many of an airport's flights fall into each hour of its clocks.
# fmt: off
_HOURS = np.array([
    0.15, 0.10, 0.10, 0.08, 0.12, 0.45, 1.00, 1.30, 1.35, 1.25, 1.15, 1.10,
    1.10, 1.10, 1.10, 1.15, 1.25, 1.35, 1.35, 1.25, 1.10, 1.00, 0.80, 0.40,
])
_CARGO_HOURS = np.array([1.2, 1.5, 2.2, 1.1, 0.8, 0.4] + [0.1] * 14 + [0.2, 0.4, 0.9, 1.1])
# fmt: on
_WEEKDAYS = np.array([0.88, 0.82, 0.84, 0.88, 0.94, 0.74, 0.90])
_BUSINESS_WEEKDAYS = np.array([0.95, 0.95, 0.95, 0.95, 0.90, 0.15, 0.45])
_SMALL_WEEKDAYS = np.array([0.0, 0.6, 0.0, 0.5, 0.0, 0.6, 0.0])


@dataclass(frozen=True, slots=True)
class Leg:
    """A flight of the timetable; `minute` is of the day on the clocks of `at`, its origin or its destination.

    second_time: where that reading occurs twice, it is the later one.
    partners: under which other airlines' numbers it is sold.
    """

    number: str
    airline: Airline
    origin: Airport
    destination: Airport
    at: Airport
    minute: int
    second_time: bool
    weekdays: tuple[bool, ...]
    lasting_minutes: int
    model: str
    is_cargo: bool
    terminal: str | None
    partners: tuple[tuple[Airline, str], ...]


@lru_cache(maxsize=8)
def timetable(seed: int) -> tuple[Leg, ...]:
    """All flights of all watched airports, the same for a seed."""
    legs: list[Leg] = []
    for airport in watched():
        legs += _legs(seed, airport, len(legs))
    return tuple(legs)


@lru_cache(maxsize=8)
def extra_timetable(seed: int) -> tuple[Leg, ...]:
    """What larger airports have besides on their busy days: half as many flights again."""
    legs = [
        leg
        for airport in watched()
        if airport.size >= LARGE
        # In pairs, for those that leave and those that land take turns.
        for order, leg in enumerate(_legs(seed, airport, 0, "extra "))
        if order // 2 % EXTRA_OF == 0
    ]
    # The usual numbers are 100 and some sevens, so that none is given twice.
    return tuple(
        replace(leg, number=f"{leg.airline.iata} {103 + 7 * order}", partners=()) for order, leg in enumerate(legs)
    )


def is_busy(seed: int, airport: Airport, day: int) -> bool:
    """Whether a fair or the holidays fill an airport; four days in a row at least, announced long before."""
    return airport.size >= LARGE and bool(generator(seed, day // 4, f"fair {airport.icao}").random() < BUSY_SHARE)


def _legs(seed: int, airport: Airport, first: int, kind: str = "") -> Iterator[Leg]:
    rng = generator(seed, 0, f"{kind}timetable {airport.icao}")
    count = max(2, round(airport.size / _weekdays(airport).mean()))
    for order in range(first, first + 2 * count):
        is_cargo = airport.icao == NIGHT_HUB and rng.random() < 0.5
        leaves = (order - first) % 2 == 0
        if not leaves and airport.size >= 3 and rng.random() < AMONG_US:
            continue
        other = _other(rng, airport, leaves)
        airline = BY_CODE[str(rng.choice(CARGO))] if is_cargo else _airline(rng, airport, other)
        hours = _CARGO_HOURS if is_cargo else _HOURS
        place = (order - first) // 2
        minute = _minute(hours, (place + rng.random()) / count)
        weekdays = tuple(bool(runs) for runs in rng.random(7) < _weekdays(airport))
        kilometres = distance_km(airport.latitude, airport.longitude, other.latitude, other.longitude)
        yield Leg(
            number=f"{airline.iata} {100 + 7 * order}",
            airline=airline,
            origin=airport if leaves else other,
            destination=other if leaves else airport,
            at=airport,
            minute=minute,
            second_time=place % 2 == 1,
            weekdays=weekdays,
            lasting_minutes=35 + 5 * round(kilometres / 13.0 / 5),
            model=str(rng.choice(FREIGHTERS if is_cargo else _fleet(kilometres))),
            is_cargo=is_cargo,
            terminal=str(rng.choice(airport.terminals)) if airport.terminals and not is_cargo else None,
            partners=() if is_cargo else _partners(rng, airline, order),
        )


def _minute(hours: np.ndarray, share: float) -> int:
    """The minute of the day, in fives, before which this share of the flights is."""
    until = np.concatenate([[0.0], np.cumsum(hours)]) / hours.sum()
    return 5 * int(np.interp(share, until, np.arange(25) * 12))


def _weekdays(airport: Airport) -> np.ndarray:
    if airport.size < 3:
        return _SMALL_WEEKDAYS
    return _BUSINESS_WEEKDAYS if airport.icao in BUSINESS else _WEEKDAYS


def _other(rng: Generator, airport: Airport, leaves: bool) -> Airport:
    """Where it goes to or comes from; what comes from a watched airport is in that one's own list."""
    if airport.size < 3:
        return BY_ICAO[str(rng.choice(["LTAI", "LEPA", "LGIR"]))]
    if leaves and rng.random() < AMONG_US:
        others = [one for one in watched() if one.size >= 10 and one.country != airport.country]
        return others[int(rng.integers(len(others)))]
    distances = [distance_km(airport.latitude, airport.longitude, one.latitude, one.longitude) for one in FAR]
    far_share = 0.16 if airport.size >= 30 else 0.02
    is_far = airport.icao not in BUSINESS and rng.random() < far_share
    fitting = [one for one, far in zip(FAR, distances, strict=True) if (far > FAR_OFF_KM) == is_far and far > 150]
    return fitting[int(rng.integers(len(fitting)))]


def _airline(rng: Generator, airport: Airport, other: Airport) -> Airline:
    draw = rng.random()
    home, theirs = AT_HOME[airport.icao], AT_HOME.get(other.icao, ())
    if draw < 0.55 or airport.size < 3 or airport.icao in BUSINESS:
        return BY_CODE[str(rng.choice(home))]
    return BY_CODE[str(rng.choice(theirs if theirs and draw < 0.9 else CHEAP))]


def _fleet(kilometres: float) -> tuple[str, ...]:
    return next(models for longest, models in FLEET if kilometres <= longest)


def _partners(rng: Generator, airline: Airline, order: int) -> tuple[tuple[Airline, str], ...]:
    """Other numbers of the flight: none with cheap airlines, up to three in an alliance."""
    allied = [one for one in ALLIED.get(airline.alliance, ()) if one is not airline]
    count = int(rng.choice(4, p=(0.47, 0.29, 0.17, 0.07))) if allied else 0
    chosen = rng.permutation(len(allied))[:count]
    return tuple((allied[i], f"{allied[i].iata} {8000 + (4 * order + place) % 2000}") for place, i in enumerate(chosen))
