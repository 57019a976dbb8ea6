"""Coverage as strips: by source and service, how much of each local day was observed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from bellwether.verdicts.questions import Questions
from bellwether.verdicts.report.report import Strip
from bellwether.verdicts.report.shown import moment
from bellwether.verdicts.signals import Looks, Signals, Stretches, second
from bellwether.verdicts.stats.calendar import SLOT_SECONDS


def strips_of(questions: Questions, signals: Signals, as_of: datetime) -> tuple[Strip, ...]:
    """A strip for each table and service that is looked at, from the window's first local day to the report's."""
    fed: dict[tuple[str, str], list[str]] = defaultdict(list)
    looked: dict[tuple[str, str], Looks] = {}
    for (signal, service, table), looks in sorted(signals.looks.items()):
        fed[service, table].append(questions.label_of(signal))
        looked[service, table] = looks
    zone = ZoneInfo(questions.zone)
    first = signals.window.start.astimezone(zone).date()
    last = max(signals.window.end, as_of).astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    sources = {table.name: table.source for table in questions.tables}
    return tuple(
        _strip(
            f"{questions.service(service).label}: {', '.join(fed[service, table])}", sources[table], looks, days, zone
        )
        for (service, table), looks in looked.items()
    )


def _strip(label: str, source: str, looks: Looks, days: list[date], zone: ZoneInfo) -> Strip:
    edges = [second(datetime.combine(day, time(), zone)) for day in [*days, days[-1] + timedelta(days=1)]]
    flags = tuple((flag, stretches.seconds // SLOT_SECONDS) for flag, stretches in sorted(looks.flags.items()))
    return Strip(
        label=label,
        source=source,
        first=days[0],
        observed=_thousandths(looks.settled, edges),
        provisional=_thousandths(looks.provisional, edges),
        last_observed_at=moment(looks.seen.ends[-1]) if len(looks.seen.ends) else None,
        flags=tuple((flag, slots) for flag, slots in flags if slots),
    )


def _thousandths(stretches: Stretches, edges: list[int]) -> tuple[int, ...]:
    """How much of each day between the edges lies in the stretches."""
    before = np.array([stretches.within(edges[0], edge).seconds for edge in edges])
    return tuple((1000 * np.diff(before) // np.diff(edges)).tolist())
