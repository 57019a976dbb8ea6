"""A forecast of demand in a few lines for a person; and what to say where there is none."""

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
No ride history, so there is no forecast of demand: one would be invented. The features are there all the same: in the
table city_hours, by city and hour, are weather, arrivals and departures, local time, holidays and population.

To get a forecast, put a file of your rides below rides/ in the lake: .csv, .csv.gz or .parquet, with a line for each
city, place and hour. rides are those that began there in the hour from hour_at, in UTC where it has no offset; an
hour without rides has a line with 0. place is the ICAO code of an airport, the name of a district, or left out.
The last three columns may be missing: the weather as it was measured.

    city_id,place,hour_at,rides,temperature_c,rain_mm,wind_m_per_s
    berlin,EDDB,2026-11-01T06:00:00Z,14,7.5,0.0,3.1

It is read with the next run of the DAG 'demand'; five weeks are the least. Or fill the table rides_history yourself.
"""


def too_few_text(left_out: dict[tuple[str, str], str]) -> str:
    """What to say where there are rides, but no place has enough of them."""
    if not left_out:
        return "There are rides, but of no city that cities.toml has, so there is no forecast of demand.\n"
    lines = ["There are rides, but too few to learn from, so there is no forecast of demand:"]
    lines += [f"- {place_name(*place)}: {why}" for place, why in sorted(left_out.items())[:SHOWN]]
    rest = len(left_out) - SHOWN
    return "\n".join([*lines, *([f"- and {rest} places more"] if rest > 0 else [])]) + "\n"


def forecast_text(
    made_at: datetime, model: DemandModel, forecasts: pd.DataFrame, advice: Sequence[dict[str, Any]]
) -> str:
    """At most 25 lines: what was learned from and how well, the strongest advice by city, and what is doubtful.

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
    chosen = sorted(advice, key=lambda one: (-abs(one["scooters"]), one["city_id"], one["place"], one["starts_at"]))
    yield "What differs from the usual (local time; scooters to bring +, or that may be taken away -):"
    for one in sorted(chosen[:SHOWN], key=lambda one: (one["city_id"], one["starts_at"], one["place"])):
        yield (
            f"  {place_name(one['city_id'], one['place']):<28} {local_stretch(one):<26} {one['scooters']:+4d}   "
            f"{one['rides']:.0f} rides, {one['rides_usual']:.0f} usual{': ' if one['why'] else ''}{one['why'][:60]}"
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
        named = "; ".join(f"{place_name(*place)} ({why.split(';')[0]})" for place, why in left_out[:_MANY])
        yield f"Left out: {_count(len(left_out), 'place')}: {named}{' …' if len(left_out) > _MANY else ''}."


def local_stretch(one: dict[str, Any]) -> str:
    """When a piece of advice is for, in the city's local time."""
    city = read_cities().get(one["city_id"])
    starts_at, ends_at = (one[name].astimezone(city.zone if city else UTC) for name in ("starts_at", "ends_at"))
    end = f"{ends_at:%H:%M}" if ends_at.date() == starts_at.date() else f"{ends_at:%a %H:%M}"
    return f"{starts_at:%a %d %b %H:%M}-{end}"


def place_name(city_id: str, place: str) -> str:
    """A place's name; rows that others put into the table may have any."""
    city = read_cities().get(city_id)
    return f"{city.name if city else shown(city_id)}{', ' if place else ''}{shown(place)}"


def shown(name: str, longest: int = _LONGEST_NAME) -> str:
    """A name from outside, short and without what cannot be shown."""
    text = "".join(one if one.isprintable() else "?" for one in name)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.0f}"


def _day(moment: str | None) -> str:
    return moment[:10] if moment else "?"
