"""A run's window: a half-open interval of UTC time, [start, end)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1971, 2199
STAMP = "%Y%m%dT%H%M%SZ"
_CLOCKS_DIFFER = timedelta(minutes=5)


class WindowError(ValueError):
    """A run without a valid interval of time; the message states which params to pass."""


@dataclass(frozen=True, order=True)
class Window:
    """A half-open interval of time ``[start, end)``; both ends are aware, in UTC and truncated to whole seconds."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise WindowError(f"A window needs aware times, got {self.start} and {self.end}.")
        object.__setattr__(self, "start", whole_second(self.start))
        object.__setattr__(self, "end", whole_second(self.end))
        if self.start >= self.end:
            raise WindowError(f"The window is empty: it starts at {self.start} and ends at {self.end}.")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def __str__(self) -> str:
        return f"[{self.start:%Y-%m-%d %H:%M:%S}, {self.end:%Y-%m-%d %H:%M:%S})"

    @property
    def key(self) -> str:
        """The window as part of an object's key, e.g. ``20261101T000000Z--20261102T000000Z``."""
        return f"{self.start:{STAMP}}--{self.end:{STAMP}}"

    @classmethod
    def from_key(cls, key: str) -> Window:
        """Parse a :attr:`key`."""
        start, end = (datetime.strptime(part, STAMP).replace(tzinfo=UTC) for part in key.split("--"))
        return cls(start, end)

    def overlaps(self, other: Window) -> bool:
        """Whether the two windows share any time."""
        return self.start < other.end and other.start < self.end

    def widened(self, lookback: timedelta, ahead: timedelta = timedelta(0)) -> Window:
        """The window with an earlier start, for facts that vendors restate, and a later end, for announced facts."""
        return Window(self.start - lookback, self.end + ahead)

    def slices(self, step: timedelta) -> list[Window]:
        """The window cut at whole multiples of ``step`` since 1970, so that equal windows give equal slices."""
        first_cut = EPOCH + ((self.start - EPOCH) // step + 1) * step
        cuts = [self.start]
        while first_cut < self.end:
            cuts.append(first_cut)
            first_cut += step
        return [Window(a, b) for a, b in zip(cuts, [*cuts[1:], self.end], strict=True)]

    def without(self, taken: Iterable[Window]) -> Iterator[Window]:
        """The parts of the window outside the given windows, in order."""
        start = self.start
        for other in sorted(taken):
            if other.start >= self.end:
                break
            if start < other.start:
                yield Window(start, other.start)
            start = max(start, other.end)
        if start < self.end:
            yield Window(start, self.end)


def window(context: Mapping[str, Any]) -> Window:
    """The window of an Airflow run: its ``since`` / ``until`` params, else its data interval.

    Raises WindowError if the run has neither (runs started by hand or by an asset have no data
    interval): a default of "now" would give the same run another window at each try.
    """
    since, until = (context.get("params", {}).get(name) for name in ("since", "until"))
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if since:
        last = _parsed_time("until", until) if until else end
        if last is None:
            raise WindowError(f"The run was given since={since} but no until. {_REMEDY}")
        return Window(_parsed_time("since", since), last)
    if until:
        raise WindowError(f"The run was given until={until} but no since. {_REMEDY}")
    if start is None or end is None or start >= end:
        raise WindowError(f"The run has no data interval and no since / until params. {_REMEDY}")
    return Window(start, end)


def time_param(context: Mapping[str, Any], name: str) -> datetime | None:
    """The time in a run's param, in UTC and whole seconds; None if the param is not set. Raises WindowError."""
    text = context.get("params", {}).get(name)
    return whole_second(_parsed_time(name, text)) if text else None


def run_time(context: Mapping[str, Any]) -> datetime:
    """The time as of which a run computes its report or forecast; it is the same for all tries of the run.

    It is the run's ``as_of`` param, else its logical date, else the time at which it was requested. Raises
    WindowError for an ``as_of`` that is not a time or lies in the future: a result for a future time would stay the
    latest result until then.
    """
    as_of = time_param(context, "as_of")
    if as_of:
        if as_of > datetime.now(UTC) + _CLOCKS_DIFFER:
            raise WindowError(f"as_of={context['params']['as_of']!r} lies in the future. Omit it for the present.")
        return as_of
    requested_at: datetime = context.get("logical_date") or context["dag_run"].run_after
    return whole_second(requested_at)


_REMEDY = (
    'Trigger it with both, for instance {"since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}, '
    "or with a logical date."
)


def whole_second(moment: datetime) -> datetime:
    """A time truncated to its second in UTC, as a datetime of the standard library.

    Keys and vendors' parameters have whole seconds; both ends are truncated, so that adjacent windows stay adjacent.
    Airflow's own times are pendulum's, whose differences are not timedeltas.
    """
    return datetime(*moment.utctimetuple()[:6], tzinfo=UTC)


def _parsed_time(name: str, text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise WindowError(f"{name}={text!r} is not an ISO 8601 time like 2026-11-01T00:00:00Z.") from None
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        raise WindowError(
            f"{name}={text!r} lies in the year {time.year}; windows are from {_FIRST_YEAR} to {_LAST_YEAR}."
        )
    return time if time.tzinfo else time.replace(tzinfo=UTC)
