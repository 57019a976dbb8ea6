"""The demo's windows and its table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.dag_runs import windows
from local.summary import covered_after, summary

LEDGER = """
    create table coverage (
        source text, stream text, subject text, window_start timestamptz, window_end timestamptz, rejected_count bigint,
        is_complete boolean, observed_at timestamptz default '2026-11-17 11:00'
    );
    create table github_commits (sha text);
    create table github_issues (id bigint);
    insert into github_commits select 'a' from generate_series(1, 1234);
    insert into coverage values
        ('github', 'commits', 'site', '2026-11-01', '2026-11-08', 0, true),
        ('github', 'commits', 'site', '2026-11-08', '2026-11-15', 2, true),
        ('github', 'commits', 'site', '2026-11-16', '2026-11-17 10:30', 0, true),
        ('github', 'commits', 'api', '2026-10-01', '2026-11-17 10:30', 0, true),
        ('github', 'issues', 'site', '2026-11-01', '2026-11-15', 0, true),
        ('github', 'issues', 'api', '2026-11-01', '2026-11-15', 0, false);
"""


def test_the_table_says_what_is_there_and_where_it_has_gaps(warehouse: Any) -> None:
    warehouse.query(LEDGER)
    said = {"commits": {"records": 7, "seconds": 0.25}, "issues": {"records": 0, "seconds": 0.0}}
    lines = summary(warehouse.uri, [("github", said), ("github", said)]).splitlines()
    assert lines[2].split("  ")[0] == "github"
    assert "1,234" in lines[2]
    assert "14         2  2026-11-01 00:00 to 2026-11-17 10:30 (1 gap)" in lines[2]
    assert lines[2].endswith("0.5")
    assert "nothing completely" in lines[3]


def test_what_was_read_ahead_is_no_demo_of_its_day(warehouse: Any) -> None:
    warehouse.query(LEDGER)
    warehouse.query("insert into coverage values ('flights', 'arrivals', 'EDDB', '2026-11-17', '2026-11-19', 0, true)")
    assert not covered_after(warehouse.uri, "2026-11-18T00:00:00+00:00")


def test_a_second_demo_of_the_day_knows_of_the_first(warehouse: Any) -> None:
    warehouse.query(LEDGER)
    assert covered_after(warehouse.uri, "2026-11-17T00:00:00+00:00")
    assert not covered_after(warehouse.uri, "2026-11-18T00:00:00+00:00")


@pytest.mark.parametrize("now", [datetime(2026, 11, 22, 9, 7, 31, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)])
def test_history_is_whole_settled_days_and_the_present_follows_on_it(now: datetime) -> None:
    history, present = windows(8, now)
    assert history["since"] == "2026-09-25T00:00:00+00:00"
    assert history["until"] == present["since"] == "2026-11-20T00:00:00+00:00"
    assert datetime.fromisoformat(present["until"]) == now.replace(second=0)
    # Only what is read as the schedule reads it goes on to what is announced ahead.
    assert history["only_missing"]
    assert not present["only_missing"]
