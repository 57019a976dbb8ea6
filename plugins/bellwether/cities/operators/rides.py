"""RidesOperator: ride histories that somebody brought, from the lake into the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.warehouse import connect

if TYPE_CHECKING:
    from airflow.sdk import Context


class RidesOperator(BaseOperator):
    """Loads each file below `rides/` in the lake that is new or was changed: .csv, .csv.gz or .parquet.

    A row that does not fit goes to `rejected/rides/` with the reason. A file with too many of them, or that cannot be
    read, is not loaded, and fails the task once all others are in. Returns files, rows and rejects in this run.

    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    """

    def __init__(self, *, lake_conn_id: str = "lake", warehouse_conn_id: str = "warehouse", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, int]:
        """Load file by file, then tell of those that could not be."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.cities.demand.file import RidesFileError
        from bellwether.cities.demand.intake import load, new_files

        lake, warehouse = Lake(self.lake_conn_id), connect(self.warehouse_conn_id, self.lake_conn_id)
        counts = {"files": 0, "rows": 0, "rejected": 0}
        problems = []
        for key in new_files(lake, warehouse):
            try:
                seen = load(lake, warehouse, key)
            except RidesFileError as hopeless:
                problems.append(f"{key!r:.200}: {hopeless}")
                continue
            counts = {"files": counts["files"] + 1, "rows": counts["rows"] + seen.rows,
                      "rejected": counts["rejected"] + seen.rejected}  # fmt: skip
            see = f" See {lake.url(seen.rejects_key)}" if seen.rejected else ""
            self.log.info("%.200r: %d rows, %d rejected.%s", key, seen.rows, seen.rejected, see)
        if problems:
            shown = "\n- ".join(problems[:10])
            raise AirflowFailException(
                f"{counts['files']} files of rides are loaded, but {len(problems)} could not be:\n- {shown}\n"
                "Put a mended file there under the same name, or take it away, and clear this run."
            )
        return counts
