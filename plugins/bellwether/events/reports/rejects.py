"""What the collector refused, counted by reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from bellwether.arrow import pa
from bellwether.events.listening import refused
from bellwether.events.reports.count import Put
from bellwether.events.reports.tables import REJECTS
from bellwether.lake import Lake
from bellwether.window import EPOCH

_SCHEMA = pa.schema(
    [
        ("tracking_id", pa.string()),
        ("day", pa.date32()),
        ("reason", pa.string()),
        ("events", pa.int64()),
        ("is_settled", pa.bool_()),
        ("observed_at", pa.timestamp("us", tz="UTC")),
    ]
)


def count_rejects(lake: Lake, days: set[int], as_of: datetime, put: Put) -> None:
    """Count the refused events of UTC days. A day is settled a day after its end: segments are filed by it."""
    today = (as_of - EPOCH).days
    rows = [
        {"tracking_id": tracking, "day": EPOCH.date() + timedelta(days=day), "reason": reason, "events": events,
         "is_settled": day + 2 <= today, "observed_at": as_of}
        for (tracking, day, reason), events in refused(lake, days).items()
    ]  # fmt: skip
    put(REJECTS, pa.Table.from_pylist(rows, _SCHEMA), days)
