"""Windows by a place's own clocks, for vendors that are asked in local time: right on the days the clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise

from bellwether.window import Window

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SHORTEST_CUT = timedelta(hours=1)


def local_times(window: Window, zone: tzinfo) -> tuple[datetime, datetime]:
    """From and until when to ask for a window, as the clocks there show it: naive, in whole minutes.

    Where clocks are set back an hour's readings mean two moments, and a vendor's choice is not ours: neither end
    is ever such a reading, so that a little more may be asked for, and never less.
    """
    since = _reading(window.start, zone)
    until = _reading(window.end, zone)
    until += _MINUTE if window.end.second else timedelta(0)
    while _means_two_moments(since, zone):
        since -= _MINUTE
    while _means_two_moments(until, zone):
        until += _MINUTE
    return since, until


def local_pieces(window: Window, zone: tzinfo, longest: timedelta) -> list[Window]:
    """The window in pieces, none asked for by more than ``longest`` (a part of a day) on the clocks there.

    They are cut at whole multiples of it from local midnight, whatever the window, and once more where a piece
    would be too long: clocks that are set forward make twelve hours show as thirteen.
    """
    cuts = {window.start, window.end} | set(_marks(window, zone, longest))
    return [piece for ends in pairwise(sorted(cuts)) for piece in _short_enough(Window(*ends), zone, longest)]


def _marks(window: Window, zone: tzinfo, step: timedelta) -> Iterator[datetime]:
    midnight = datetime.combine(window.start.astimezone(zone).date() - _DAY, time())
    last = window.end.astimezone(zone).replace(tzinfo=None) + _DAY
    while midnight < last:
        for number in range(_DAY // step):
            mark = (midnight + number * step).replace(tzinfo=zone).astimezone(UTC)
            if mark in window:
                yield mark
        midnight += _DAY


def _short_enough(window: Window, zone: tzinfo, longest: timedelta) -> Iterator[Window]:
    since, until = local_times(window, zone)
    if until - since <= longest or window.end - window.start <= _SHORTEST_CUT:
        yield window
        return
    middle = (window.start + (window.end - window.start) / 2).replace(second=0, microsecond=0)
    for half in (Window(window.start, middle), Window(middle, window.end)):
        yield from _short_enough(half, zone, longest)


def _reading(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def _means_two_moments(reading: datetime, zone: tzinfo) -> bool:
    first, second = (reading.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second
