"""The warehouse: tables that rows are merged into by key, and the ledger of what has been looked at."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from bellwether.hooks.errors import BadConnection
from bellwether.warehouse.postgres import PostgresWarehouse

_EXAMPLE = "AIRFLOW_CONN_{id}='postgresql://loader:PASSWORD@db.example.com:5432/warehouse'"


def connect(conn_id: str) -> PostgresWarehouse:
    """The warehouse behind an Airflow connection, chosen by the connection's type.

    Raises BadConnection, with an example, when there is none or its type is no warehouse we know.
    """
    example = _EXAMPLE.format(id=conn_id.upper())
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise BadConnection(f"The Airflow connection '{conn_id}' does not exist. For example: {example}") from None
    if connection.conn_type != "postgres":
        raise BadConnection(
            f"The Airflow connection '{conn_id}' is of type '{connection.conn_type}'; a warehouse is of type "
            f"'postgres'. For example: {example}"
        )
    return PostgresWarehouse(conn_id)
