"""Settings in an Airflow connection of type ``redshift``: the cluster's address, and its role for reading S3."""

from __future__ import annotations

import json
import re
from typing import Any

from airflow.sdk import BaseHook, Connection

from bellwether.hooks.errors import BadConnection
from bellwether.lake import Lake

EXAMPLE = (
    '{"conn_type": "redshift", "host": "house.123456789012.eu-central-1.redshift-serverless.amazonaws.com", '
    '"port": 5439, "schema": "warehouse", "login": "loader", "password": "PASSWORD", '
    '"extra": {"iam_role": "arn:aws:iam::123456789012:role/warehouse-reads-lake"}}'
)
_OWN_EXTRAS = ("iam_role",)
_ARN = r"arn:aws[a-z-]*:iam::\d{12}:role/[A-Za-z0-9+=,.@_/-]+"
_ROLE = re.compile(rf"default|{_ARN}")
_HOST = re.compile(r"\.([a-z0-9-]+)\.redshift(-serverless)?\.amazonaws\.com(\.cn)?")


class RedshiftConnection:
    """Reads the connection once; a wrong field raises an error when it is used."""

    def __init__(self, conn_id: str) -> None:
        self._connection = BaseHook.get_connection(conn_id)
        self._extra: dict[str, Any] = self._connection.extra_dejson

    def open(self) -> Any:
        """A redshift_connector connection whose session is in UTC, by password or by ``iam: true``."""
        from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

        hook = RedshiftSQLHook(redshift_conn_id=self._connection.conn_id)
        hook.conn = self._without_own_extras()
        redshift = hook.get_conn()
        cursor = redshift.cursor()
        cursor.execute("set timezone to 'UTC'")
        redshift.commit()
        return redshift

    def role(self, lake: Lake) -> str:
        """The role for COPY: an ARN, or ``default``.

        Raises BadConnection if the role is missing or no ARN, or if the lake is in another region than Redshift.
        """
        role = str(self._extra.get("iam_role", ""))
        if not _ROLE.fullmatch(role):
            cause = f"has the iam_role '{role}', which is not a role's ARN" if role else "has no iam_role"
            raise BadConnection(
                f"The Airflow connection '{self._connection.conn_id}' {cause}. Redshift reads the lake with a role "
                "that is attached to it and may read the bucket: put its ARN or 'default' into the extra. "
                f"For example: {EXAMPLE}"
            )
        self._check_region(lake)
        return role

    def _check_region(self, lake: Lake) -> None:
        match = _HOST.search(self._connection.host or "")
        region = self._extra.get("region") or (match and match[1])
        if region and lake.region and region != lake.region:
            raise BadConnection(
                f"The Airflow connection '{self._connection.conn_id}' is to Redshift in {region}, but "
                f"'{lake.conn_id}' states that its bucket is in {lake.region}. COPY reads Parquet from its own region "
                f"only: use a bucket in {region}, or correct the region_name in the extra of '{lake.conn_id}'."
            )

    def _without_own_extras(self) -> Connection:
        """The connection without our own extras: the hook passes every extra to redshift_connector.connect()."""
        connection = self._connection
        extra = {"application_name": "bellwether"} | {k: v for k, v in self._extra.items() if k not in _OWN_EXTRAS}
        return Connection(
            conn_id=connection.conn_id,
            conn_type=connection.conn_type,
            host=connection.host,
            port=connection.port,
            login=connection.login,
            password=connection.password,
            schema=connection.schema,
            extra=json.dumps(extra),
        )
