"""What AeroDataBox tells of airports and flights, as it stands at a moment (schemas of its API 1.14)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.world.airlines import Airline
from sandbox.world.airports import Airport
from sandbox.world.days import moment_of
from sandbox.world.flights import Flight, local

Direction = Literal["arrival", "departure"]
MINUTE, HOUR = 60, 3600
# Shares of the rows in which a recorded answer had nothing at a place.
_NO_CALL_SIGN, _NO_REGISTRATION, _NO_OTHER_SCHEDULE = 0.75, 0.05, 0.02


def airport_body(airport: Airport) -> dict[str, Any]:
    """An airport of a search's list."""
    return {
        "icao": airport.icao,
        **({"iata": airport.iata} if airport.iata else {}),
        "name": airport.name,
        "shortName": airport.name.removeprefix(airport.municipality).strip() or airport.name,
        "municipalityName": airport.municipality,
        "location": {"lat": airport.latitude, "lon": airport.longitude},
        "countryCode": airport.country,
        "timeZone": airport.timezone,
    }


def flight_bodies(flight: Flight, side: Direction, now: int, with_codeshared: bool) -> list[dict[str, Any]]:
    """The flight under its own number and, if so wished, under each other that it is sold by."""
    leg = flight.leg
    own = leg.destination if side == "arrival" else leg.origin
    operated = _body(flight, side, now, leg.airline, leg.number) | {"codeshareStatus": "IsOperator"}
    if not own.is_live:
        return [operated | {"codeshareStatus": "Unknown"}]
    partners = leg.partners if with_codeshared else ()
    sold = [_body(flight, side, now, airline, number) for airline, number in partners]
    for body in sold:
        body.pop("callSign", None)
    return [operated, *(body | {"codeshareStatus": "IsCodeshared"} for body in sold)]


def _body(flight: Flight, side: Direction, now: int, airline: Airline, number: str) -> dict[str, Any]:
    leg = flight.leg
    body: dict[str, Any] = {
        "departure": _movement(flight, "departure", side, now),
        "arrival": _movement(flight, "arrival", side, now),
        "number": number,
        "status": status(flight, side, now),
        "codeshareStatus": "",
        "isCargo": leg.is_cargo,
        "aircraft": {"model": leg.model},
        "airline": {"name": airline.name, "iata": airline.iata, "icao": airline.icao},
    }
    if flight.quirk >= _NO_CALL_SIGN:
        body["callSign"] = f"{leg.airline.icao}{leg.number.split()[1]}"
    if flight.quirk >= _NO_REGISTRATION and now >= flight.scheduled_departure - 6 * HOUR:
        body["aircraft"] = {"reg": flight.registration, "model": leg.model}
    return body


def _movement(flight: Flight, end: Direction, side: Direction, now: int) -> dict[str, Any]:
    """One end of the flight; of the other airport its name is told, of the own one what is known there."""
    leg, is_own = flight.leg, end == side
    airport = leg.destination if end == "arrival" else leg.origin
    scheduled, real = (
        (flight.scheduled_arrival, flight.landed) if end == "arrival" else (flight.scheduled_departure, flight.departed)
    )
    body: dict[str, Any] = {"quality": ["Basic"]}
    if is_own or flight.quirk >= _NO_OTHER_SCHEDULE:
        body["scheduledTime"] = _time(scheduled, airport)
    if is_own:
        body["airport"] = {"name": airport.name}
        _add_what_is_known(body, flight, end, now, airport, real)
    else:
        body["airport"] = {"icao": airport.icao, "iata": airport.iata, "name": airport.municipality}
    return body


def _add_what_is_known(
    body: dict[str, Any], flight: Flight, end: Direction, now: int, airport: Airport, real: int
) -> None:
    if airport is flight.leg.at and flight.leg.terminal:
        body["terminal"] = flight.leg.terminal
    is_called_off = flight.cancelled is not None and flight.cancelled <= now
    if not airport.is_live or is_called_off or now < flight.scheduled_departure - 3 * HOUR:
        return
    body["quality"] = ["Basic", "Live"]
    body["revisedTime"] = _time(real, airport)
    if end == "arrival" and now >= real - HOUR and flight.quirk < 0.8:
        body["baggageBelt"] = flight.belt
    if end == "departure" or flight.quirk < 0.5:
        body["gate"] = flight.gate
    if end == "departure":
        body["checkInDesk"] = f"{100 + 10 * int(flight.belt)}-{104 + 10 * int(flight.belt)}"
    if now >= real and flight.cancelled is None and not (flight.is_diverted and end == "arrival"):
        body["runwayTime"] = _time(real, airport)


def status(flight: Flight, side: Direction, now: int) -> str:
    """How far the flight is, as the airport at this side of it tells."""
    own = flight.leg.destination if side == "arrival" else flight.leg.origin
    if not own.is_live:
        return "Unknown"
    if flight.cancelled is not None:
        if now < flight.cancelled:
            return "Expected"
        return "CanceledUncertain" if flight.quirk < 0.1 else "Canceled"
    return _arriving(flight, now) if side == "arrival" else _departing(flight, now)


def _arriving(flight: Flight, now: int) -> str:
    if now >= flight.landed:
        return "Diverted" if flight.is_diverted else "Arrived"
    if now >= flight.landed - 10 * MINUTE:
        return "Approaching"
    if now >= flight.departed:
        return "EnRoute" if flight.quirk < 0.6 else "Departed"
    return "Delayed" if _is_known_late(flight, now) else "Expected"


def _departing(flight: Flight, now: int) -> str:
    if now >= flight.departed:
        return "Departed"
    left = flight.departed - now
    if _is_known_late(flight, now) and left > 45 * MINUTE:
        return "Delayed"
    steps = ((15 * MINUTE, "GateClosed"), (45 * MINUTE, "Boarding"), (2 * HOUR, "CheckIn"))
    return next((name for most, name in steps if left <= most), "Expected")


def _is_known_late(flight: Flight, now: int) -> bool:
    late = flight.departed - flight.scheduled_departure
    return late >= 20 * MINUTE and now >= flight.scheduled_departure - HOUR


def _time(second: int, airport: Airport) -> dict[str, str]:
    """A moment as the vendor writes it: with a space, and without seconds."""
    return {"utc": f"{moment_of(second):%Y-%m-%d %H:%M}Z", "local": _with_offset(local(second, airport))}


def _with_offset(moment: datetime) -> str:
    return moment.isoformat(" ", "minutes") if moment.tzinfo is not UTC else f"{moment:%Y-%m-%d %H:%M}+00:00"
