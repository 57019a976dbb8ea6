"""The demand model's rows of a sandbox world: what a company would know, and beside it what nobody knows yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd

from sandbox.world.airports import BY_ICAO
from sandbox.world.cities import City, cities
from sandbox.world.flights import Flights
from sandbox.world.rides import DISTRICTS, SEATS, Rides
from sandbox.world.weather import Sky, Weather, hour_of

AHEAD = 120


class Invented:
    """A world's `rows` up to AHEAD hours after `until`; the rides of these are not in them.

    truth: those hours with `ridden`, and what was `expected` before chance.
    """

    def __init__(self, seed: int, count: int, weeks: int, until: datetime, is_planted: bool) -> None:
        self.weather, self.flights = Weather(seed), Flights(seed)
        self.rides = Rides(seed, self.weather, self.flights, is_planted)
        self.is_planted = is_planted
        self.cities = cities()[:count]
        self.until, self.hours = until, weeks * 168 + AHEAD
        self.first = hour_of(until) - weeks * 168
        rows = pd.concat([part for city in self.cities for part in self._of(city)], ignore_index=True)
        is_ahead = rows["hour_at"] >= pd.Timestamp(until)
        self.truth = rows.loc[is_ahead, ["city_id", "place", "hour_at", "ridden", "expected"]]
        self.rows = rows.assign(rides=rows["ridden"].where(~is_ahead)).drop(columns=["ridden", "expected"])

    def foretold(self, origin: datetime) -> pd.DataFrame:
        """What was foretold of each city's weather when the hour of the origin was over."""
        made_at = origin + timedelta(hours=1)
        return pd.concat([_told(city.id, self.weather.forecast(city, made_at)) for city in self.cities])

    def _of(self, city: City) -> list[pd.DataFrame]:
        places, calendar = self.rides.places(city.id), self._calendar(city)
        seats = {icao: self.scheduled_seats(icao) for icao in places if icao not in DISTRICTS}
        everywhere = np.sum(list(seats.values()), axis=0) if seats else np.nan
        ahead = _told(city.id, self.weather.forecast(city, self.until)).drop(columns="city_id")
        found = []
        for place in places:
            measured = _told(city.id, self.weather.actual_hours(BY_ICAO.get(place, city), self.first, self.hours))
            known = measured[measured["hour_at"] < pd.Timestamp(self.until)]
            sky = pd.concat([known, ahead], ignore_index=True).drop(columns="city_id").iloc[: self.hours]
            rides = self.rides.hourly(city.id, place, self.first, self.hours).astype(float)
            rows = calendar.merge(sky, on="hour_at", how="left")
            mean = self.rides.expected(city.id, place, self.first, self.hours)
            rows = rows.assign(city_id=city.id, place=place, seats=seats.get(place, everywhere))
            found.append(rows.assign(ridden=rides, expected=mean))
        return found

    def scheduled_seats(self, icao: str) -> np.ndarray:
        """Seats for passengers of the flights that are to land in each hour, without those called off by now."""
        start = datetime.fromtimestamp(self.first * 3600, self.until.tzinfo)
        seats = np.zeros(self.hours)
        for flight in self.flights.arrivals(icao, start, start + timedelta(hours=self.hours)):
            if not (flight.leg.is_cargo or (flight.cancelled and flight.cancelled < self.until.timestamp())):
                seats[flight.scheduled_arrival // 3600 - self.first] += SEATS[flight.leg.model]
        return seats

    def _calendar(self, city: City) -> pd.DataFrame:
        at = pd.to_datetime(3600 * np.arange(self.first, self.first + self.hours), unit="s", utc=True)
        local = at.tz_convert(ZoneInfo(city.timezone)).tz_localize(None)
        free = holidays.country_holidays(city.country, years=sorted(set(local.year)))
        return pd.DataFrame(
            {
                "hour_at": at,
                "local_at": local,
                "local_hour": local.hour,
                "weekday": local.weekday + 1,
                "is_holiday": [day in free for day in local.date],
            }
        )


def _told(city: str, skies: list[Sky]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "city_id": city,
            "hour_at": pd.to_datetime([3600 * sky.hour for sky in skies], unit="s", utc=True),
            "temperature_c": [sky.temperature_c for sky in skies],
            "precipitation_mm": [sky.rain_mm + sky.snow_mm for sky in skies],
            "wind_m_per_s": [sky.wind_m_per_s for sky in skies],
            "precipitation_probability": [sky.rain_chance for sky in skies],
        }
    )
