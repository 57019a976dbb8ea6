"""Rides of invented places, in which it is known what they depend on."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-01-05", tz="UTC")
RAIN = 0.6
"""What rain leaves of the rides, where it is planted."""


@dataclass(frozen=True)
class World:
    """How rides come about.

    mean: rides an hour. is_planted: rain, temperature and arrivals matter. drift: standard deviation of the weekly
    step of the level's logarithm. growth: the level's rise a week. spread: variance beyond Poisson, as a share of the
    mean's square.
    """

    mean: float = 12.0
    is_planted: bool = False
    drift: float = 0.0
    growth: float = 0.0
    spread: float = 0.03
    weeks: int = 14
    zone: str = "Europe/Berlin"
    ahead: int = 120


def rows_of(world: World, seed: int, places: tuple[str, ...] = ("centre",), city: str = "berlin") -> pd.DataFrame:
    """The model's rows; the rides of the last `ahead` hours are not known."""
    return pd.concat([_place(world, seed * 1000 + at, city, name) for at, name in enumerate(places)], ignore_index=True)


def _place(world: World, seed: int, city: str, place: str) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = calendar(START, world.weeks * 168 + world.ahead, world.zone)
    n, hour, day = len(rows), rows["local_hour"].to_numpy(), rows["weekday"].to_numpy()
    day = np.where(rows["is_holiday"], 7, day)
    wet = remembering(random, n, 8) > 1.2
    rain = np.where(wet, random.gamma(1.0, 1.5, n), 0.0)
    season = 8 + 7 * np.sin(2 * np.pi * (np.arange(n) / 24 - 80) / 365)
    temperature = season + 4 * np.sin(2 * np.pi * (hour - 9) / 24) + 3 * remembering(random, n, 60)
    timetable = random.poisson(np.where((hour > 5) & (hour < 23), 1.2, 0.05)[:168])
    seats = 160.0 * random.binomial(np.resize(timetable + 1, n), 0.6)
    commuting = np.exp(-(((hour - 8) / 1.5) ** 2)) + np.exp(-(((hour - 17.5) / 2) ** 2))
    leisure = 0.9 * np.exp(-(((hour - 15) / 4) ** 2))
    rhythm = 0.08 + np.where(day <= 5, commuting + 0.3 * leisure, leisure * np.where(day == 6, 1.2, 1.0))
    level = np.cumsum(random.normal(0, world.drift / np.sqrt(168), n)) + world.growth * np.arange(n) / 168
    mean = world.mean * rhythm / rhythm.mean() * np.exp(level)
    if world.is_planted:
        mean *= np.where(wet, RAIN, 1.0) * np.exp(0.02 * (temperature - season.mean()))
        mean *= ((seats + 100) / 260) ** 0.3
    rides = random.poisson(mean * random.gamma(1 / world.spread, world.spread, n)).astype(float)
    rides[n - world.ahead :] = np.nan
    return rows.assign(
        city_id=city,
        place=place,
        temperature_c=temperature,
        precipitation_mm=rain,
        wind_m_per_s=4 * np.exp(0.4 * remembering(random, n, 20)),
        seats=seats,
        rides=rides,
    )


def calendar(start: pd.Timestamp, hours: int, zone: str) -> pd.DataFrame:
    """hour_at with local_at, local_hour, weekday and is_holiday (Easter Monday and May Day)."""
    at = pd.date_range(start, periods=hours, freq="h", unit="us")
    local = at.tz_convert(ZoneInfo(zone)).tz_localize(None)
    days = pd.DatetimeIndex(["2026-04-06", "2026-05-01"])
    return pd.DataFrame(
        {
            "hour_at": at,
            "local_at": local,
            "local_hour": local.hour,
            "weekday": local.weekday + 1,
            "is_holiday": local.normalize().isin(days),
        }
    )


def remembering(random: np.random.Generator, n: int, hours: float) -> np.ndarray:
    """Normal noise that forgets in so many hours."""
    share = np.exp(-1 / hours)
    found = random.normal(size=n) * np.sqrt(1 - share**2)
    found[0] = random.normal()
    for at in range(1, n):
        found[at] += share * found[at - 1]
    return found
