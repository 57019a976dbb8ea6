"""CityTablesOperator: builds the cities' tables and the features by city and hour from the sources' tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from bellwether.warehouse import connect
from bellwether.window import WindowError, run_time, time_param

if TYPE_CHECKING:
    from airflow.sdk import Context


class CityTablesOperator(BaseOperator):
    """Builds the marts as known at the run's time, and returns that time, the window and the rows by table.

    The time is the run's `as_of` param, else its logical date, else the time at which it was requested. The window
    starts at the `since` param, else with the earliest new data since the last build, and ends six days after the time.

    :param warehouse_conn_id: the warehouse's connection
    :param lake_conn_id: the lake's connection, from which Redshift copies the calendar; PostgreSQL needs none
    """

    def __init__(self, *, warehouse_conn_id: str = "warehouse", lake_conn_id: str = "lake", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.warehouse_conn_id = warehouse_conn_id
        self.lake_conn_id = lake_conn_id

    def execute(self, context: Context) -> dict[str, Any]:
        """Build the tables."""
        import bellwether.arrow  # noqa: F401  in the main thread
        from bellwether.cities.marts import build, window_to_build

        warehouse = connect(self.warehouse_conn_id, self.lake_conn_id)
        try:
            as_of = run_time(context)
            window = window_to_build(warehouse, as_of, time_param(context, "since"))
        except WindowError as error:
            raise AirflowFailException(str(error)) from None
        rows = build(warehouse, as_of, self.log.info, window.start)
        ends = {"as_of": as_of, "since": window.start, "until": window.end}
        return {name: time.isoformat() for name, time in ends.items()} | {"rows": rows}
