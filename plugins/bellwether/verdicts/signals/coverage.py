"""The coverage of the tables that feed signals, and the window in which it is settled."""

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
"""A table that lags the others by more than this no longer shortens the report's window."""

NOT_SEEN = {"folded_hour", "gone", "not_seen", "snapshot"}
"""Flags for time that was not seen, which the intervals leave out. All other flags mark seen time as doubtful."""

_SLOT = timedelta(seconds=SLOT_SECONDS)
_Pair = tuple[datetime, datetime]


def read_coverage(warehouse: Warehouse, table: SignalTable, within: Window, lookback: timedelta) -> dict[str, Coverage]:
    """By subject, the time that a table's stream covers, settled or provisional, and the time flagged as doubtful."""
    parameters = {"source": table.source, "stream": table.stream, "since": within.start, "until": within.end}
    parameters |= {"lookback_seconds": int(lookback.total_seconds())}
    rows = warehouse.select(render("coverage/covered.sql"), parameters)
    by_state: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
    by_flag: dict[str, dict[str, list[_Pair]]] = defaultdict(lambda: defaultdict(list))
    for subject, state, flags, start, end in rows:
        by_state[subject, state].append((start, end))
        for flag in set(filter(None, flags.split(","))) - NOT_SEEN:
            by_flag[subject][flag].append((start, end))
    limits = _limits(warehouse, table, within)
    by_subject = {}
    for subject in sorted({subject for subject, _ in by_state}):
        covered, settled = (Intervals.of(by_state[subject, state]) for state in ("covered", "settled"))
        if limits is not None:
            limit = limits.get(subject, Intervals.none())
            covered, settled = covered & limit, settled & limit
        flags = {flag: Intervals.of(pairs) & settled for flag, pairs in sorted(by_flag[subject].items())}
        by_subject[subject] = Coverage(settled, covered - settled, flags)
    return by_subject


def _limits(warehouse: Warehouse, table: SignalTable, within: Window) -> dict[str, Intervals] | None:
    """By subject, the time to which a table's coverage is limited; None if the table has no such limit."""
    name = f"coverage/near/{table.name}.sql"
    if not (sql_folder() / name).exists():
        return None
    pairs: dict[str, list[_Pair]] = defaultdict(list)
    for subject, start, end in warehouse.select(render(name), {"since": within.start, "until": within.end}):
        pairs[subject].append((start, end))
    return {subject: Intervals.of(of_subject) for subject, of_subject in pairs.items()}


def default_window(
    questions: Questions,
    warehouse: Warehouse,
    as_of: datetime,
    lookbacks: Mapping[str, timedelta],
) -> Window:
    """The window of a report without params: it ends where the coverage of all needed tables is settled.

    It starts `questions.weeks` earlier, or at the start of the coverage. Raises WindowError if nothing is settled.
    """
    lookback_of = {
        (table.source, table.stream, subject): lookbacks.get(table.name, timedelta(0))
        for signal, service in needed(questions)
        for table in questions.tables_of(signal, service)
        for subject in questions.service(service).subjects[table.source]
    }
    firsts, lasts = [], []
    for source, stream, subject, first_at, last_at, observed_at in warehouse.select(render("coverage/extent.sql")):
        if (source, stream, subject) in lookback_of:
            settled = min(last_at, observed_at - lookback_of[source, stream, subject], as_of)
            if first_at < settled:
                firsts.append(first_at)
                lasts.append(settled)
    if not lasts:
        raise WindowError(
            f"The table 'coverage' has nothing settled before {as_of:%Y-%m-%d %H:%M} UTC that the questions "
            f"need. Run the DAGs {', '.join(_sources(lookback_of))} over the weeks to report on, and then this DAG."
        )
    until = min(last for last in lasts if last > max(lasts) - LEFT_BEHIND)
    until -= (until - EPOCH) % _SLOT
    return Window(max(min(firsts), until - timedelta(weeks=questions.weeks)), until)


def _sources(lookback_of: Iterable[tuple[str, str, str]]) -> list[str]:
    return sorted({source for source, *_ in lookback_of})
