"""A bucket reached through an Airflow connection of the amazon provider."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from bellwether.hooks.errors import BadConnection

_MOST_SECONDS_BETWEEN_SWAPS = 0.2


class NotInLake(KeyError):
    """There is no object by this key."""


class Lake:
    """The bucket that raw, staged and rejected objects live in.

    :param conn_id: an ``aws`` connection; its extra names the bucket as
        ``{"service_config": {"s3": {"bucket_name": "…"}}}`` and, away from AWS, the ``endpoint_url``
    """

    def __init__(self, conn_id: str = "lake") -> None:
        self.conn_id = conn_id
        self._opened: _Opened | None = None

    def open(self) -> Lake:
        """Resolve the connection now, which the first use does otherwise. Raises BadConnection."""
        with _OPENING:
            if self._opened is None:
                self._opened = _opened(self.conn_id)
        return self

    @property
    def client(self) -> Any:
        """The boto3 client; threads may share it."""
        return self._connection.client

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self._connection.bucket

    @property
    def region(self) -> str:
        """The region that the connection names; empty where it names none."""
        return self._connection.region

    @property
    def _connection(self) -> _Opened:
        return self._opened or self.open()._connection

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """Write an object, over an older one of the same key."""
        client = self.client
        client.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata=dict(metadata or {}))

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write an object unless there is one by that key; tells whether it was written.

        Of several writers at once one succeeds (a conditional put, RFC 9110 If-None-Match).
        """
        return self._put_on_condition(key, body, IfNoneMatch="*")

    def swap(self, key: str, change: Callable[[bytes | None], bytes]) -> bytes:
        """Replace an object by what ``change`` makes of its body (None where there is no object); return the new body.

        Of several writers at once none undoes another's: who comes second is refused (a conditional put, RFC 9110
        If-Match and If-None-Match) and changes the new body.
        """
        while True:
            body, etag = self._tagged(key)
            new = change(body)
            condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
            if new == body or self._put_on_condition(key, new, **condition):
                return new
            time.sleep(random.uniform(0, _MOST_SECONDS_BETWEEN_SWAPS))

    def _tagged(self, key: str) -> tuple[bytes | None, str]:
        client = self.client
        try:
            answer = client.get_object(Bucket=self.bucket, Key=key)
        except client.exceptions.NoSuchKey:
            return None, ""
        return answer["Body"].read(), answer["ETag"]

    def _put_on_condition(self, key: str, body: bytes, **condition: str) -> bool:
        client = self.client
        try:
            client.put_object(Bucket=self.bucket, Key=key, Body=body, **condition)
        except client.exceptions.ClientError as refused:
            # 404: the object that was to be matched has been removed meanwhile.
            if refused.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 409, 412):
                return False
            raise
        return True

    def get(self, key: str) -> tuple[bytes, dict[str, str]]:
        """An object's body and metadata. Raises NotInLake."""
        client = self.client
        try:
            answer = client.get_object(Bucket=self.bucket, Key=key)
        except client.exceptions.NoSuchKey:
            raise NotInLake(f"s3://{self.bucket}/{key}") from None
        return answer["Body"].read(), answer["Metadata"]

    def size(self, key: str) -> int:
        """An object's size in bytes. Raises NotInLake."""
        client = self.client
        try:
            size: int = client.head_object(Bucket=self.bucket, Key=key)["ContentLength"]
        except client.exceptions.ClientError as refused:
            if refused.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise NotInLake(self.url(key)) from None
            raise
        return size

    def url(self, key: str) -> str:
        """An object's address."""
        return f"s3://{self.bucket}/{key}"

    def delete(self, key: str) -> None:
        """Remove an object, if it is there; the connection needs s3:DeleteObject, which nothing else does."""
        client = self.client
        client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """The keys that begin with the prefix, in order, from the first one past ``after``."""
        client = self.client
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix, StartAfter=after)
        for page in pages:
            for entry in page.get("Contents", ()):
                yield entry["Key"]


class _Opened(NamedTuple):
    """What a connection resolves to."""

    client: Any
    bucket: str
    region: str


# boto3 makes clients from a session that threads may not share.
_OPENING = threading.Lock()
_clients: dict[str, Any] = {}


def _opened(conn_id: str) -> _Opened:
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    hook = S3Hook(aws_conn_id=conn_id)
    bucket = hook.service_config.get("bucket_name", "")
    if not bucket:
        raise BadConnection(
            f"The Airflow connection '{conn_id}' names no bucket. Its extra should hold, for example, "
            '{"region_name": "eu-central-1", "service_config": {"s3": {"bucket_name": "my-lake"}}}.'
        )
    return _Opened(_client(hook), bucket, hook.conn_config.region_name or "")


def _client(hook: Any) -> Any:
    """One client a process for each way a connection was set: making one costs half a second."""
    settings = repr(hook.conn_config)
    if settings not in _clients:
        _clients[settings] = hook.get_conn()
    return _clients[settings]
