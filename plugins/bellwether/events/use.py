"""First aggregates: who used what on which local day, and what became of what was received."""

from __future__ import annotations

from bellwether.events.clean.arrive import touches
from bellwether.events.days import put_quarters
from bellwether.events.sessions.rebuild import merged
from bellwether.events.work import Work

_DAY_MS = 86_400_000


def count_use(work: Work) -> set[int]:
    """Leave use as it is to be. Returns the local days that were counted anew.

    Needs `added`, `removed`, `touches`, `identities` and `changed_identities`.
    """
    put_quarters(work.con, work.values(f"select distinct cast(floor(at_ms / {_DAY_MS}.0) as bigint) from touches"))
    stretch = work.row(
        "select min(greatest(from_ms, first_ms)), max(least(to_ms, last_ms)) from changed_identities "
        "inner join instances_seen on changed_identities.tracking = instances_seen.tracking "
        "and changed_identities.timeline = 'device:' || instances_seen.instance"
    )
    near = range(stretch[0] // _DAY_MS - 1, stretch[1] // _DAY_MS + 2) if stretch[0] is not None else ()
    work.days("use_near", "use", near)
    work.make("changed_days")
    days = set(work.values("select distinct local_day from changed_days"))
    put_quarters(work.con, {day + n for day in days for n in (-1, 0, 1)})
    stretches = merged([((day - 1) * _DAY_MS, (day + 2) * _DAY_MS) for day in days])
    work.view("known", "clean", lambda _, part: touches(part.at, stretches))
    work.make("day_events")
    work.make("use")
    for day in sorted(days):
        work.days("use_before", "use", [day])
        work.con.execute(f"create or replace temp view use_of_day as select * from use where local_day = {day}")
        work.make("use_after")
        work.replace("use", "use_after", day)
    work.drop("day_events", "use", "use_after")
    return days


def count_quality(work: Work) -> None:
    """Leave quality as it is to be."""
    received = "select received_us from incoming union all select received_us from removed"
    utc_days = set(
        work.values(f"select distinct cast(floor(received_us / {_DAY_MS}000.0) as bigint) from ({received})")
    )
    put_quarters(work.con, utc_days)
    local = {day + n for day in utc_days for n in (-1, 0, 1)}
    work.days("quality_before", "quality", local)
    work.make("quality")
    for day in set(work.values("select distinct local_day from quality")):
        work.replace("quality", "quality", day)
