"""A demand forecast as a short text, and the texts if there is no forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from bellwether.models.demand import DemandModel
from bellwether.models.naive import METHOD as NAIVE
from bellwether.places import read_cities

SHOWN = 12
_LONGEST_NAME = 24
_MANY = 3
_FRESH = timedelta(days=1)

NO_RIDES = """\
No ride history, so there is no forecast of demand: it would be invented. The features exist nevertheless: the table
city_hours has weather, arrivals and departures, local time, holidays and population by city and hour.

To get a forecast, put a file of your rides below rides/ in the lake: .csv, .csv.gz or .parquet, with a line for each
city, place and hour. rides are those that began there in the hour from hour_at, in UTC if it has no offset; an
hour without rides has a line with 0. place is the ICAO code of an airport, the name of a district, or left out.
The last three columns may be missing: the weather as it was measured.

    city_id,place,hour_at,rides,temperature_c,rain_mm,wind_m_per_s
    berlin,EDDB,2026-11-01T06:00:00Z,14,7.5,0.0,3.1

The next run of the DAG 'demand' reads it; it needs at least five weeks. Or fill the table rides_history yourself.
"""


def too_few_text(left_out: dict[tuple[str, str], str]) -> str:
    """The text if there are rides, but too few in every place."""
    if not left_out:
        return "There are rides, but not of any city in cities.toml, so there is no forecast of demand.\n"
    lines = ["There are rides, but too few to learn from, so there is no forecast of demand:"]
    lines += [f"- {place_name(*place)}: {why}" for place, why in sorted(left_out.items())[:SHOWN]]
    rest = len(left_out) - SHOWN
    return "\n".join([*lines, *([f"- and {rest} places more"] if rest > 0 else [])]) + "\n"


def forecast_text(
    made_at: datetime, model: DemandModel, forecasts: pd.DataFrame, advice: Sequence[dict[str, Any]]
) -> str:
    """At most 25 lines: the training data and its errors, the strongest advice by city, and doubts.

    :param forecasts: a row for each place, with its method
    :param advice: rows of demand_advice
    """
    lines = [
        f"Demand as of {made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: the next {_days(model.backtest.horizon)} days of "
        f"{_count(len(forecasts), 'place')} in {_count(forecasts['city_id'].nunique(), 'city', 'cities')}.",
        f"Learned from {model.hours:,} hours with rides known, {_day(model.since)} to {_day(model.until)}.",
        *_how_well(model),
        "",
        *_advised(advice),
        *_doubts(made_at, model, forecasts),
    ]
    return "\n".join(lines) + "\n"


def _how_well(model: DemandModel) -> Iterable[str]:
    errors = model.backtest.overall
    if not errors:
        return
    less = 1 - errors.mae / errors.naive_mae if errors.naive_mae else 0.0
    yield (
        f"Backtest ({errors.folds} times {_days(model.backtest.horizon)} days): {errors.mae:.2f} rides off an hour on "
        f"average, {_percent(abs(less))} {'less' if less >= 0 else 'more'} than the same hour a week before "
        f"({errors.naive_mae:.2f}); mean {errors.rides_mean:.1f}."
    )
    if errors.coverage_80 is not None:
        yield f"The 80 % intervals held {_percent(errors.coverage_80)} of the hours."


def _advised(advice: Sequence[dict[str, Any]]) -> Iterable[str]:
    if not advice:
        yield "No hour differs enough from the usual to move scooters."
        return
    chosen = sorted(advice, key=lambda row: (-abs(row["scooters"]), row["city_id"], row["place"], row["starts_at"]))
    yield "What differs from the usual (local time; scooters to bring +, or that may be taken away -):"
    for row in sorted(chosen[:SHOWN], key=lambda row: (row["city_id"], row["starts_at"], row["place"])):
        yield (
            f"  {place_name(row['city_id'], row['place']):<28} {local_stretch(row):<26} {row['scooters']:+4d}   "
            f"{row['rides']:.0f} rides, {row['rides_usual']:.0f} usual{': ' if row['why'] else ''}{row['why'][:60]}"
        )
    if len(advice) > SHOWN:
        yield f"  and {len(advice) - SHOWN} more in the table demand_advice."


def _doubts(made_at: datetime, model: DemandModel, forecasts: pd.DataFrame) -> Iterable[str]:
    errors, left_out = model.backtest.overall, sorted(model.left_out.items())
    age = made_at - datetime.fromisoformat(model.until) if model.until else timedelta(0)
    if age > _FRESH:
        yield f"Doubtful: the newest rides are {age / timedelta(days=1):.0f} days old."
    if errors and errors.foretold_share < 1:
        yield (
            f"Doubtful: weather was as foretold in {_percent(errors.foretold_share)} of the backtest's hours, else as "
            "it came to be, which flatters the error."
        )
    naive = int((forecasts["method"] == NAIVE).sum())
    if naive:
        yield f"Doubtful: in {_count(naive, 'place')} the model was no better than the week before, so that is taken."
    missing = set(model.backtest.places) - set(zip(forecasts["city_id"], forecasts["place"], strict=True))
    left_out += [(place, "no rides of late") for place in sorted(missing)]
    if left_out:
        names = "; ".join(f"{place_name(*place)} ({why.split(';')[0]})" for place, why in left_out[:_MANY])
        yield f"Left out: {_count(len(left_out), 'place')}: {names}{' …' if len(left_out) > _MANY else ''}."


def local_stretch(row: dict[str, Any]) -> str:
    """The period of a row of advice, in the city's local time."""
    city = read_cities().get(row["city_id"])
    starts_at, ends_at = (row[name].astimezone(city.zone if city else UTC) for name in ("starts_at", "ends_at"))
    end = f"{ends_at:%H:%M}" if ends_at.date() == starts_at.date() else f"{ends_at:%a %H:%M}"
    return f"{starts_at:%a %d %b %H:%M}-{end}"


def place_name(city_id: str, place: str) -> str:
    """A place's name, also for unknown cities, which rows inserted by users may have."""
    city = read_cities().get(city_id)
    return f"{city.name if city else shown(city_id)}{', ' if place else ''}{shown(place)}"


def shown(name: str, longest: int = _LONGEST_NAME) -> str:
    """An external name, shortened and without unprintable characters."""
    text = "".join(character if character.isprintable() else "?" for character in name)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _count(number: int, singular: str, plural: str = "") -> str:
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.0f}"


def _day(time: str | None) -> str:
    return time[:10] if time else "?"
