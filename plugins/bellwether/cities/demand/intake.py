"""Files of rides in the lake, into the table `rides_history`; each once, and again when it was changed."""

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
"""The share of a file's rows that may be rejected, once there are ten."""
_LONGEST_KEY_BYTES = 512
_MOST_REJECTS_KEPT = 10_000
_HOUR = timedelta(hours=1)


@dataclass
class Seen:
    """What a file holds. first, last: the hours that its rows begin and end with, None where none fits."""

    observed_at: datetime
    rows: int = 0
    rejected: int = 0
    first: datetime | None = None
    last: datetime | None = None
    rejects: list[dict[str, Any]] = field(default_factory=list)
    rejects_key: str = ""

    def reject(self, record: Any, reason: str) -> None:
        """Count a row that does not fit; the first of them are kept."""
        self.rejected += 1
        if len(self.rejects) < _MOST_REJECTS_KEPT:
            self.rejects.append({"reason": reason, "record": record})

    def add(self, hours: pa.Array) -> None:
        """Count rows that fit."""
        import pyarrow.compute as pc

        if not len(hours):
            return
        ends = pc.min_max(hours).as_py()
        self.rows += len(hours)
        self.first = min(self.first or ends["min"], ends["min"])
        self.last = max(self.last or ends["max"], ends["max"])


def new_files(lake: Lake, warehouse: Warehouse) -> list[str]:
    """Keys of the files that were put there or changed since they were last read, the oldest first."""
    read = dict(warehouse.select(render("demand/read_files.sql")))
    pages = lake.client.get_paginator("list_objects_v2").paginate(Bucket=lake.bucket, Prefix=PREFIX)
    found = [
        (entry["LastModified"], entry["Key"])
        for page in pages
        for entry in page.get("Contents", ())
        if entry["Key"].endswith(ENDINGS) and read.get(entry["Key"]) != whole_second(entry["LastModified"])
    ]
    return [key for _, key in sorted(found)]


def load(lake: Lake, warehouse: Warehouse, key: str) -> Seen:
    """Load a file: all rows that fit, and its row in `coverage`, or nothing.

    RidesFileError where it cannot be read, or too many of its rows do not fit; the rejects are in the lake.
    """
    with TemporaryDirectory(prefix="rides-") as folder:
        file = Path(folder) / f"rides{next(ending for ending in ENDINGS[::-1] if key.endswith(ending))}"
        seen = Seen(_fetch(lake, key, file))
        for frame in _frames(file, seen):
            seen.add(frame["hour_at"])
        if seen.rejects:
            seen.rejects_key = (
                f"{stream_folder('rejected', SOURCE, STREAM)}{slug(key)}.{seen.observed_at:{STAMP}}.jsonl.zst"
            )
            lake.put(seen.rejects_key, compress(msgspec.json.encode(reject) for reject in seen.rejects))
        _refuse(lake, seen)
        if seen.first and seen.last:
            window = Window(seen.first, seen.last + _HOUR)
            extract = Extract(
                subject=key, observed_at=seen.observed_at, records=seen.rows + seen.rejected, rejected=seen.rejected
            )
            manifest = Manifest(source=SOURCE, stream=STREAM, window_key=window.key, extracts=(extract,))
            columns = (*SCHEMA.names, "observed_at")
            again = Seen(seen.observed_at)
            warehouse.merge(Batch(TABLE, KEY, columns, _frames(file, again)), coverage.batch([manifest]))
    return seen


def _fetch(lake: Lake, key: str, file: Path) -> datetime:
    """Write the object into a file; returns when it was last changed."""
    if len(key.encode()) > _LONGEST_KEY_BYTES:
        raise RidesFileError(f"its key is longer than {_LONGEST_KEY_BYTES} bytes")
    answer = lake.client.get_object(Bucket=lake.bucket, Key=key)
    if answer["ContentLength"] > MOST_BYTES:
        raise RidesFileError(f"it has more than {MOST_BYTES >> 20} MB: divide it")
    with file.open("wb") as written:
        shutil.copyfileobj(answer["Body"], written, 1024 * 1024)
    return whole_second(answer["LastModified"])


def _frames(file: Path, seen: Seen) -> Iterator[pa.Table]:
    """The rows that fit, as the table has them; the others are added to what was seen."""
    cities = read_cities().keys()
    observed_at = pa.scalar(seen.observed_at, pa.timestamp("us", tz="UTC"))
    for batch in batches(file, lambda line: seen.reject(line[:200], "not as many fields as columns")):
        frame, rejects = checked(batch, cities)
        for record, reason in rejects:
            seen.reject(record, reason)
        yield frame.append_column("observed_at", pa.repeat(observed_at, frame.num_rows))


def _refuse(lake: Lake, seen: Seen) -> None:
    total = seen.rows + seen.rejected
    if are_too_many(seen.rejected, total, MOST_REJECTED) or (seen.rejected and not seen.rows):
        raise RidesFileError(
            f"{seen.rejected:,} of {total:,} rows do not fit, the first because {seen.rejects[0]['reason']}. "
            f"See {lake.url(seen.rejects_key)}"
        )
