"""Which hours of the marts must be rebuilt: those for which there may be new data."""

from __future__ import annotations

from datetime import datetime, timedelta

from bellwether.cities.marts.hours import whole_hours
from bellwether.sql import render
from bellwether.warehouse.database import Warehouse
from bellwether.window import Window

AHEAD = timedelta(days=6)
LONGEST = timedelta(days=2 * 365)
_DAY = timedelta(days=1)


def window_to_build(warehouse: Warehouse, as_of: datetime, since: datetime | None) -> Window:
    """Whole hours from `since` to six days after `as_of`, one day more than forecasts reach.

    Without `since`, the window starts with the earliest hour of data observed since the day before the last build, or
    of all data if nothing is built yet; at the latest at the last build's time and one day before `as_of`. It goes
    back at most two years. Raises WindowError for a `since` after the end.
    """
    start = since or _start(warehouse, as_of)
    return whole_hours(Window(max(start, as_of - LONGEST), as_of + AHEAD))


def _start(warehouse: Warehouse, as_of: datetime) -> datetime:
    [starts] = warehouse.select(render("cities/read/to_build.sql"), {"as_of": as_of})
    return min([start for start in starts if start] + [as_of - _DAY])
