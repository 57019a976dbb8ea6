"""A city's hours as its people live them: the local clock, the day of the week, public holidays."""

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
    """The window, widened to whole hours of UTC."""
    start, end = ((moment - EPOCH) // HOUR for moment in (window.start, window.end + HOUR - timedelta(seconds=1)))
    return Window(EPOCH + start * HOUR, EPOCH + end * HOUR)


def local_hours(city: City, window: Window) -> pd.DataFrame:
    """A row for each hour of UTC that the window touches, in order; 24 a day, whatever the clocks there do.

    :returns: city_id; hour_at, the hour's start, datetime64[us, UTC]; local_at, the same on the city's clocks,
        naive datetime64[us], of which one comes twice and one never where clocks are changed; local_hour 0 to 23;
        weekday 1 (Monday) to 7; is_holiday; holiday, its English name or None

    Holidays are those of the country and, where cities.toml names one, of the region. Raises CitiesError for one that
    the `holidays` library does not know.
    """
    import pandas as pd

    hours = whole_hours(window)
    at = pd.date_range(hours.start, hours.end, freq="h", inclusive="left").as_unit("us")
    local = at.tz_convert(city.zone).tz_localize(None)
    names = holidays_of(city, {*local.year})
    found = [names.get(day) for day in local.date]
    return pd.DataFrame(
        {
            "city_id": city.id,
            "hour_at": at,
            "local_at": local,
            "local_hour": local.hour,
            "weekday": local.dayofweek + 1,
            "is_holiday": [name is not None for name in found],
            "holiday": pd.Series(found, dtype=object),
        }
    )


def holidays_of(city: City, years: set[int]) -> dict[date, str]:
    """The public holidays of a city's country and region by date, of the years given; names in English."""
    import holidays

    try:
        found = holidays.country_holidays(city.country, subdiv=city.region, years=years, language="en_US")
    except NotImplementedError as unknown:
        raise CitiesError(f"{FILE}, {city.id}: {unknown}. See the file's first lines for country and region.") from None
    return dict(found)
