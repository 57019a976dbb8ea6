"""The environment's bucket: its objects, whether this command wrote them, and their versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from deploy.mwaa.errors import DeployError
from deploy.mwaa.package import digest

_MARK = "bellwether-sha256"


@dataclass(frozen=True)
class Held:
    """An object of the bucket.

    :param version: S3's id of this version of it, "" for one from before the bucket had versions
    :param sha256: of its content, where this command put it there; else ""
    """

    key: str
    version: str
    sha256: str

    @property
    def ours(self) -> bool:
        """Whether this command wrote it."""
        return bool(self.sha256)


class Bucket:
    """An S3 bucket with versioning."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def require_versions(self) -> None:
        """Raise DeployError unless the bucket has versioning: MWAA identifies files by their version."""
        if self._client.get_bucket_versioning(Bucket=self.name).get("Status") != "Enabled":
            raise DeployError(
                f"The bucket '{self.name}' keeps no versions, and MWAA takes plugins.zip and requirements.txt by their "
                f"version. Turn it on: `aws s3api put-bucket-versioning --bucket {self.name} "
                "--versioning-configuration Status=Enabled`."
            )

    def held(self, key: str, version: str = "") -> Held | None:
        """The object of a key, or a version of it; None if it does not exist."""
        which = {"VersionId": version} if version else {}
        try:
            answer = self._client.head_object(Bucket=self.name, Key=key, **which)
        except ClientError as error:
            # 405: the version is a delete marker. 400: S3 never issued such a version.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 405, *([400] if version else [])):
                return None
            raise
        version_id = answer.get("VersionId", "")
        return Held(key, "" if version_id == "null" else version_id, answer["Metadata"].get(_MARK, ""))

    def put(self, key: str, body: bytes) -> str:
        """Write an object, marked as ours; return its version."""
        written = self._client.put_object(Bucket=self.name, Key=key, Body=body, Metadata={_MARK: digest(body)})
        version: str = written["VersionId"]
        return version

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin with the prefix, without those of folders."""
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            yield from (entry["Key"] for entry in page.get("Contents", ()) if not entry["Key"].endswith("/"))

    def delete(self, key: str) -> None:
        """Remove an object; its versions stay."""
        self._client.delete_object(Bucket=self.name, Key=key)
