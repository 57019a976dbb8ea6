"""Read a file of rides, CSV or Parquet, batch by batch, without validating its values."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq

from bellwether.arrow import pa

ENDINGS = (".csv", ".csv.gz", ".parquet")
NEEDED = ("city_id", "hour_at", "rides")
OPTIONAL = ("place", "temperature_c", "rain_mm", "wind_m_per_s")
TEXTS = ("city_id", "place")
MOST_BYTES = 512 * 1024 * 1024
UNPACKED_BYTES = 4 * MOST_BYTES
"""The largest uncompressed size of a file."""
_BLOCK_BYTES = 1024 * 1024
_BATCH_ROWS = 65_536
_HOUR_TYPE = pa.timestamp("us", tz="UTC")


class RidesFileError(ValueError):
    """A file of rides that cannot be read or loaded; the message states the reason and the remedy."""


def batches(file: Path, unread: Callable[[str], None]) -> Iterator[pa.RecordBatch]:
    """The file's rows with the known columns: texts, numbers, and times in UTC for hour_at.

    :param unread: called with every line of a CSV whose number of fields differs from the header's

    Raises RidesFileError if required columns are missing, or if the file's format does not match its name.
    """
    try:
        total = 0
        for batch in _parquet(file) if file.name.endswith(".parquet") else _csv(file, unread):
            total += batch.nbytes
            if total > UNPACKED_BYTES:
                raise RidesFileError(f"it unpacks to more than {UNPACKED_BYTES >> 20:,} MB: split it")
            yield batch
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise RidesFileError(f"it cannot be read: {str(error)[:200]}") from error


def _parquet(file: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(file) as parquet:
        groups = range(parquet.metadata.num_row_groups)
        if sum(parquet.metadata.row_group(number).total_byte_size for number in groups) > UNPACKED_BYTES:
            raise RidesFileError(f"it unpacks to more than {UNPACKED_BYTES >> 20:,} MB: split it")
        columns = _known_columns(parquet.schema_arrow.names)
        for batch in parquet.iter_batches(_BATCH_ROWS, columns=columns, use_threads=False):
            plain = [_text(batch[name]) if name in TEXTS else _plain(batch[name]) for name in columns]
            yield pa.RecordBatch.from_arrays(plain, names=columns)


def _plain(values: pa.Array) -> pa.Array:
    """Numbers and times unchanged, other values as text. A time without a zone is in UTC."""
    kind = values.type
    if pa.types.is_timestamp(kind):
        return values.cast(_HOUR_TYPE) if kind.tz else values.cast(pa.timestamp("us")).cast(_HOUR_TYPE)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return values.cast(pa.float64(), safe=False)
    return values.cast(pa.string())


def _text(values: pa.Array) -> pa.Array:
    """Values as text. Some files have numeric station ids, which are floats if some are missing: 5905.0 is "5905"."""
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = values.cast(pa.float64())
        # Arrow refuses to cast a number with a fraction; such a column is cast to text unchanged.
        with suppress(pa.ArrowInvalid):
            return numbers.cast(pa.int64()).cast(pa.string())
    return values.cast(pa.string())


def _csv(file: Path, unread: Callable[[str], None]) -> Iterator[pa.RecordBatch]:
    def note(row: pyarrow.csv.InvalidRow) -> str:
        unread(row.text or "")
        return "skip"

    columns = _known_columns(_header(file))
    with (
        _opened(file) as stream,
        pyarrow.csv.open_csv(
            stream,
            pyarrow.csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
            pyarrow.csv.ParseOptions(invalid_row_handler=note),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), include_columns=columns),
        ) as reader,
    ):
        yield from reader


def _header(file: Path) -> list[str]:
    with gzip.open(file) if file.name.endswith(".gz") else file.open("rb") as lines:
        return next(csv.reader([lines.readline(65_536).decode("utf-8-sig")]), [])


def _opened(file: Path) -> pa.NativeFile:
    plain = pa.OSFile(str(file))
    return pa.CompressedInputStream(plain, "gzip") if file.name.endswith(".gz") else plain


def _known_columns(header: list[str]) -> list[str]:
    """The known columns of a file's header."""
    if all(header.count(name) == 1 for name in NEEDED) and all(header.count(name) <= 1 for name in OPTIONAL):
        return [name for name in (*NEEDED, *OPTIONAL) if name in header]
    shown = ", ".join(repr(name[:40]) for name in header[:20]) or "none"
    raise RidesFileError(
        f"its columns are {shown}; {', '.join(NEEDED)} are required and {', '.join(OPTIONAL)} optional, each once"
    )
