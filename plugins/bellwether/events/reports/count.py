"""The report tables counted anew in DuckDB, for the days that have changed, from what job 1 left in the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.arrow import pa
from bellwether.events import state
from bellwether.events.clean.arrive import touches
from bellwether.events.days import put_quarters
from bellwether.events.declared import Declared, relations
from bellwether.events.reports.tables import DAILY, FUNNELS, RETENTION, SETTLE_DAYS, Report
from bellwether.events.sessions.rebuild import merged
from bellwether.events.work import MEMORY, Work
from bellwether.lake import Lake
from bellwether.window import EPOCH, Window

_DAY_MS = 86_400_000
Put = Callable[[Report, pa.Table, set[int]], None]
"""Takes a table's new rows, and the days that they are all rows of."""


class Counting:
    """One run over the days, as known at a moment.

    :param listened: the stretches in which a collector listened
    """

    def __init__(self, work: Work, declared: Declared, as_of: datetime, listened: list[Window]) -> None:
        self.work = work
        self.declared = declared
        self.as_of = as_of
        self.listened = listened
        work.view("instances", "instances")
        work.view("identities", "identities")
        self.trackings = sorted(set(work.values("select distinct tracking from instances")))
        for name, table in relations(declared, self.trackings).items():
            work.con.register(name, table)
        self.today = {tracking: self._local(tracking) for tracking in self.trackings}
        self._register("todays", {"tracking": "s", "today": "i"}, list(self.today.items()))

    def daily(self, days: set[int], put: Put) -> None:
        """Count the tables by day."""
        self._features()
        self.work.view("use_all", "use")
        self.work.con.execute(
            "create or replace temp table robots as "
            "select distinct tracking, timeline, local_day from use_all where bot <> ''"
        )
        self.work.view("quality_all", "quality")
        for report in DAILY:
            wanted = {day + n for day in days for n in range(-report.behind, report.ahead + 1)}
            self._days(wanted)
            self._listening(wanted)
            if report.table == "sessions_daily":
                self.work.days("sessions_near", "sessions", {day + n for day in wanted for n in (-1, 0, 1)})
                put_quarters(self.work.con, {day + n for day in wanted for n in range(-1, 4)})
            if report.table == "paths_daily":
                self._known({day + n for day in wanted for n in (-1, 0, 1)})
            put(report, self._made(report), wanted)

    def retention(self, put: Put) -> None:
        """Count the cohorts, all of them."""
        rows = [
            (tracking, week)
            for tracking in self.trackings
            for week in range(self.declared.of(tracking).retention_weeks + 1)
        ]
        self._register("retention", {"tracking": "s", "week_offset": "i"}, rows)
        put(RETENTION, self._made(RETENTION), set(range(max(self.today.values(), default=0) + 7)))

    def funnels(self, days: set[int], put: Put) -> None:
        """Count the declared funnels of people who entered on the days or so long before that they can be concerned."""
        known = [one for one in self.declared.funnel if one.tracking in self.today]
        if not known:
            return
        longest = max(one.window_days for one in known)
        entered = {day - n for day in days for n in range(longest + 1)}
        columns = {"tracking": "s", "funnel": "s", "step": "i", "type": "s", "window_days": "i"}
        steps = [
            (one.tracking, one.name, n, step, one.window_days) for one in known for n, step in enumerate(one.steps, 1)
        ]
        self._register("funnel_steps", columns, steps)
        rows = [(tracking, day) for tracking in self.trackings for day in entered]
        self._register("funnel_days", {"tracking": "s", "local_day": "i"}, rows)
        self._known({day + n for day in entered for n in range(-1, longest + 2)}, "funnel_steps")
        self._progress(max(len(one.steps) for one in known))
        put(FUNNELS, self._made(FUNNELS), entered)

    def _progress(self, most: int) -> None:
        con = self.work.con
        self.work.make("reports/funnel_entered", into="reached")
        con.execute("create or replace temp table progress as select *, 1 as step from reached")
        for step in range(2, most + 1):
            con.execute(f"create or replace temp view step_now as select * from funnel_steps where step = {step}")
            self.work.make("reports/funnel_reached", into="reached_next")
            con.execute("create or replace temp table reached as select * from reached_next")
            con.execute(f"insert into progress select *, {step} from reached")

    def _known(self, days: set[int], types: str = "") -> None:
        """Leave person_events of local days; of the types in a relation only, where one is given."""
        stretches = merged([((day - 1) * _DAY_MS, (day + 2) * _DAY_MS) for day in days])
        self.work.view("all_known", "clean", lambda _, part: touches(part.at, stretches))
        only = f"where type in (select type from {types})" if types else ""
        self.work.con.execute(f"create or replace temp view known as select * from all_known {only}")
        put_quarters(self.work.con, days)
        self.work.make("reports/person_events", into="person_events")

    def _made(self, report: Report) -> pa.Table:
        self.work.make(f"reports/{report.table}", into="counted_rows")
        made = self.work.con.execute("select * from counted_rows").to_arrow_table()
        columns = {name: _as_date(made[name]) if name in report.dates else made[name] for name in made.column_names}
        observed = pa.repeat(pa.scalar(self.as_of, pa.timestamp("us", tz="UTC")), made.num_rows)
        return pa.table({**columns, "observed_at": observed})

    def _days(self, days: set[int]) -> None:
        rows = [
            (tracking, day, day + 1 + SETTLE_DAYS <= today)
            for tracking, today in self.today.items()
            for day in sorted(days)
            if day <= today
        ]
        self._register("report_days", {"tracking": "s", "local_day": "i", "is_settled": "b"}, rows)

    def _features(self) -> None:
        rows = [
            (tracking, feature.type, feature.expected_share)
            for tracking in self.trackings
            for feature in self.declared.of(tracking).feature
        ]
        self._register("features", {"tracking": "s", "type": "s", "expected_share": "f"}, rows)

    def _listening(self, days: set[int]) -> None:
        rows = [
            (tracking, day, self._seconds(ZoneInfo(self.declared.of(tracking).timezone), day))
            for tracking in self.trackings
            for day in days
        ]
        self._register("listening", {"tracking": "s", "local_day": "i", "seconds": "i"}, rows)

    def _seconds(self, zone: ZoneInfo, day: int) -> int:
        start, end = ((EPOCH + timedelta(days=day + n)).replace(tzinfo=zone).astimezone(UTC) for n in (0, 1))
        spans = [
            (int(max(one.start, start).timestamp()), int(min(one.end, end).timestamp()))
            for one in self.listened
            if one.start < end and one.end > start
        ]
        return sum(b - a for a, b in merged(spans))

    def _local(self, tracking: str) -> int:
        local = self.as_of.astimezone(ZoneInfo(self.declared.of(tracking).timezone))
        return local.date().toordinal() - EPOCH.date().toordinal()

    def _register(self, name: str, columns: dict[str, str], rows: Iterable[tuple[Any, ...]]) -> None:
        kinds = {"s": pa.string(), "i": pa.int64(), "b": pa.bool_(), "f": pa.float64()}
        schema = pa.schema([(column, kinds[kind]) for column, kind in columns.items()])
        self.work.con.register(
            name, pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema)
        )


def count(
    lake: Lake, declared: Declared, days: set[int], as_of: datetime, listened: list[Window], put: Put,
    memory: str = MEMORY,
) -> None:  # fmt: skip
    """Count all report tables for local days, given as numbers since 1970."""
    with TemporaryDirectory(prefix="event-reports-") as folder:
        work = Work(lake, state.newest(lake), Path(folder), "", memory)
        counting = Counting(work, declared, as_of, listened)
        if not counting.trackings:
            return
        wanted = days | {max(counting.today.values())}
        counting.daily(wanted, put)
        counting.retention(put)
        counting.funnels(wanted, put)


def _as_date(days: pa.ChunkedArray) -> pa.ChunkedArray:
    return days.cast(pa.int32()).cast(pa.date32())
