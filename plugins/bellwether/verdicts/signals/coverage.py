"""The coverage of the tables that feed signals, and the window in which all of it is settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bellwether.services import SignalTable
from bellwether.sql import render, sql_folder
from bellwether.verdicts.questions import Questions, needed
from bellwether.verdicts.signals.intervals import Intervals
from bellwether.verdicts.signals.shapes import Coverage
from bellwether.verdicts.stats.calendar import SLOT_SECONDS
from bellwether.warehouse.database import Warehouse
from bellwether.window import EPOCH, Window, WindowError

LEFT_BEHIND = timedelta(days=7)
"""A table this much behind the others holds them up no more: its questions are answered with what it has."""

NOT_SEEN = {"folded_hour", "gone", "not_seen", "snapshot"}
"""Flags that say why something was not seen. The intervals leave that time out; the other flags doubt what was seen."""

_SLOT = timedelta(seconds=SLOT_SECONDS)
_Pair = tuple[datetime, datetime]


def read_coverage(warehouse: Warehouse, table: SignalTable, within: Window, lookback: timedelta) -> dict[str, Coverage]:
    """By subject, which time a table's stream covers, settled or not, and what the vendor called in doubt."""
    asked = {"source": table.source, "stream": table.stream, "since": within.start, "until": within.end}
    rows = warehouse.select(render("coverage/covered.sql"), asked | {"lookback_seconds": int(lookback.total_seconds())})
    by_state: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
    by_flag: dict[str, dict[str, list[_Pair]]] = defaultdict(lambda: defaultdict(list))
    for subject, state, flags, start, end in rows:
        by_state[subject, state].append((start, end))
        for flag in set(filter(None, flags.split(","))) - NOT_SEEN:
            by_flag[subject][flag].append((start, end))
    near = _near(warehouse, table, within)
    found = {}
    for subject in sorted({subject for subject, _ in by_state}):
        covered, settled = (Intervals.of(by_state[subject, state]) for state in ("covered", "settled"))
        if near is not None:
            covered, settled = (some & near.get(subject, Intervals.none()) for some in (covered, settled))
        flags = {flag: Intervals.of(pairs) & settled for flag, pairs in sorted(by_flag[subject].items())}
        found[subject] = Coverage(settled, covered - settled, flags)
    return found


def _near(warehouse: Warehouse, table: SignalTable, within: Window) -> dict[str, Intervals] | None:
    """By subject, the only time of which a table can tell; None for one that tells of all it covers."""
    name = f"coverage/near/{table.name}.sql"
    if not (sql_folder() / name).exists():
        return None
    pairs: dict[str, list[_Pair]] = defaultdict(list)
    for subject, start, end in warehouse.select(render(name), {"since": within.start, "until": within.end}):
        pairs[subject].append((start, end))
    return {subject: Intervals.of(found) for subject, found in pairs.items()}


def default_window(
    questions: Questions,
    warehouse: Warehouse,
    as_of: datetime,
    lookbacks: Mapping[str, timedelta],
) -> Window:
    """The window of a report without params: up to when everything needed is covered and settled.

    It goes back `questions.weeks`, or to where the coverage begins. Raises WindowError where there is none.
    """
    wanted = {
        (table.source, table.stream, subject): lookbacks.get(table.name, timedelta(0))
        for signal, service in needed(questions)
        for table in questions.tables_of(signal, service)
        for subject in questions.service(service).subjects[table.source]
    }
    firsts, lasts = [], []
    for source, stream, subject, first_at, last_at, observed_at in warehouse.select(render("coverage/extent.sql")):
        if (source, stream, subject) in wanted:
            settled = min(last_at, observed_at - wanted[source, stream, subject], as_of)
            if first_at < settled:
                firsts.append(first_at)
                lasts.append(settled)
    if not lasts:
        raise WindowError(
            f"The table 'coverage' has nothing settled before {as_of:%Y-%m-%d %H:%M} UTC that the questions "
            f"need. Run the DAGs {', '.join(_sources(wanted))} over the weeks to be reported on, and then this one."
        )
    until = min(last for last in lasts if last > max(lasts) - LEFT_BEHIND)
    until -= (until - EPOCH) % _SLOT
    return Window(max(min(firsts), until - timedelta(weeks=questions.weeks)), until)


def _sources(wanted: Iterable[tuple[str, str, str]]) -> list[str]:
    return sorted({source for source, *_ in wanted})
