"""The table `coverage`: for which time each subject was requested, and for which of it the vendor had data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bellwether.hooks.stream import Stream
from bellwether.lake.manifest import Extract, Manifest
from bellwether.sql import render
from bellwether.warehouse import connect
from bellwether.warehouse.database import Batch
from bellwether.window import Window

TABLE = "coverage"
KEY = ("source", "stream", "subject", "window_start", "window_end")
COLUMNS = (*KEY, "row_count", "rejected_count", "is_complete", "flags", "observed_at")


class CoverageTable:
    """Reads the table ``coverage`` of the warehouse behind a connection."""

    def __init__(self, conn_id: str) -> None:
        self._warehouse = connect(conn_id)

    def settled(self, source: str, stream: Stream, within: Window) -> dict[str, list[Window]]:
        """By subject, the parts of the window that were requested and that the vendor will not restate any more."""
        parameters = {
            "source": source,
            "stream": stream.name,
            "since": within.start,
            "until": within.end,
            "lookback_seconds": int(stream.lookback.total_seconds()),
        }
        by_subject: dict[str, list[Window]] = {}
        for subject, start, end in self._warehouse.select(render("coverage/settled.sql"), parameters):
            by_subject.setdefault(subject, []).append(Window(start, end))
        return by_subject

    def first(self, source: str, stream: Stream) -> dict[str, datetime]:
        """By subject, the start of its coverage; earlier time was never requested."""
        rows = self._warehouse.select(render("coverage/first.sql"), {"source": source, "stream": stream.name})
        return dict(rows)


def coverage_rows(manifests: Iterable[Manifest]) -> list[dict[str, Any]]:
    """The table's rows: per subject and slice, a row for each covered interval and for each interval not seen."""
    return [row for manifest in manifests for extract in manifest.extracts for row in _rows(manifest, extract)]


def _rows(manifest: Manifest, extract: Extract) -> Iterator[dict[str, Any]]:
    not_seen = [Window.from_key(key) for key in extract.not_seen]
    intervals = [(gap, False) for gap in not_seen] + [(covered, True) for covered in manifest.window.without(not_seen)]
    for number, (interval, is_complete) in enumerate(sorted(intervals)):
        yield {
            "source": manifest.source,
            "stream": manifest.stream,
            "subject": extract.subject,
            "window_start": interval.start,
            "window_end": interval.end,
            # An extract's rows are counted once, in its first interval.
            "row_count": extract.records - extract.rejected if number == 0 else 0,
            "rejected_count": extract.rejected if number == 0 else 0,
            "is_complete": is_complete,
            "flags": ",".join(extract.flags),
            "observed_at": extract.observed_at.astimezone(UTC),
        }


def batch(manifests: Iterable[Manifest]) -> Batch:
    """The manifests' coverage rows, ready to be merged."""
    from bellwether.arrow import pa

    timestamp = pa.timestamp("us", tz="UTC")
    types = {"row_count": pa.int64(), "rejected_count": pa.int64(), "is_complete": pa.bool_()}
    types |= dict.fromkeys(("window_start", "window_end", "observed_at"), timestamp)
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    return Batch(TABLE, KEY, COLUMNS, [pa.Table.from_pylist(coverage_rows(manifests), schema)])
