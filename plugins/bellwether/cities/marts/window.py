"""Which hours of the marts have to be built: those that something new may be known of."""

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
    """Whole hours from `since` to six days after `as_of`, a day more than forecasts reach.

    Without `since`: from where that begins which was seen since the day before the last build, of everything where
    nothing is built yet; no later than the last build's moment and a day before `as_of`. Never longer than two
    years back. Raises WindowError for a `since` that is later than the end.
    """
    start = since or _start(warehouse, as_of)
    return whole_hours(Window(max(start, as_of - LONGEST), as_of + AHEAD))


def _start(warehouse: Warehouse, as_of: datetime) -> datetime:
    [found] = warehouse.select(render("cities/read/to_build.sql"), {"as_of": as_of})
    return min([moment for moment in found if moment] + [as_of - _DAY])
