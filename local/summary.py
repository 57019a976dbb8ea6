"""The warehouse's contents as a text table: a line for each stream in `coverage`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

HEADINGS = ("source", "stream", "rows", "read now", "rejected", "covered (UTC)", "seconds")
# Columns of numbers, which are right-aligned.
NUMBERS = {2, 3, 4, 6}

# The covered time of a stream is the time covered for all of its subjects.
SEEN = """
    with by_subject as (
        select source, stream, sum(rejected_count) as rejected,
               coalesce(
                   range_agg(tstzrange(window_start, window_end)) filter (where is_complete), '{}'
               ) as covered
        from coverage
        group by source, stream, subject
    ), seen as (
        select source, stream, sum(rejected) as rejected, range_intersect_agg(covered) as covered
        from by_subject
        group by source, stream
    )
    select source, stream, rejected, lower(covered), upper(covered),
           (select count(*) from unnest(covered)) - 1
    from seen
    order by source, stream
"""


def summary(uri: str, read: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the table for the warehouse at `uri`; `read` has each run's source and the XCom of its `load`."""
    now: Counter[tuple[str, str, str]] = Counter()
    for source, streams in read:
        for stream, figures in streams.items():
            for name in ("records", "seconds"):
                now[source, stream, name] += figures.get(name, 0)
    with _connected(uri) as cursor:
        return _aligned([HEADINGS, *_lines(cursor, now)])


def covered_after(uri: str, time: str) -> bool:
    """Whether `coverage` has a window that ends after `time` (ISO 8601) and was read after it."""
    with _connected(uri) as cursor:
        cursor.execute("select exists (select from coverage where least(window_end, observed_at) > %s)", (time,))
        return cursor.fetchone() == (True,)


def newest_forecast(uri: str) -> str | None:
    """The time of the newest weather forecast in the warehouse, in ISO 8601."""
    with _connected(uri) as cursor:
        cursor.execute("select max(made_at) from weather_forecasts")
        (made_at,) = cursor.fetchone() or (None,)
        return made_at.isoformat() if made_at else None


@contextmanager
def _connected(uri: str) -> Iterator[psycopg2.extensions.cursor]:
    with (
        closing(psycopg2.connect(uri, options="-c timezone=UTC")) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


def _lines(cursor: psycopg2.extensions.cursor, now: Mapping[tuple[str, str, str], float]) -> Iterator[tuple[str, ...]]:
    cursor.execute(SEEN)
    for source, stream, rejected, start, end, gaps in cursor.fetchall():
        cursor.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(f"{source}_{stream}")))
        (rows,) = cursor.fetchone() or (0,)
        covered = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}" if start else "nothing completely"
        covered += f" ({gaps} gap{'s' * (gaps > 1)})" if gaps else ""
        counts = (f"{rows:,}", f"{now[source, stream, 'records']:,}", f"{rejected:,}")
        yield source, stream, *counts, covered, f"{now[source, stream, 'seconds']:.1f}"


def _aligned(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in NUMBERS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in ruled
    )
