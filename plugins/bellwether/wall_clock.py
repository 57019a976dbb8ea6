"""Convert windows to local time, for vendors that expect it; also correct on the days the clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise

from bellwether.window import Window

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_SHORTEST_CUT = timedelta(hours=1)


def local_times(window: Window, zone: tzinfo) -> tuple[datetime, datetime]:
    """The start and end of a window in local time: naive, in whole minutes.

    When clocks are set back, local times of one hour are ambiguous, and vendors resolve them differently. Neither end
    is ever such a time: the result is moved outwards, so that it covers the window and possibly a little more.
    """
    since = _local_minute(window.start, zone)
    until = _local_minute(window.end, zone)
    until += _MINUTE if window.end.second else timedelta(0)
    while _is_ambiguous(since, zone):
        since -= _MINUTE
    while _is_ambiguous(until, zone):
        until += _MINUTE
    return since, until


def local_pieces(window: Window, zone: tzinfo, longest: timedelta) -> list[Window]:
    """The window in pieces, none longer than ``longest`` (a part of a day) in local time.

    They are cut at whole multiples of ``longest`` from local midnight, whatever the window, and once more where a
    piece would be too long: twelve hours take thirteen in local time when clocks are set forward.
    """
    cuts = {window.start, window.end} | set(_cuts(window, zone, longest))
    return [piece for ends in pairwise(sorted(cuts)) for piece in _short_enough(Window(*ends), zone, longest)]


def _cuts(window: Window, zone: tzinfo, step: timedelta) -> Iterator[datetime]:
    midnight = datetime.combine(window.start.astimezone(zone).date() - _DAY, time())
    last = window.end.astimezone(zone).replace(tzinfo=None) + _DAY
    while midnight < last:
        for number in range(_DAY // step):
            cut = (midnight + number * step).replace(tzinfo=zone).astimezone(UTC)
            if cut in window:
                yield cut
        midnight += _DAY


def _short_enough(window: Window, zone: tzinfo, longest: timedelta) -> Iterator[Window]:
    since, until = local_times(window, zone)
    if until - since <= longest or window.end - window.start <= _SHORTEST_CUT:
        yield window
        return
    middle = (window.start + (window.end - window.start) / 2).replace(second=0, microsecond=0)
    for half in (Window(window.start, middle), Window(middle, window.end)):
        yield from _short_enough(half, zone, longest)


def _local_minute(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def _is_ambiguous(local: datetime, zone: tzinfo) -> bool:
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second
