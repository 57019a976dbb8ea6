"""Amazon Data Firehose as the way to S3: the stream buffers, compresses and writes the objects.

The stream delivers to the lake's bucket with the prefix ``raw/events/dt=!{timestamp:yyyy-MM-dd}/``, compression GZIP
and the file extension ``.jsonl.gz``. Refused events, which are few, go straight into the lake.

Source: docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html (500 records and 4 MiB a call; a
call that succeeds may still hold records that failed).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bellwether.events.collector.direct import Direct
from bellwether.events.collector.sink import Part
from bellwether.events.envelope import RAW

CALL_RECORDS = 500
CALL_BYTES = 4 * 1024 * 1024
RECORD_BYTES = 8 * 1024
"""Firehose bills records in steps of 5 kB, so lines share one; 500 of these fill a call."""
ATTEMPTS = 5
BUFFER_SECONDS = 900
"""The longest that a stream may keep what it has taken."""


class NotTaken(OSError):
    """The stream did not take all records."""


class Firehose(Direct):
    """A sink that hands accepted events to a delivery stream.

    :param client: boto3's client of Firehose
    :param sleep: waits so many seconds
    """

    def __init__(
        self,
        client: Any,
        stream: str,
        refused: Direct,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._client = client
        self._stream = stream
        self._refused = refused
        self._sleep = sleep
        self._clock = clock

    def write(self, parts: Iterable[Part]) -> None:
        """Hand over every line. Raises NotTaken if some were refused five times."""
        parts = list(parts)
        self._refused.write([part for part in parts if part.zone != RAW])
        lines = (line for part in parts if part.zone == RAW for line in part.lines.splitlines(keepends=True))
        records = (b"".join(some) for some in chunks(lines, RECORD_BYTES, RECORD_BYTES))
        for call in chunks(records, CALL_RECORDS, CALL_BYTES):
            self._call(call)

    def _call(self, records: list[bytes]) -> None:
        for attempt in range(ATTEMPTS):
            if attempt:
                self._sleep(0.1 * 2**attempt)
            answer = self._client.put_record_batch(
                DeliveryStreamName=self._stream, Records=[{"Data": record} for record in records]
            )
            if not answer["FailedPutCount"]:
                return
            results = zip(records, answer["RequestResponses"], strict=True)
            records = [record for record, result in results if "ErrorCode" in result]
        raise NotTaken(f"Firehose refused {len(records)} records {ATTEMPTS} times")

    def oldest_ns(self) -> int | None:
        """What was handed over is in the lake when the stream's buffer has been written, for all that is known."""
        return self._clock() - BUFFER_SECONDS * 10**9


def chunks(items: Iterable[bytes], most: int, most_bytes: int) -> Iterator[list[bytes]]:
    """Items in lists of at most so many, and so many bytes unless one alone has more.

    >>> list(chunks([b"aa", b"b", b"cccc", b"d"], 2, 4))
    [[b'aa', b'b'], [b'cccc'], [b'd']]
    """
    chunk: list[bytes] = []
    size = 0
    for item in items:
        if chunk and (len(chunk) == most or size + len(item) > most_bytes):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += len(item)
    if chunk:
        yield chunk
