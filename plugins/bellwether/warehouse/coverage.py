"""The coverage ledger: which stretches of time somebody looked at, and what could be seen there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bellwether.hooks.stream import Stream
from bellwether.lake.manifest import Manifest, Sight
from bellwether.sql import render
from bellwether.warehouse import connect
from bellwether.warehouse.database import Batch
from bellwether.window import Window

TABLE = "coverage"
KEY = ("source", "stream", "subject", "window_start", "window_end")
COLUMNS = (*KEY, "row_count", "rejected_count", "is_complete", "flags", "observed_at")


class Ledger:
    """Reads the ``coverage`` table of the warehouse behind a connection."""

    def __init__(self, conn_id: str) -> None:
        self._warehouse = connect(conn_id)

    def settled(self, source: str, stream: Stream, within: Window) -> dict[str, list[Window]]:
        """By subject, the parts of the window that were covered and that the vendor will not restate any more."""
        parameters = {
            "source": source,
            "stream": stream.name,
            "since": within.start,
            "until": within.end,
            "lookback_seconds": int(stream.lookback.total_seconds()),
        }
        found: dict[str, list[Window]] = {}
        for subject, start, end in self._warehouse.select(render("coverage/settled.sql"), parameters):
            found.setdefault(subject, []).append(Window(start, end))
        return found

    def first(self, source: str, stream: Stream) -> dict[str, datetime]:
        """By subject, when its coverage begins: before that, nobody meant to look."""
        rows = self._warehouse.select(render("coverage/first.sql"), {"source": source, "stream": stream.name})
        return dict(rows)


def coverage_rows(manifests: Iterable[Manifest]) -> list[dict[str, Any]]:
    """Rows for the ledger: a row for what was seen of each subject and slice, and one for each part unseen."""
    return [row for manifest in manifests for sight in manifest.sights for row in _rows(manifest, sight)]


def _rows(manifest: Manifest, sight: Sight) -> Iterator[dict[str, Any]]:
    unseen = [Window.from_key(key) for key in sight.unseen]
    stretches = [(gap, False) for gap in unseen] + [(seen, True) for seen in manifest.window.without(unseen)]
    for number, (stretch, is_complete) in enumerate(sorted(stretches)):
        yield {
            "source": manifest.source,
            "stream": manifest.stream,
            "subject": sight.subject,
            "window_start": stretch.start,
            "window_end": stretch.end,
            # A sight's rows are counted once, with its first stretch.
            "row_count": sight.records - sight.rejected if number == 0 else 0,
            "rejected_count": sight.rejected if number == 0 else 0,
            "is_complete": is_complete,
            "flags": ",".join(sight.flags),
            "observed_at": sight.observed_at.astimezone(UTC),
        }


def batch(manifests: Iterable[Manifest]) -> Batch:
    """The ledger's rows for manifests, ready to be merged."""
    from bellwether.arrow import pa

    timestamp = pa.timestamp("us", tz="UTC")
    types = {"row_count": pa.int64(), "rejected_count": pa.int64(), "is_complete": pa.bool_()}
    types |= dict.fromkeys(("window_start", "window_end", "observed_at"), timestamp)
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    return Batch(TABLE, KEY, COLUMNS, [pa.Table.from_pylist(coverage_rows(manifests), schema)])
