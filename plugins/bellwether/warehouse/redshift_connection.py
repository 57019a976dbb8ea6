"""What an Airflow connection of the type ``redshift`` says: where the cluster is, and the role it reads S3 with."""

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
_OURS = ("iam_role",)
_ARN = r"arn:aws[a-z-]*:iam::\d{12}:role/[A-Za-z0-9+=,.@_/-]+"
_ROLE = re.compile(rf"default|{_ARN}")
_HOST = re.compile(r"\.([a-z0-9-]+)\.redshift(-serverless)?\.amazonaws\.com(\.cn)?")


class RedshiftConnection:
    """Reads the connection once; what is wrong with it is said when it is needed."""

    def __init__(self, conn_id: str) -> None:
        self._given = BaseHook.get_connection(conn_id)
        self._extra: dict[str, Any] = self._given.extra_dejson

    def open(self) -> Any:
        """A redshift_connector connection whose session is in UTC, by password or by ``iam: true``."""
        from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

        hook = RedshiftSQLHook(redshift_conn_id=self._given.conn_id)
        hook.conn = self._without_ours()
        opened = hook.get_conn()
        with_utc = opened.cursor()
        with_utc.execute("set timezone to 'UTC'")
        opened.commit()
        return opened

    def role(self, lake: Lake) -> str:
        """The role that COPY names: an ARN, or ``default``.

        Raises BadConnection without one, and for a lake that COPY cannot read because it is in another region.
        """
        role = str(self._extra.get("iam_role", ""))
        if not _ROLE.fullmatch(role):
            cause = f"has the iam_role '{role}', which is no role's ARN" if role else "names no iam_role"
            raise BadConnection(
                f"The Airflow connection '{self._given.conn_id}' {cause}. Redshift reads the lake with a role that is "
                f"attached to it and may read the bucket: put its ARN, or 'default', into the extra. For example: "
                f"{EXAMPLE}"
            )
        self._check_region(lake)
        return role

    def _check_region(self, lake: Lake) -> None:
        found = _HOST.search(self._given.host or "")
        region = self._extra.get("region") or (found and found[1])
        if region and lake.region and region != lake.region:
            raise BadConnection(
                f"The Airflow connection '{self._given.conn_id}' is to Redshift in {region}, and '{lake.conn_id}' says "
                f"that its bucket is in {lake.region}. COPY reads Parquet from its own region only: use a bucket in "
                f"{region}, or mend the region_name in the extra of '{lake.conn_id}'."
            )

    def _without_ours(self) -> Connection:
        """The connection as the hook takes it: it hands every extra on to redshift_connector.connect()."""
        given = self._given
        extra = {"application_name": "bellwether"} | {k: v for k, v in self._extra.items() if k not in _OURS}
        return Connection(
            conn_id=given.conn_id,
            conn_type=given.conn_type,
            host=given.host,
            port=given.port,
            login=given.login,
            password=given.password,
            schema=given.schema,
            extra=json.dumps(extra),
        )
