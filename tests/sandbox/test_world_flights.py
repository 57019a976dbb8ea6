"""The world's flights: the same however they are asked for, by the hour and the weekday, alike at both ends."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.world import World
from sandbox.world.airports import watched
from sandbox.world.cities import cities
from sandbox.world.flights import local
from sandbox.world.timetable import is_busy


def test_every_city_has_an_airport():
    assert len(cities()) == 10
    assert len(watched()) >= 15
    assert all(one.size and ZoneInfo(one.timezone) for one in watched())


def test_a_flight_between_two_watched_airports_is_told_alike_at_both():
    world = World()
    window = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    shared = [
        flight
        for airport in watched()
        for flight in world.flights.departures(airport.icao, *window)
        if flight.leg.destination in watched()
    ]
    assert len(shared) > 50
    for flight in shared[:50]:
        at = datetime.fromtimestamp(flight.scheduled_arrival, UTC)
        assert flight in world.flights.arrivals(flight.leg.destination.icao, at, at + timedelta(minutes=1))


def test_a_window_of_the_worlds_flights_is_the_slice_of_a_larger_one():
    flights, middle = World().flights, datetime(2026, 10, 25, 1, tzinfo=UTC)
    first, last = middle - timedelta(days=1), middle + timedelta(days=1)
    whole = World().flights.arrivals("EDDK", first, last)
    later, earlier = flights.arrivals("EDDK", middle, last), flights.arrivals("EDDK", first, middle)
    assert earlier + later == whole
    assert earlier
    assert later
    assert World(seed=7).flights.arrivals("EDDK", first, last) != whole


def test_flights_follow_the_hour_and_the_weekday():
    flights, monday = World().flights, datetime(2026, 11, 9, tzinfo=UTC)
    by_hour = [0] * 24
    for airport in (one for one in watched() if one.country == "DE" and one.icao != "EDDK"):
        for flight in flights.arrivals(airport.icao, monday, monday + timedelta(days=14)):
            by_hour[local(flight.scheduled_arrival, airport).hour] += 1
    assert min(by_hour[7:20]) > 2 * max(by_hour[1:4])
    week, end = (
        len(flights.arrivals("EGLC", monday + timedelta(days=day), monday + timedelta(days=day + 1))) for day in (1, 5)
    )
    assert week > 2 * end
    landed = flights.landings("LFPG", monday, monday + timedelta(days=7))
    listed_ones = flights.arrivals("LFPG", monday, monday + timedelta(days=7))
    assert 0.9 * len(listed_ones) < landed <= len(listed_ones)


def test_on_busy_days_more_flights_are_announced_than_usual():
    world, monday = World(), datetime(2026, 9, 7, tzinfo=UTC)
    heathrow = next(one for one in watched() if one.icao == "EGLL")
    counts = {True: [], False: []}
    for day in (monday + timedelta(days=number) for number in range(0, 63, 7)):
        listed = world.flights.arrivals("EGLL", day, day + timedelta(days=1))
        counts[is_busy(world.seed, heathrow, day.toordinal())].append(len(listed))
    assert min(counts[True]) > 1.2 * max(counts[False])
