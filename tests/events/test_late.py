"""Events up to 30 days late, duplicated, shuffled, from skewed clocks: always what all of them at once would give."""

import random
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bellwether.events import state
from bellwether.lake import Lake
from tests.events.segments import NOON, launch, line

TABLES = ("clean", "sessions", "signs", "identities", "use", "quality", "requests", "instances")
WRITTEN_BY_RUNS = {"instances": ("first_ms", "last_ms")}
"""Bounds that may be wider than need be: they only say where to look."""
GAP_MS, DAY_MS = 30 * 60_000, 86_400_000
SECOND = timedelta(seconds=1)

# Around the gap, around midnight and the longest session, and far apart.
STEPS = st.sampled_from([0, 1, 600, 1799, 1800, 1801, 3600, 40_000, 86_400, 400_000])
DELAYS = st.sampled_from([0, 0, 0, 30, 400, 7200, 86_400, 6 * 86_400, 30 * 86_400])
KINDS = st.sampled_from(["page.viewed"] * 5 + ["user.signedIn", "user.signedOut", "system.appInstanceData"])
EVENTS = st.lists(
    st.tuples(st.integers(0, 3), STEPS, DELAYS, KINDS, st.integers(0, 2), st.integers(0, 2)), min_size=8, max_size=45
)
CLOCKS = st.tuples(*[st.sampled_from([0, 0, -400, 7200, -90_000, 86_400 * 40]) for _ in range(4)])


def lines_of(events: Any, clocks: Any) -> list[tuple[int, Any]]:
    """Lines with the number of the run that they arrive in; a device's clock is wrong by so many seconds."""
    found, now = [], dict.fromkeys(range(4), NOON - timedelta(days=35))
    for number, (device, step, delay, kind, batch, copies) in enumerate(events):
        now[device] += step * SECOND
        shown = now[device] + clocks[device] * SECOND
        data = {"appUserId": f"user {number % 3}"} if kind.startswith("user.") else None
        words = {"instance": f"phone {device}", "id": f"Event {number}", "data": data}
        for copy in range(copies + 1):
            received = now[device] + (delay + copy * 3700 + 1) * SECOND
            more = {"received": received, "request": f"request {number // 3} {device} {delay} {copy}"}
            one = launch(shown, **more | {"instance": words["instance"], "id": words["id"]}) if "app" in kind else None
            found.append(((batch + copy * device) % 3, one or line(kind, shown, **words, **more)))
    return found


def rows(house: Any) -> dict[str, list[Any]]:
    def plain(table: str, row: dict[str, Any]) -> str:
        return repr(sorted((k, v) for k, v in row.items() if k not in WRITTEN_BY_RUNS.get(table, ())))

    typed = [name for name in state.newest(Lake("lake")).tables if name.startswith("typed/")]
    return {table: sorted(plain(table, row) for row in house.rows(table)) for table in (*TABLES, *typed)}


def oracle(clean: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Sessions by hand: timeline, first and last moment, events."""
    found: list[tuple[Any, ...]] = []
    by_timeline = sorted((row["timeline"], row["client_ms"] + row["shift_ms"]) for row in clean if row["timeline"])
    for timeline, moments in groupby(by_timeline, key=lambda one: one[0]):
        run: list[int] = []
        for _, at in moments:
            if run and at - run[-1] > GAP_MS:
                found += cut(timeline, run)
                run = []
            run.append(at)
        found += cut(timeline, run)
    return sorted(found)


def cut(timeline: str, run: list[int]) -> list[tuple[Any, ...]]:
    pieces = [list(those) for _, those in groupby(run, key=lambda at: (at - run[0]) // DAY_MS)]
    return [(timeline, piece[0], piece[-1], len(piece)) for piece in pieces]


@settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(events=EVENTS, clocks=CLOCKS, seed=st.integers(0, 1000))
def test_the_tables_are_those_of_all_events_at_once(house: Any, events: Any, clocks: Any, seed: int) -> None:
    house.lake.empty()
    arriving = lines_of(events, clocks)
    random.Random(seed).shuffle(arriving)
    end: datetime = NOON + timedelta(days=80)
    for batch in range(3):
        house.bucket.segments([one for number, one in arriving if number == batch])
        house.collect(end, days=140)
    incremental = rows(house)
    assert len(incremental["clean"]) == len(events), "one row an event, whatever number of copies came"
    assert oracle(house.rows("clean")) == sorted(
        (one["timeline"], one["started_ms"], one["ended_ms"], one["events"]) for one in house.rows("sessions")
    )
    house.collect(end, rebuild=True)
    assert incremental == rows(house)
    assert incremental["sessions"] or not [row for row in house.rows("clean") if row["timeline"]]
