"""A place's next five days by hour: rides within their interval above, what moves them off the usual below."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.amounts import count, moment, signed
from bellwether.cities.page.reading import DRIVERS, Place
from bellwether.pages.charts import Drawing, Figure, axes, clock, line, local_ms
from bellwether.pages.charts import ribbon as band
from bellwether.pages.colours import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, Theme, theme_of
from bellwether.pages.tables import Table, table_of

_INKS = {
    "demand": BLUE, "rain": SKY, "temperature": VERMILION, "wind": GREEN, "arrivals": ORANGE, "holiday": PURPLE,
    "advice": BLACK,
}  # fmt: skip
_DASHES = {"rain": "solid", "temperature": "dash", "wind": "dot", "arrivals": "dashdot", "holiday": "longdash"}
_NAMED = 0.03
"""A driver that never moves the rides by so much is not drawn."""
_HOUR = timedelta(hours=1)
_HEIGHT = 430


def theme() -> Theme:
    """The colours of the page's figures."""
    return theme_of(_INKS)


def hours_figure(place: Place, zone: ZoneInfo, name: str) -> Figure:
    """The chart of a place, in the city's local time."""
    active = [driver for driver in DRIVERS if _moves(place, driver)]
    rides = f"{count(round(place.rides))} rides are expected at {place.label} in {len(place.hours)} hours"
    usual = "" if place.rides_usual is None else f", {count(round(place.rides_usual))} are usual"
    moved = f" Off the usual by {', '.join(active)}." if active else " Nothing moves them off the usual."
    return Figure(
        name, "The hours", f"{rides}{usual}.{moved} The same as a table below.", _drawing(place, zone, active),
        (_table(place, zone),),
    )  # fmt: skip


def _drawing(place: Place, zone: ZoneInfo, active: list[str]) -> Drawing:
    x = _axis(place, zone)
    data = [
        band("80 in 100 hours lie here", _column(place, "rides_low"), _column(place, "rides_high"), x),
        line("as usual", x, _column(place, "rides_usual"), "@faint", dash="dot", width=1.3),
        line("forecast", x, _column(place, "rides"), "@demand", width=2.2),
    ]
    for driver in active:
        shares = [None if f is None else 100 * (f - 1) for f in _column(place, f"factor_{driver}")]
        data.append(line(driver, x, shares, f"@{driver}", dash=_DASHES[driver]) | {"yaxis": "y2"})
    return {"data": data, "layout": _layout(place, zone, active)}


def _layout(place: Place, zone: ZoneInfo, active: list[str]) -> dict[str, Any]:
    first, last = place.hours[0]["hour_at"], place.hours[-1]["hour_at"] + _HOUR
    time = {
        "type": "date", "range": [local_ms(first, zone), local_ms(last, zone)], "dtick": 24 * 3_600_000,
        "tickformat": "%a %d %b", "ticklabelmode": "period", "title": {"text": f"local time, {zone.key}"},
        "hoverformat": "%a %d %b, %H:%M", "fixedrange": True,
    }  # fmt: skip
    cut = 0.36 if active else 0.0
    rides = {"title": {"text": "rides an hour"}, "rangemode": "tozero", "domain": [cut + 0.06 * bool(cut), 1]}
    layout = axes(time, rides | {"zeroline": False, "fixedrange": True}, height=_HEIGHT if active else 290)
    if active:
        off = {"title": {"text": "off usual, %"}, "domain": [0, cut - 0.04], "zeroline": True, "fixedrange": True}
        layout["yaxis2"] = axes({}, off, height=0)["yaxis"]
        layout["xaxis"]["anchor"] = "y2"
    return layout | {"hovermode": "x unified", "dragmode": False}


def _axis(place: Place, zone: ZoneInfo) -> Any:
    """Regular where no hour is missing, as it should be; else each hour by itself."""
    at = [row["hour_at"] for row in place.hours]
    if all(after - before == _HOUR for before, after in pairwise(at)):
        return clock(at[0], _HOUR, len(at), zone)
    return [local_ms(hour, zone) for hour in at]


def _column(place: Place, name: str) -> list[float | None]:
    return [row[name] for row in place.hours]


def _moves(place: Place, driver: str) -> bool:
    return any(f is not None and abs(f - 1) >= _NAMED for f in _column(place, f"factor_{driver}"))


def _table(place: Place, zone: ZoneInfo) -> Table:
    head = ("local time", "rides", "80 % from", "to", "usual", *DRIVERS)
    rows = [
        (
            moment(row["hour_at"], zone.key),
            *(_rides(row[name]) for name in ("rides", "rides_low", "rides_high", "rides_usual")),
            *(_share(row[f"factor_{driver}"]) for driver in DRIVERS),
        )
        for row in place.hours
    ]
    return table_of(f"{place.label}: rides by hour, and how far each driver moves them off the usual", head, rows)


def _rides(value: float | None) -> str:
    return count(None if value is None else round(value, 1))


def _share(factor: float | None) -> str:
    return signed(None if factor is None else factor - 1, unit="ratio")
