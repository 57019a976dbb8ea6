"""Job 2: the report tables of a small world."""

from datetime import date, timedelta
from typing import Any

from tests.events.segments import NOON, launch, line, views


def test_a_day_s_figures(house: Any) -> None:
    house.bucket.segments(
        [launch(NOON), *views("phone", NOON, [1, 2, 40, 120])],
        [
            launch(NOON, "other"),
            line("user.signedIn", NOON + timedelta(minutes=1), instance="other", data={"appUserId": "u"}),
        ],
    )
    summary = house.collect()
    assert summary["days"] == ["2026-11-10"]
    rows = house.report(days=("2026-11-10",))
    assert rows["active_users_daily"] > 0
    assert house.query(
        "select day, dau, wau, mau, new_users, known_users, is_settled from active_users_daily where day = '2026-11-10'"
    ) == [(date(2026, 11, 10), 2, 2, 2, 2, 1, True)]
    assert house.query(
        "select day, sessions, engaged_sessions, length_p50_seconds, events, launches from sessions_daily"
    ) == [(date(2026, 11, 10), 4, 2, 30.0, 7, 2)]
