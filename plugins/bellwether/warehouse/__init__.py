"""The warehouse: tables into which rows are merged by key, and the table `coverage`."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from bellwether.hooks.errors import BadConnection
from bellwether.lake import Lake
from bellwether.warehouse.database import Batch, Warehouse, WarehouseError
from bellwether.warehouse.postgres import PostgresWarehouse
from bellwether.warehouse.redshift import RedshiftWarehouse

__all__ = ["Batch", "Warehouse", "WarehouseError", "connect"]

_EXAMPLE = "AIRFLOW_CONN_{id}='postgresql://loader:PASSWORD@db.example.com:5432/warehouse'"


def connect(conn_id: str, lake_conn_id: str = "lake") -> Warehouse:
    """The warehouse behind an Airflow connection, chosen by the connection's type.

    :param lake_conn_id: the lake from which Redshift copies rows; PostgreSQL needs none

    Raises BadConnection, with an example, if the connection is missing or of an unsupported type.
    """
    example = _EXAMPLE.format(id=conn_id.upper())
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise BadConnection(f"The Airflow connection '{conn_id}' does not exist. For example: {example}") from None
    if connection.conn_type == "redshift":
        return RedshiftWarehouse(conn_id, Lake(lake_conn_id))
    if connection.conn_type != "postgres":
        raise BadConnection(
            f"The Airflow connection '{conn_id}' is of type '{connection.conn_type}'; a warehouse is of type "
            f"'postgres' or 'redshift'. For example: {example}"
        )
    return PostgresWarehouse(conn_id)
