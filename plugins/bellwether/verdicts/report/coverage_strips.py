"""Coverage as strips: by table and service, the observed share of each local day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from bellwether.verdicts.questions import Questions
from bellwether.verdicts.report.report import Strip
from bellwether.verdicts.report.shown import utc_time
from bellwether.verdicts.signals import Coverage, Intervals, Signals, second
from bellwether.verdicts.stats.calendar import SLOT_SECONDS


def strips_of(questions: Questions, signals: Signals, as_of: datetime) -> tuple[Strip, ...]:
    """A strip for each table and service, from the window's first local day to the report's day."""
    labels: dict[tuple[str, str], list[str]] = defaultdict(list)
    coverages: dict[tuple[str, str], Coverage] = {}
    for (signal, service, table), coverage in sorted(signals.coverage.items()):
        labels[service, table].append(questions.label_of(signal))
        coverages[service, table] = coverage
    zone = ZoneInfo(questions.zone)
    first = signals.window.start.astimezone(zone).date()
    last = max(signals.window.end, as_of).astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    sources = {table.name: table.source for table in questions.tables}
    return tuple(
        _strip(
            f"{questions.service(service).label}: {', '.join(labels[service, table])}",
            sources[table],
            coverage,
            days,
            zone,
        )
        for (service, table), coverage in coverages.items()
    )


def _strip(label: str, source: str, coverage: Coverage, days: list[date], zone: ZoneInfo) -> Strip:
    edges = [second(datetime.combine(day, time(), zone)) for day in [*days, days[-1] + timedelta(days=1)]]
    flags = tuple((flag, intervals.seconds // SLOT_SECONDS) for flag, intervals in sorted(coverage.flags.items()))
    return Strip(
        label=label,
        source=source,
        first=days[0],
        observed=_thousandths(coverage.settled, edges),
        provisional=_thousandths(coverage.provisional, edges),
        last_observed_at=utc_time(coverage.covered.ends[-1]) if len(coverage.covered.ends) else None,
        flags=tuple((flag, slots) for flag, slots in flags if slots),
    )


def _thousandths(intervals: Intervals, edges: list[int]) -> tuple[int, ...]:
    """The share of each day between the edges that lies in the intervals, in thousandths."""
    before = np.array([intervals.within(edges[0], edge).seconds for edge in edges])
    return tuple((1000 * np.diff(before) // np.diff(edges)).tolist())
