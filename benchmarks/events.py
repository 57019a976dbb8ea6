"""Job 1 of product events beside a plain DuckDB script: ``python benchmarks/events.py --events 1000000``.

Both read the same segments, each in a process of its own. `job` makes every table that job 1 makes; `sessions` makes
the sessions of its clean events in one statement, as job 1 has it; `script` is what somebody would write by hand:
read_json over the segments, one row per id, sessions by window functions, one Parquet file. Wall and CPU seconds, and
the process's largest memory.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "plugins")]

START = datetime(2026, 9, 1, tzinfo=UTC)
A_SEGMENT = 20_000
TYPES = ["page.viewed"] * 6 + ["task.created", "timesheet.submitted", "user.signedIn", "system.appInstanceData"]
SCRIPT = """
create table lines as
select tracking, instance, received_at::timestamp as received_at, lower(event ->> '$.meta.id') as id,
    event ->> '$.meta.type' as type, epoch_ms((event ->> '$.meta.timestamp')::bigint) as sent
from read_json('{raw}/*.gz', format = 'newline_delimited',
    columns = {{tracking: 'varchar', instance: 'varchar', received_at: 'varchar', event: 'json'}});
create table clean as
select * from lines qualify row_number() over (partition by tracking, id order by received_at) = 1;
copy (
    select tracking, instance, run, min(sent) as started_at, max(sent) as ended_at, count(*) as events
    from (
        select *, sum(is_start) over (partition by tracking, instance order by sent rows unbounded preceding) as run
        from (
            select *, case when sent - lag(sent) over (partition by tracking, instance order by sent)
                <= interval 30 minute then 0 else 1 end as is_start
            from clean
        )
    )
    group by all
) to '{raw}/sessions.parquet' (format parquet)
"""


def ship(lake: object, events: int) -> None:
    """Put segments of so many events into the lake: 5,000 devices over 30 days, one in 100 up to three days late."""
    dice = random.Random(1)
    clocks = [START + timedelta(seconds=dice.randrange(86_400)) for _ in range(5_000)]
    step = 30 * 86_400 * len(clocks) / events
    days: dict[str, list[bytes]] = {}
    number = 0
    for n in range(events):
        device = n % len(clocks)
        clocks[device] += timedelta(seconds=dice.choice([5, 20, 60]) if dice.random() < 0.9 else step * 10)
        delay = timedelta(seconds=2 if dice.random() < 0.99 else dice.randrange(3 * 86_400))
        kind = TYPES[n // len(clocks) % len(TYPES)]
        data = {"screen": f"s{n % 40}", "ms": n % 977, "ok": True, "note": "x" * (n % 60)}
        if kind == "system.appInstanceData":
            data = {"app": {"type": "mobile", "code": "a", "version": "1"}, "device": {"brand": "b", "zoneOffset": 60}}
        if kind == "user.signedIn":
            data = {"appUserId": f"u{device % 3_000}"}
        meta = {"id": f"{n:032x}", "type": kind, "timestamp": int(clocks[device].timestamp() * 1000)}
        received = clocks[device] + delay
        days.setdefault(f"{received:%Y-%m-%d}", []).append(
            json.dumps(
                {"received_at": f"{received:%Y-%m-%dT%H:%M:%S.%f}Z", "tracking": "bench", "instance": f"d{device}",
                 "agent": "okhttp/4.9.1", "request": f"r{n // 20}", "offset": n % 20,
                 "event": {"meta": meta, "data": data}}
            ).encode()
        )  # fmt: skip
        if n % (A_SEGMENT * 30) == A_SEGMENT * 30 - 1 or n == events - 1:
            for day, lines in days.items():
                number += 1
                lake.put(f"raw/events/dt={day}/{number:06d}.jsonl.gz", gzip.compress(b"\n".join(lines), 1))  # type: ignore[attr-defined]
            days = {}


def contend(name: str, folder: Path) -> None:
    """One contender, in this process; prints seconds and memory."""
    import bellwether.arrow  # noqa: F401
    from bellwether.events import run, state
    from bellwether.events.declared import Declared, relations
    from bellwether.events.work import Work, engine
    from bellwether.lake import Lake

    lake = Lake("lake")
    if name == "script":
        for key in lake.keys("raw/events/dt="):
            (folder / key.replace("/", "-")).write_bytes(lake.get(key)[0])
    began, cpu = time.monotonic(), time.process_time()
    if name == "job":
        done = run.collect(lake, Declared(), date(2026, 8, 1), date(2026, 12, 31))
        print(f"  {done.added} rows of clean", file=sys.stderr)
    elif name == "script":
        con = engine(folder)
        con.execute(SCRIPT.format(raw=folder))
    else:
        work = Work(lake, state.newest(lake), folder, "")
        work.view("clean", "clean")
        for relation, table in relations(Declared(), ["bench"]).items():
            work.con.register(relation, table)
        work.con.execute(
            "create temp view timeline_events as "
            "select *, client_ms + shift_ms as at_ms from clean where timeline <> ''"
        )
        began, cpu = time.monotonic(), time.process_time()
        print(f"  {work.make('sessions')} sessions", file=sys.stderr)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps([time.monotonic() - began, time.process_time() - cpu, memory]))


def main() -> None:
    """Ship the events, then let the contenders have their turn."""
    from bellwether.lake import Lake
    from benchmarks.ingest import services

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--contender")
    given = parser.parse_args()
    if given.contender:
        with tempfile.TemporaryDirectory() as folder:
            contend(given.contender, Path(folder))
        return
    with tempfile.TemporaryDirectory(prefix="bench events ") as home, services(Path(home)) as found:
        os.environ |= found
        lake = Lake("lake")
        # A busy store answers late, and boto3 asks again.
        with suppress(lake.client.exceptions.BucketAlreadyOwnedByYou):
            lake.client.create_bucket(Bucket=lake.bucket)
        ship(lake, given.events)
        for name in ("job", "sessions", "script"):
            command = [sys.executable, __file__, "--contender", name]
            done = subprocess.run(command, env=dict(os.environ), stdout=subprocess.PIPE, check=True, text=True)
            wall, cpu, memory = json.loads(done.stdout.splitlines()[-1])
            each = cpu / given.events * 1e6
            print(f"{name:9} {wall:7.1f} s wall {cpu:7.1f} s CPU {each:6.2f} s CPU a million events {memory:6d} MB")


if __name__ == "__main__":
    main()
