"""The list of the Parquet objects that one COPY reads: exactly these, each with its size.

Names come from the content (``copy/<table>/<digest>.…``), so that a retry writes the same objects again.
Source: docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec

from bellwether.lake import Lake
from bellwether.warehouse.database import Batch

PREFIX = "copy/"


def write(lake: Lake, batch: Batch) -> str:
    """Put a batch's rows, where they are not staged, and their manifest into the lake.

    Returns the manifest's address, "" for no rows. Raises NotInLake for a staged object that is missing.
    """
    entries = [
        # For columnar files the size is required.
        {"url": lake.url(key), "mandatory": True, "meta": {"content_length": size}}
        for key, size in _objects(lake, batch)
    ]
    if not entries:
        return ""
    return lake.url(_put(lake, batch, msgspec.json.encode({"entries": entries}), "manifest"))


def _objects(lake: Lake, batch: Batch) -> Iterator[tuple[str, int]]:
    if batch.staged:
        yield from ((key, lake.size(key)) for key in batch.staged)
        return
    from bellwether.lake.parquet import to_parquet

    for frame in batch.frames:
        if frame.num_rows:
            body = to_parquet(frame.select(list(batch.columns)))
            yield _put(lake, batch, body, "parquet"), len(body)


def _put(lake: Lake, batch: Batch, body: bytes, ending: str) -> str:
    key = f"{PREFIX}{batch.table}/{hashlib.sha256(body).hexdigest()[:32]}.{ending}"
    lake.put(key, body)
    return key
