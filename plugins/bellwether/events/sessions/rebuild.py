"""Sessions made anew where something was added or removed, equal to those made of all events at once.

A run is a chain of sessions without a gap: it is cut every 24 hours and ends where nothing happens for longer than the
gap. Two runs of a timeline are further apart than the gap. So the runs that something new comes near to, taken whole,
and what is new depend on nothing else: they are made anew, and all other sessions stay.
"""

from __future__ import annotations

from bellwether.events.clean.arrive import touches
from bellwether.events.work import Work

_DAY_MS = 86_400_000


def rebuild(work: Work) -> set[int]:
    """Leave sessions as they are to be. Returns the UTC days on which sessions start that are new, changed or gone.

    Needs `added`, `removed` and `touches`.
    """
    days = set(
        work.values(f"select distinct cast(floor(at_ms / {_DAY_MS}.0) as bigint) from touches where timeline <> ''")
    )
    # A run that something comes near to has a session that starts at most 24 hours and the gap before that.
    work.days("sessions_near", "sessions", {day + n for day in days for n in (-2, -1, 0, 1)})
    work.make("touched_runs")
    spans = work.con.execute("select run_started_ms, run_ended_ms from touched_runs").fetchall()
    moments = [(day * _DAY_MS, (day + 1) * _DAY_MS) for day in days]
    stretches = merged([*((start, end + 1) for start, end in spans), *moments])
    work.view("known", "clean", lambda _, part: touches(part.at, stretches))
    work.make("timeline_events")
    work.make("sessions")
    starts = {day for start, end in spans for day in range(start // _DAY_MS, end // _DAY_MS + 1)}
    starts |= set(work.values("select distinct started_day from sessions"))
    for day in sorted(starts):
        work.days("sessions_before", "sessions", [day])
        work.con.execute(
            f"create or replace temp view sessions_of_day as select * from sessions where started_day = {day}"
        )
        work.make("sessions_after")
        work.replace("sessions", "sessions_after", day)
    work.drop("timeline_events", "sessions_after")
    return starts


def merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Half-open stretches, joined where they meet or overlap, in order.

    >>> merged([(5, 7), (1, 3), (2, 5), (9, 10)])
    [(1, 7), (9, 10)]
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
