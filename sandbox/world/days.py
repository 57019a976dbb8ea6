"""Days and seconds: the world is made day by day (UTC), and inside it time is whole epoch seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

DAY_SECONDS = 86_400
DAY_MINUTES = 1_440
# A day of any series stays in memory until this many younger ones were asked for.
DAYS_KEPT = 600
FIRST_DAY = date(2026, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = EPOCH.toordinal()


def second_of(moment: datetime) -> int:
    """Epoch second that an aware datetime lies in."""
    return (moment - EPOCH) // timedelta(seconds=1)


def moment_of(second: int) -> datetime:
    """The datetime (UTC) of an epoch second."""
    return EPOCH + timedelta(seconds=int(second))


def day_of(second: int) -> int:
    """Proleptic ordinal of the UTC day a second lies in; the number that names a day everywhere here."""
    return _EPOCH_DAY + second // DAY_SECONDS


def first_second(day: int) -> int:
    """Epoch second of the day's midnight."""
    return (day - _EPOCH_DAY) * DAY_SECONDS


def days_for(start: int, end: int, before: int = 1) -> range:
    """Days whose records may lie in [start, end), and some before since a record may run past midnight."""
    return range(max(FIRST_DAY, day_of(start) - before), day_of(max(start, end - 1)) + 1)
