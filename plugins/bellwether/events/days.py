"""The local days of products, by quarter of an hour: every zone's offset from UTC is whole quarters today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bellwether.arrow import pa
from bellwether.window import EPOCH

QUARTERS = 96
_QUARTER = timedelta(minutes=15)


def put_quarters(con: Any, days: Iterable[int]) -> None:
    """Leave the relation `quarters` (tracking, quarter, local_day) for UTC days; `applications` names the zones."""
    wanted = sorted(set(days))
    zones = [row[0] for row in con.execute("select distinct zone from applications").fetchall()]
    rows = [(zone, day * QUARTERS + n, local) for zone in zones for day in wanted for n, local in _of(zone, day)]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    schema = pa.schema([("zone", pa.string()), ("quarter", pa.int64()), ("local_day", pa.int64())])
    con.register("zone_quarters", pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema))
    con.execute(
        "create or replace temp table quarters as select tracking, quarter, local_day "
        "from zone_quarters inner join applications on zone_quarters.zone = applications.zone"
    )


@lru_cache(maxsize=20_000)
def _of(zone: str, day: int) -> tuple[tuple[int, int], ...]:
    """Of a UTC day its quarters by number, with the day since 1970 that it is in the zone."""
    start, place = EPOCH + timedelta(days=day), ZoneInfo(zone)
    return tuple((n, _days((start + n * _QUARTER).astimezone(place))) for n in range(QUARTERS))


def _days(moment: datetime) -> int:
    return (moment.date() - date(1970, 1, 1)).days
