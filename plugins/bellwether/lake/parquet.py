"""Convert frames to Parquet and back."""

from __future__ import annotations

import pyarrow.parquet as pq

from bellwether.arrow import pa


def to_parquet(frame: pa.Table) -> bytes:
    """A frame as one Parquet file, compressed with Snappy: Redshift's documentation does not mention zstd.

    Source: docs.aws.amazon.com/redshift/latest/dg/c-spectrum-data-files.html (COPY reads Parquet through Spectrum).
    """
    sink = pa.BufferOutputStream()
    pq.write_table(frame, sink, compression="snappy")
    body: bytes = sink.getvalue().to_pybytes()
    return body


def from_parquet(body: bytes) -> pa.Table:
    """The frame that :func:`to_parquet` wrote."""
    return pq.ParquetFile(pa.BufferReader(body)).read(use_threads=False)
