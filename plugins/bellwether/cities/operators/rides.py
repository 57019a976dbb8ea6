"""RidesOperator: loads users' ride histories from the lake into the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.lake import Lake
from bellwether.warehouse import connect

if TYPE_CHECKING:
    from airflow.sdk import Context


class RidesOperator(BaseOperator):
    """Loads every new or changed file below `rides/` in the lake: .csv, .csv.gz or .parquet.

    Rejected rows are written to `rejected/rides/` with the reason. A file that cannot be read, or that has too many
    rejects, is not loaded, and fails the task after all others are loaded. Returns files, rows and rejects of this run.

    :param lake_conn_id: the lake's connection
    :param warehouse_conn_id: the warehouse's connection
    """

    def __init__(self, *, lake_conn_id: str = "lake", warehouse_conn_id: str = "warehouse", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lake_conn_id = lake_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, int]:
        """Load file by file, then report the files that could not be loaded."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.cities.demand.file import RidesFileError
        from bellwether.cities.demand.intake import load, new_files

        lake, warehouse = Lake(self.lake_conn_id), connect(self.warehouse_conn_id, self.lake_conn_id)
        counts = {"files": 0, "rows": 0, "rejected": 0}
        problems = []
        for key in new_files(lake, warehouse):
            try:
                contents = load(lake, warehouse, key)
            except RidesFileError as error:
                problems.append(f"{key!r:.200}: {error}")
                continue
            counts = {"files": counts["files"] + 1, "rows": counts["rows"] + contents.rows,
                      "rejected": counts["rejected"] + contents.rejected}  # fmt: skip
            see = f" See {lake.url(contents.rejects_key)}" if contents.rejected else ""
            self.log.info("%.200r: %d rows, %d rejected.%s", key, contents.rows, contents.rejected, see)
        if problems:
            shown = "\n- ".join(problems[:10])
            raise AirflowFailException(
                f"{counts['files']} files of rides are loaded, but {len(problems)} could not be loaded:\n- {shown}\n"
                "Replace the file by a corrected one of the same name, or remove it, and clear this run."
            )
        return counts
