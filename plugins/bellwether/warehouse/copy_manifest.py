"""The manifest of a COPY: the Parquet objects that it reads, with their sizes.

Keys are derived from the content (``copy/<table>/<digest>.…``), so that a retry writes the same objects again.
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
    """Write a batch's rows, unless they are staged, and their manifest to the lake.

    Returns the manifest's address, or "" if there are no rows. Raises NotInLake if a staged object is missing.
    """
    entries = [
        # Redshift requires the size of columnar files.
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
