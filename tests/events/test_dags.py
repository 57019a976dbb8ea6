"""From the collector's segments to report tables, and to nothing again, by Airflow's own runs of our DAGs."""

import gzip
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from bellwether.events.envelope import Listening, Refused, listening_key
from tests.dags.conftest import parsed
from tests.events.conftest import AS_OF, House, opened
from tests.events.segments import NOON, iso, launch, line, views

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
APP = {"tracking": "timesheets"}
SECRET = "Ines Grün+1"


def run(dag: Any, **conf: Any) -> Any:
    for task in dag.tasks:
        task.retries = 0
    done = dag.test(run_conf=conf)
    assert done.state == "success", {task.task_id: task.state for task in done.get_task_instances()}
    return done


def world() -> list[Any]:
    """Two weeks of a phone whose user signs in, a browser, a server, and somebody who wants to be forgotten."""
    lines = []
    for day in range(10):
        at = NOON + day * DAY - 5 * DAY
        lines += [launch(at, **APP), *views("phone", at, [1, 2, 45], **APP)]
        lines += [line("task.created", at + 3 * MINUTE, instance="phone", data={"title": f"{day}"}, **APP)]
        lines += [line("task.created", at, instance="com.quidlo.timesheets.backend", data={"userId": "7"}, **APP)]
    lines += [line("user.signedIn", NOON, instance="phone", data={"appUserId": "7"}, **APP)]
    lines += [line("timesheet.submitted", NOON + 10 * MINUTE, instance="phone", **APP)]
    lines += [launch(NOON, "her-browser-9", data={"app": {"type": "web"}}, **APP)]
    lines += [*views("her-browser-9", NOON, [1, 2], **APP)]
    lines += [line("user.signedIn", NOON + 5 * MINUTE, instance="her-browser-9", data={"appUserId": SECRET}, **APP)]
    lines += [line("task.created", NOON + DAY, instance="phone", data={"for": SECRET, "others": [SECRET]}, **APP)]
    return lines


@pytest.fixture(scope="module")
def ran(services: Any, tables: Any, metadata: None) -> Iterator[House]:
    with opened(services, tables) as house:
        house.bucket.segments(world())
        refused = Refused(
            received_at=iso(NOON), tracking="timesheets", instance="her-browser-9", agent="", request="r", offset=0,
            code=400, reason="no type", event=json.dumps({"meta": {"id": "x"}, "data": SECRET}),
        )  # fmt: skip
        house.bucket.refused("2026-11-10", refused)
        span = (iso(NOON - 5 * DAY - 10 * MINUTE), iso(AS_OF - DAY))
        heartbeat = Listening(collector="c", spans=[span], stored_until=span[1])
        house.bucket.put(listening_key("2026-11-10", "c"), msgspec.json.encode(heartbeat))
        model = json.dumps({"users": {SECRET: 0.5, "7": 0.1}, "seen": [SECRET]}).encode()
        house.bucket.put("models/churn/1.json", model)
        dags = parsed().dags
        since, until = (NOON - 6 * DAY).isoformat(), AS_OF.isoformat()
        run(dags["events"], since=since, until=until)
        run(dags["event_reports"], since=since, until=until, as_of=until)
        yield house


def test_the_days_that_changed_travel_as_the_asset_s_extra(ran: House) -> None:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session

    with create_session() as session:
        extras = session.scalars(
            select(AssetEvent.extra).join(AssetModel, AssetEvent.asset_id == AssetModel.id)
            .where(AssetModel.name == "events").order_by(AssetEvent.id)
        ).all()  # fmt: skip
    assert extras[0]["days"][0] == "2026-11-05"
    assert len(extras[0]["days"]) == 10


def test_the_report_tables_are_filled(ran: House) -> None:
    counts = {
        table: ran.query(f"select count(*) from {table}")[0][0]
        for table in ("active_users_daily", "sessions_daily", "retention_cohorts_weekly", "funnel_steps_daily",
                      "feature_use_daily", "devices_daily", "paths_daily", "event_quality_daily", "event_rejects_daily")
    }  # fmt: skip
    assert all(counts.values()), counts
    assert ran.query("select entered, reached, step from funnel_steps_daily where day = '2026-11-10' order by 3") == [
        (2, 2, 1), (2, 1, 2), (2, 1, 3)
    ]  # fmt: skip
    users = ran.query("select dau, new_users, known_users, is_settled from active_users_daily where day = '2026-11-10'")
    assert users == [(2, 1, 2, True)], "the phone is its user's from before the first sign-in on"
    assert ran.query("select listened_seconds from event_quality_daily where day = '2026-11-11'") == [(86_400,)]
    assert ran.query("select reason, events from event_rejects_daily") == [("no type", 1)]


def test_z_somebody_is_forgotten_everywhere(ran: House) -> None:
    before = ran.query("select dau from active_users_daily where day = '2026-11-10'")
    assert before == [(2,)]
    assert traces(ran), "there is something to be found"
    dags = parsed().dags
    run(dags["erase"], tracking="timesheets", users=[SECRET], instances=["her-browser-9"])
    run(dags["event_reports"], since=(NOON - 6 * DAY).isoformat(), until=AS_OF.isoformat(), as_of=AS_OF.isoformat())
    assert traces(ran) == []
    assert ran.query("select dau from active_users_daily where day = '2026-11-10'") == [(1,)]
    assert json.loads(ran.lake.read("models/churn/1.json")) == {"users": {"7": 0.1}, "seen": ["erased"]}
    (receipt,) = [json.loads(ran.lake.read(key)) for key in ran.lake.keys("state/receipts/")]
    assert (receipt["removed_lines"], receipt["redacted_lines"], receipt["users"]) == (5, 1, 1)
    assert "2026-11-10" in receipt["days"]
    ran.bucket.segments([launch(NOON + DAY, "her-browser-9", data={"app": {"type": "web"}}, **APP)])
    ran.collect()
    assert not [row for row in ran.rows("clean") if row["instance"] == "her-browser-9"]


def traces(house: House) -> list[str]:
    """Where the person or the device still stands: in any object, unpacked, or any table."""
    names = [SECRET, json.dumps(SECRET)[1:-1], "her-browser-9"]
    found = [key for key in house.objects() if any(name in content(house, key) for name in names)]
    tables = house.query("select table_name from information_schema.tables where table_schema = 'public'")
    rows = [(table, str(row)) for (table,) in tables for row in house.query(f"select * from {table}")]
    return found + [table for table, row in rows if any(name in row for name in names)]


def content(house: House, key: str) -> str:
    body = house.lake.read(key)
    if key.endswith(".parquet"):
        return str(pq.read_table(io.BytesIO(body)).to_pylist()) + key
    return (gzip.decompress(body) if key.endswith(".gz") else body).decode() + key
