"""A city's hours in local time: the clock, the day of the week and public holidays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bellwether.places import FILE, CitiesError
from bellwether.window import EPOCH, Window

if TYPE_CHECKING:
    import pandas as pd

    from bellwether.places import City

HOUR = timedelta(hours=1)


def whole_hours(window: Window) -> Window:
    """The window, extended to whole hours of UTC."""
    start, end = ((time - EPOCH) // HOUR for time in (window.start, window.end + HOUR - timedelta(seconds=1)))
    return Window(EPOCH + start * HOUR, EPOCH + end * HOUR)


def local_hours(city: City, window: Window) -> pd.DataFrame:
    """A row for each hour of UTC that the window overlaps, in order; always 24 per day of UTC.

    :returns: city_id; hour_at, the hour's start, datetime64[us, UTC]; local_at, the same in local time, naive
        datetime64[us], where an hour is repeated or skipped when the clocks change; local_hour 0 to 23;
        weekday 1 (Monday) to 7; is_holiday; holiday, its English name or None

    Holidays are those of the country and, if cities.toml names one, of the region. Raises CitiesError for a country or
    region that the library `holidays` does not know.
    """
    import pandas as pd

    hours = whole_hours(window)
    at = pd.date_range(hours.start, hours.end, freq="h", inclusive="left").as_unit("us")
    local = at.tz_convert(city.zone).tz_localize(None)
    names = holidays_of(city, {*local.year})
    holidays = [names.get(day) for day in local.date]
    return pd.DataFrame(
        {
            "city_id": city.id,
            "hour_at": at,
            "local_at": local,
            "local_hour": local.hour,
            "weekday": local.dayofweek + 1,
            "is_holiday": [name is not None for name in holidays],
            "holiday": pd.Series(holidays, dtype=object),
        }
    )


def holidays_of(city: City, years: set[int]) -> dict[date, str]:
    """The public holidays of a city's country and region by date, in the given years; names in English."""
    import holidays

    try:
        names = holidays.country_holidays(city.country, subdiv=city.region, years=years, language="en_US")
    except NotImplementedError as unknown:
        raise CitiesError(f"{FILE}, {city.id}: {unknown}. The file's first lines explain country and region.") from None
    return dict(names)
