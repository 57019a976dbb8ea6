"""What the coverage ledger says of the tables that feed signals: who looked when, and up to when all is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bellwether.services import SignalTable
from bellwether.sql import render, sql_folder
from bellwether.verdicts.questions import Questions, needed
from bellwether.verdicts.signals.shapes import Looks
from bellwether.verdicts.signals.stretches import Stretches
from bellwether.verdicts.stats.calendar import SLOT_SECONDS
from bellwether.warehouse.database import Warehouse
from bellwether.window import EPOCH, Window, WindowError

LEFT_BEHIND = timedelta(days=7)
"""A table this much behind the others holds them up no more: its questions are answered with what it has."""

UNSEEN = {"folded_hour", "gone", "not_seen", "snapshot"}
"""Flags that tell why something was not seen. The stretches leave that out; the others doubt what was seen."""

_SLOT = timedelta(seconds=SLOT_SECONDS)
_Pair = tuple[datetime, datetime]


def looks_at(warehouse: Warehouse, table: SignalTable, within: Window, lookback: timedelta) -> dict[str, Looks]:
    """By subject, when a table's stream was seen, settled or not, and what was called in doubt."""
    asked = {"source": table.source, "stream": table.stream, "since": within.start, "until": within.end}
    rows = warehouse.select(
        render("coverage/stretches.sql"), asked | {"lookback_seconds": int(lookback.total_seconds())}
    )
    by_state: dict[tuple[str, str], list[_Pair]] = defaultdict(list)
    by_flag: dict[str, dict[str, list[_Pair]]] = defaultdict(lambda: defaultdict(list))
    for subject, state, flags, start, end in rows:
        by_state[subject, state].append((start, end))
        for flag in set(filter(None, flags.split(","))) - UNSEEN:
            by_flag[subject][flag].append((start, end))
    near = _near(warehouse, table, within)
    found = {}
    for subject in sorted({subject for subject, _ in by_state}):
        seen, settled = (Stretches.of(by_state[subject, state]) for state in ("seen", "settled"))
        if near is not None:
            seen, settled = (some & near.get(subject, Stretches.none()) for some in (seen, settled))
        flags = {flag: Stretches.of(pairs) & settled for flag, pairs in sorted(by_flag[subject].items())}
        found[subject] = Looks(settled, seen - settled, flags)
    return found


def _near(warehouse: Warehouse, table: SignalTable, within: Window) -> dict[str, Stretches] | None:
    """By subject, the only time of which a table can tell; None for one that tells of all it covers."""
    name = f"coverage/near/{table.name}.sql"
    if not (sql_folder() / name).exists():
        return None
    pairs: dict[str, list[_Pair]] = defaultdict(list)
    for subject, start, end in warehouse.select(render(name), {"since": within.start, "until": within.end}):
        pairs[subject].append((start, end))
    return {subject: Stretches.of(found) for subject, found in pairs.items()}


def default_window(
    questions: Questions,
    warehouse: Warehouse,
    as_of: datetime,
    lookbacks: Mapping[str, timedelta],
) -> Window:
    """The window of a report that was not told one: up to when everything needed is seen and settled.

    It goes back `questions.weeks`, or to where the coverage begins. Raises WindowError where there is none.
    """
    wanted = {
        (table.source, table.stream, subject): lookbacks.get(table.name, timedelta(0))
        for signal, service in needed(questions)
        for table in questions.tables_of(signal, service)
        for subject in questions.service(service).subjects[table.source]
    }
    firsts, lasts = [], []
    for source, stream, subject, first_at, last_at, observed_at in warehouse.select(render("coverage/reach.sql")):
        if (source, stream, subject) in wanted:
            settled = min(last_at, observed_at - wanted[source, stream, subject], as_of)
            if first_at < settled:
                firsts.append(first_at)
                lasts.append(settled)
    if not lasts:
        raise WindowError(
            f"The ledger 'coverage' knows of nothing settled before {as_of:%Y-%m-%d %H:%M} UTC that the questions "
            f"look at. Run the DAGs {', '.join(_sources(wanted))} over the weeks to be reported on, and then this one."
        )
    until = min(last for last in lasts if last > max(lasts) - LEFT_BEHIND)
    until -= (until - EPOCH) % _SLOT
    return Window(max(min(firsts), until - timedelta(weeks=questions.weeks)), until)


def _sources(wanted: Iterable[tuple[str, str, str]]) -> list[str]:
    return sorted({source for source, *_ in wanted})
