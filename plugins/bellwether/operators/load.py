"""LoadOperator: loads staged rows into the warehouse, and the time that they cover into the table `coverage`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.hooks.stream import Stream
from bellwether.lake import Lake, Manifest
from bellwether.lake.marks import Marks
from bellwether.sql import render
from bellwether.staging.rejects import are_too_many
from bellwether.warehouse import Batch, connect, coverage
from bellwether.warehouse.database import Statement

if TYPE_CHECKING:
    from airflow.sdk import Context

    from bellwether.arrow import pa


class LoadOperator(BaseOperator):
    """Loads the staged rows of a stage task: one transaction per table, with rows and coverage together.

    Returns rows, rejects, window and seconds by stream. A stream with too many rejects is not loaded;
    it, and every subject that could not be read, fails the task after everything else is loaded.

    :param streams: the source's streams, which declare the columns of their tables
    :param staged: the stage task's XCom (templated)
    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    :param most_rejected: the share of a stream's records that may be rejected, from ten rejects on
    """

    template_fields = ("staged",)

    def __init__(
        self,
        *,
        streams: Iterable[Stream],
        staged: Any,
        lake_conn_id: str = "lake",
        warehouse_conn_id: str = "warehouse",
        most_rejected: float = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.streams = tuple(streams)
        self.staged = staged
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id
        self.most_rejected = most_rejected

    def execute(self, context: Context) -> dict[str, Any]:
        """Load stream by stream, then report the subjects and records that failed."""
        lake, streams = Lake(self.lake_conn_id), {stream.name: stream for stream in self.streams}
        summary: dict[str, Any] = {}
        problems: list[str] = []
        for name, manifests in self._manifests(lake).items():
            problems += [f"{name} {f.subject}: {f.problem}" for m in manifests for f in m.failures]
            summary[name] = counts = _summary(manifests)
            if self._has_too_many_rejects(counts):
                problems.append(f"{name}: {counts['rejected']} of {counts['records']} records were rejected")
                continue
            started = time.monotonic()
            self._load(lake, streams[name], manifests)
            self._remember(lake, name, manifests)
            counts["seconds"] = round(self.staged["seconds"].get(name, 0.0) + time.monotonic() - started, 3)
            self.log.info("%s: %d rows, %d rejected.", _table(manifests), counts["rows"], counts["rejected"])
        if problems:
            raise AirflowFailException(_report(problems))
        return summary

    def _manifests(self, lake: Lake) -> dict[str, list[Manifest]]:
        """The staged manifests by stream's name."""
        by_stream: dict[str, list[Manifest]] = {}
        for key in self.staged["manifests"]:
            manifest = Manifest.read(lake, key)
            by_stream.setdefault(manifest.stream, []).append(manifest)
        return by_stream

    def _load(self, lake: Lake, stream: Stream, manifests: list[Manifest]) -> None:
        keys = [key for manifest in manifests for extract in manifest.extracts for key in extract.parts]
        rows = Batch(_table(manifests), stream.table_key, stream.column_names, _frames(lake, keys), staged=keys)
        since = min(manifest.window.start for manifest in manifests)
        until = max(manifest.window.end for manifest in manifests)
        then = [gone_rows(manifests[0].source, stream, since, until)] if stream.lists_all else []
        connect(self.warehouse_conn_id, self.lake_conn_id).merge(rows, coverage.batch(manifests), then=then)

    def _remember(self, lake: Lake, stream: str, manifests: list[Manifest]) -> None:
        """Keep how the lists stood that are loaded now, but of those of which a part could not be read."""
        marks = Marks(lake, manifests[0].source)
        failed = {failure.subject for manifest in manifests for failure in manifest.failures}
        for subject, mark in self.staged.get("marks", {}).get(stream, {}).items():
            if subject not in failed:
                marks.put(stream, subject, mark)

    def _has_too_many_rejects(self, summary: dict[str, Any]) -> bool:
        rejected: int = summary["rejected"]
        return are_too_many(rejected, summary["records"], self.most_rejected)


def _table(manifests: list[Manifest]) -> str:
    return f"{manifests[0].source}_{manifests[0].stream}"


def gone_rows(source: str, stream: Stream, since: datetime, until: datetime) -> Statement:
    """The statement that marks a stream's rows as gone if a later complete reading of their time lacks them."""
    placed_by = [stream.placed_by] if stream.placed_by else []
    text = render("load/mark_gone.sql", table=f"{source}_{stream.name}", key=stream.table_key, placed_by=placed_by)
    return Statement(text, {"source": source, "stream": stream.name, "since": since, "until": until})


def _frames(lake: Lake, keys: list[str]) -> Iterator[pa.Table]:
    from bellwether.lake.parquet import from_parquet

    for key in keys:
        yield from_parquet(lake.get(key)[0])


def _summary(manifests: list[Manifest]) -> dict[str, Any]:
    extracts = [extract for manifest in manifests for extract in manifest.extracts]
    records, rejected = sum(s.records for s in extracts), sum(s.rejected for s in extracts)
    return {
        "records": records,
        "rows": records - rejected,
        "rejected": rejected,
        "since": min(manifest.window.start for manifest in manifests).isoformat(),
        "until": max(manifest.window.end for manifest in manifests).isoformat(),
        "seconds": 0.0,
    }


def _report(problems: list[str]) -> str:
    shown = "\n- ".join(problems[:10])
    more = f"\n… and {len(problems) - 10} more" if len(problems) > 10 else ""
    return (
        f"Everything else is loaded, but {len(problems)} could not be read or loaded:\n- {shown}{more}\n"
        "Fix the cause and clear this run, or leave it: the next scheduled run reads what is missing."
    )
