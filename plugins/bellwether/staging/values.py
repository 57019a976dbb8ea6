"""Parse values as vendors write them: whole numbers as floats or texts, and times that mean "never"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EXACT = 2**53
"""A float represents every whole number up to this one (IEEE 754, binary64)."""


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, for any offset; the result may lie outside the years 1 to 9999 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


_EARLIEST = microseconds(datetime(1, 1, 1, tzinfo=UTC))
_LAST_DAY = microseconds(datetime(9999, 12, 31, tzinfo=UTC))
# The zero times of .NET and Go, Windows file times, SQL Server's datetime, spreadsheets, other systems, and Unix.
_ZEROS = frozenset(
    microseconds(datetime(*day, tzinfo=UTC))
    for day in ((1, 1, 1), (1601, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1))
)


def known_time(value: int) -> int | None:
    """Microseconds since 1970, or None for a zero time or the calendar's last day, which vendors write for "never".

    Raises ValueError for a time before the year 1 in UTC, which no warehouse stores.

    >>> known_time(microseconds(datetime(1, 1, 1, tzinfo=UTC))), known_time(0), known_time(1)
    (None, None, 1)
    """
    if value < _EARLIEST:
        raise ValueError("a time before the year 1 in UTC")
    return None if value in _ZEROS or value >= _LAST_DAY else value


def whole_number(value: Any) -> int | None:
    """A whole number from an int, a float without a fraction, or a text of either; None for None or an empty text.

    Raises ValueError for anything else, and for a float so large that its last digits are lost.

    >>> whole_number("12.0"), whole_number(12.0), whole_number(" 12 "), whole_number("")
    (12, 12, 12, None)
    """
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        try:
            value = int(text)
        except ValueError:
            value = float(text)
    if isinstance(value, float):
        if not value.is_integer() or abs(value) > _EXACT:
            raise ValueError(f"not a whole number: {value!r}")
        return int(value)
    return None if value is None else int(value)
