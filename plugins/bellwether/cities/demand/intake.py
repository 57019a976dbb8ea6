"""Load files of rides from the lake into the table `rides_history`: new files, and changed files again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bellwether.arrow import pa
from bellwether.cities.demand.checks import SCHEMA, checked
from bellwether.cities.demand.file import ENDINGS, MOST_BYTES, RidesFileError, batches
from bellwether.lake import Extract, Lake, Manifest
from bellwether.lake.keys import slug, stream_folder
from bellwether.lake.raw import compress
from bellwether.places import read_cities
from bellwether.sql import render
from bellwether.staging.rejects import are_too_many
from bellwether.warehouse import coverage
from bellwether.warehouse.database import Batch, Warehouse
from bellwether.window import STAMP, Window, whole_second

SOURCE, STREAM = "rides", "history"
PREFIX = "rides/"
TABLE, KEY = "rides_history", ("city_id", "place", "hour_at")
MOST_REJECTED = 0.01
"""The share of a file's rows that may be rejected, from ten rejects on."""
_LONGEST_KEY_BYTES = 512
_MOST_REJECTS_KEPT = 10_000
_HOUR = timedelta(hours=1)
_UNEVEN = "the number of fields differs from the number of columns"


@dataclass
class Summary:
    """The summary of a file. first, last: the first and last hour of its valid rows, None without valid rows."""

    observed_at: datetime
    rows: int = 0
    rejected: int = 0
    first: datetime | None = None
    last: datetime | None = None
    rejects: list[dict[str, Any]] = field(default_factory=list)
    rejects_key: str = ""

    def reject(self, record: Any, reason: str) -> None:
        """Count a rejected row; the first rejects are kept."""
        self.rejected += 1
        if len(self.rejects) < _MOST_REJECTS_KEPT:
            self.rejects.append({"reason": reason, "record": record})

    def add(self, hours: pa.Array) -> None:
        """Count valid rows."""
        import pyarrow.compute as pc

        if not len(hours):
            return
        ends = pc.min_max(hours).as_py()
        self.rows += len(hours)
        self.first = min(self.first or ends["min"], ends["min"])
        self.last = max(self.last or ends["max"], ends["max"])


def new_files(lake: Lake, warehouse: Warehouse) -> list[str]:
    """Keys of the files that are new or changed since they were last read, the oldest first."""
    read = dict(warehouse.select(render("demand/read_files.sql")))
    pages = lake.client.get_paginator("list_objects_v2").paginate(Bucket=lake.bucket, Prefix=PREFIX)
    changed = [
        (entry["LastModified"], entry["Key"])
        for page in pages
        for entry in page.get("Contents", ())
        if entry["Key"].endswith(ENDINGS) and read.get(entry["Key"]) != whole_second(entry["LastModified"])
    ]
    return [key for _, key in sorted(changed)]


def load(lake: Lake, warehouse: Warehouse, key: str) -> Summary:
    """Load a file's valid rows and its row in `coverage`, all or nothing.

    Raises RidesFileError if it cannot be read or too many rows are rejected; the rejects are written to the lake.
    """
    with TemporaryDirectory(prefix="rides-") as folder:
        file = Path(folder) / f"rides{next(ending for ending in ENDINGS[::-1] if key.endswith(ending))}"
        summary = Summary(_fetch(lake, key, file))
        for frame in _frames(file, summary):
            summary.add(frame["hour_at"])
        if summary.rejects:
            summary.rejects_key = (
                f"{stream_folder('rejected', SOURCE, STREAM)}{slug(key)}.{summary.observed_at:{STAMP}}.jsonl.zst"
            )
            lake.put(summary.rejects_key, compress(msgspec.json.encode(reject) for reject in summary.rejects))
        _refuse(lake, summary)
        if summary.first and summary.last:
            window = Window(summary.first, summary.last + _HOUR)
            extract = Extract(
                subject=key,
                observed_at=summary.observed_at,
                records=summary.rows + summary.rejected,
                rejected=summary.rejected,
            )
            manifest = Manifest(source=SOURCE, stream=STREAM, window_key=window.key, extracts=(extract,))
            columns = (*SCHEMA.names, "observed_at")
            second_pass = Summary(summary.observed_at)
            warehouse.merge(Batch(TABLE, KEY, columns, _frames(file, second_pass)), coverage.batch([manifest]))
    return summary


def _fetch(lake: Lake, key: str, file: Path) -> datetime:
    """Download the object into a file; return the time of its last change."""
    if len(key.encode()) > _LONGEST_KEY_BYTES:
        raise RidesFileError(f"its key is longer than {_LONGEST_KEY_BYTES} bytes")
    answer = lake.client.get_object(Bucket=lake.bucket, Key=key)
    if answer["ContentLength"] > MOST_BYTES:
        raise RidesFileError(f"it has more than {MOST_BYTES >> 20} MB: split it")
    with file.open("wb") as written:
        shutil.copyfileobj(answer["Body"], written, 1024 * 1024)
    return whole_second(answer["LastModified"])


def _frames(file: Path, summary: Summary) -> Iterator[pa.Table]:
    """The valid rows with the table's columns; rejected rows are added to ``summary``."""
    cities = read_cities().keys()
    observed_at = pa.scalar(summary.observed_at, pa.timestamp("us", tz="UTC"))
    for batch in batches(file, lambda line: summary.reject(line[:200], _UNEVEN)):
        frame, rejects = checked(batch, cities)
        for record, reason in rejects:
            summary.reject(record, reason)
        yield frame.append_column("observed_at", pa.repeat(observed_at, frame.num_rows))


def _refuse(lake: Lake, summary: Summary) -> None:
    total = summary.rows + summary.rejected
    if are_too_many(summary.rejected, total, MOST_REJECTED) or (summary.rejected and not summary.rows):
        raise RidesFileError(
            f"{summary.rejected:,} of {total:,} rows were rejected, "
            f"the first because {summary.rejects[0]['reason']}. See {lake.url(summary.rejects_key)}"
        )
