"""StageOperator: converts raw records to typed Parquet, or to rejects with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec
from airflow.sdk import BaseOperator

from bellwether.hooks.stream import Stream
from bellwether.lake import Extract, Lake, Manifest
from bellwether.lake.keys import beside
from bellwether.lake.raw import compress, read_part
from bellwether.operators.spans import Spans, added

if TYPE_CHECKING:
    from airflow.sdk import Context

_THREADS = 2


class StageOperator(BaseOperator):
    """Stages the raw slices of an extract task, and returns the keys of the staged manifests.

    :param streams: the source's streams, which declare the fields of their records
    :param extracted: the extract task's XCom (templated)
    :param lake_conn_id: the lake's connection
    """

    template_fields = ("extracted",)

    def __init__(self, *, streams: Iterable[Stream], extracted: Any, lake_conn_id: str = "lake", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.streams = tuple(streams)
        self.extracted = extracted
        self.lake_conn_id = lake_conn_id

    def execute(self, context: Context) -> dict[str, Any]:
        """Stage every slice, several concurrently."""
        import bellwether.arrow  # noqa: F401  in the main thread, before other threads use it

        lake, streams = Lake(self.lake_conn_id), {stream.name: stream for stream in self.streams}
        spans = Spans()

        def stage_slice(key: str) -> str:
            manifest = Manifest.read(lake, key)
            with spans.of(manifest.stream):
                return self._stage_slice(lake, streams[manifest.stream], manifest)

        with ThreadPoolExecutor(max_workers=_THREADS) as pool:
            staged = list(pool.map(stage_slice, self.extracted["manifests"]))
        seconds = added(self.extracted["seconds"], spans.seconds)
        return {"manifests": staged, "seconds": seconds, "marks": self.extracted.get("marks", {})}

    def _stage_slice(self, lake: Lake, stream: Stream, manifest: Manifest) -> str:
        extracts = tuple(self._stage_extract(lake, stream, extract) for extract in manifest.extracts)
        return msgspec.structs.replace(manifest, extracts=extracts).write(lake, "staged").key("staged")

    def _stage_extract(self, lake: Lake, stream: Stream, extract: Extract) -> Extract:
        from bellwether.lake.parquet import to_parquet
        from bellwether.staging.rows import stage

        records, rejected, parts = 0, 0, []
        for raw_key in extract.parts:
            lines, reading = read_part(lake, raw_key)
            staged = stage(stream, lines, reading)
            records += staged.records
            parts.append(beside(raw_key, "staged", "parquet"))
            lake.put(parts[-1], to_parquet(staged.frame))
            if staged.rejects:
                rejected += len(staged.rejects)
                rejects_key = beside(raw_key, "rejected", "jsonl.zst")
                lake.put(rejects_key, compress(msgspec.json.encode(reject) for reject in staged.rejects))
                self.log.warning(
                    "%s %s: %d records rejected, the first because %s. See s3://%s/%s",
                    stream.name,
                    extract.subject,
                    len(staged.rejects),
                    staged.rejects[0].reason,
                    lake.bucket,
                    rejects_key,
                )
        return msgspec.structs.replace(extract, parts=tuple(parts), records=records, rejected=rejected)
