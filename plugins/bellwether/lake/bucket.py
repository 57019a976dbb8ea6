"""An S3 bucket behind an Airflow connection of the amazon provider."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from bellwether.hooks.errors import BadConnection

_MOST_SECONDS_BETWEEN_SWAPS = 0.2


class NotInLake(KeyError):
    """No object has this key."""


class Lake:
    """The bucket that holds raw, staged and rejected objects.

    :param conn_id: an ``aws`` connection; its extra names the bucket as
        ``{"service_config": {"s3": {"bucket_name": "…"}}}`` and, outside AWS, the ``endpoint_url``
    """

    def __init__(self, conn_id: str = "lake") -> None:
        self.conn_id = conn_id
        self._opened: _Opened | None = None

    def open(self) -> Lake:
        """Resolve the connection now instead of at the first use. Raises BadConnection."""
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
        """The region in the connection; empty if it has none."""
        return self._connection.region

    @property
    def _connection(self) -> _Opened:
        return self._opened or self.open()._connection

    def put(self, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """Write an object; it replaces an object with the same key."""
        client = self.client
        client.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata=dict(metadata or {}))

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Write an object unless the key exists; return whether it was written.

        Exactly one of several concurrent writers succeeds (a conditional put, RFC 9110 If-None-Match).
        """
        return self._put_on_condition(key, body, IfNoneMatch="*")

    def swap(self, key: str, change: Callable[[bytes | None], bytes]) -> bytes:
        """Replace an object's body (None if it does not exist) by ``change(body)``; return the new body.

        Concurrent writers never undo each other's changes: the second writer is refused (a conditional put, RFC 9110
        If-Match and If-None-Match) and applies its change to the new body.
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
            # 404: the object to match was removed in the meantime.
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
        """Remove an object, if it exists. Only this method needs the permission s3:DeleteObject."""
        client = self.client
        client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix: str, after: str = "") -> Iterator[str]:
        """The keys that begin with the prefix and sort after ``after``, in order."""
        client = self.client
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix, StartAfter=after)
        for page in pages:
            for entry in page.get("Contents", ()):
                yield entry["Key"]


class _Opened(NamedTuple):
    """A resolved connection."""

    client: Any
    bucket: str
    region: str


# boto3 creates clients from a session, which threads must not share.
_OPENING = threading.Lock()
_clients: dict[str, Any] = {}


def _opened(conn_id: str) -> _Opened:
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook

    hook = S3Hook(aws_conn_id=conn_id)
    bucket = hook.service_config.get("bucket_name", "")
    if not bucket:
        raise BadConnection(
            f"The Airflow connection '{conn_id}' names no bucket. Its extra should contain, for example, "
            '{"region_name": "eu-central-1", "service_config": {"s3": {"bucket_name": "my-lake"}}}.'
        )
    return _Opened(_client(hook), bucket, hook.conn_config.region_name or "")


def _client(hook: Any) -> Any:
    """One client per process and connection settings: creating a client takes half a second."""
    settings = repr(hook.conn_config)
    if settings not in _clients:
        _clients[settings] = hook.get_conn()
    return _clients[settings]
