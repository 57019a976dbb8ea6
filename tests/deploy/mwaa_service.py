"""Amazon MWAA's API as far as a deployment uses it, on loopback, with botocore's own model of it for a judge.

It keeps one environment. A request that the model does not allow, or that MWAA's documentation forbids (a path without
a version, a version that the bucket does not have, an update of what is being updated), is refused as MWAA does.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

MODEL = botocore.session.get_session().get_service_model("mwaa")
REGION = "eu-central-1"
ARN = f"arn:aws:airflow:{REGION}:123456789012:environment/bellwether"
PROBLEM = {"ErrorCode": "INCORRECT_CONFIGURATION", "ErrorMessage": "The requirements could not be installed"}


class Refused(Exception):
    """An error of the service: its code, HTTP status and message."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code, self.status = code, status


@dataclass
class Mwaa:
    """One environment, which goes through `course`, a state a request, after each update.

    :param fails: whether updates fail; what was is put back then
    :param denied: whether nobody is allowed anything
    :param overtaken: whether somebody else's update begins just before the next one asked for
    :param seen: the bucket's keys when an update began and when it was over
    """

    s3: Any
    bucket: str
    course: list[str] = field(default_factory=lambda: ["AVAILABLE", "CREATING_SNAPSHOT", "UPDATING", "UPDATING"])
    fails: bool = False
    denied: bool = False
    overtaken: bool = False
    updates: list[dict[str, Any]] = field(default_factory=list)
    seen: list[list[str]] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.environment: dict[str, Any] = {
            "Name": "bellwether",
            "Arn": ARN,
            "Status": "AVAILABLE",
            "AirflowVersion": "3.3.1",
            "EnvironmentClass": "mw1.small",
            "SourceBucketArn": f"arn:aws:s3:::{self.bucket}",
            "DagS3Path": "dags",
            "LastUpdate": {"Status": "SUCCESS", "CreatedAt": datetime(2026, 11, 1, tzinfo=UTC)},
        }
        self._coming: list[str] = []
        self._wanted: dict[str, Any] = {}
        self._lock = threading.Lock()

    def in_bucket(self) -> list[str]:
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", ())]

    def held(self) -> dict[str, bytes]:
        """The bucket's objects, by key."""
        return {key: self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in self.in_bucket()}

    def versions(self) -> list[str]:
        """The ids of all versions in the bucket, of what was removed too."""
        found = self.s3.list_object_versions(Bucket=self.bucket)
        return sorted(each["VersionId"] for each in [*found.get("Versions", ()), *found.get("DeleteMarkers", ())])

    def get(self) -> dict[str, Any]:
        with self._lock:
            if self._coming:
                self.environment["Status"] = self._coming.pop(0)
                if not self._coming:
                    self._finish()
            allowed("GetEnvironment", "output", {"Environment": self.environment})
            return {"Environment": self.environment}

    def update(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            allowed("UpdateEnvironment", "input", {"Name": name, **asked})
            if self.overtaken:
                self.overtaken = False
                self.under_way({})
            if self.environment["Status"] not in ("AVAILABLE", "UPDATE_FAILED") or self._coming:
                raise Refused("ValidationException", 400, f"Environment {name} is not in a state to be updated")
            for part in ("Plugins", "Requirements"):
                self._check_version(asked, part)
            self.updates.append(asked)
            self.seen.append(self.in_bucket())
            self.under_way(asked)
            return {"Arn": ARN}

    def under_way(self, wanted: dict[str, Any]) -> None:
        """Begin an update, ours or somebody else's."""
        self._wanted = wanted
        self._coming = [*self.course, "ROLLING_BACK", "UPDATE_FAILED"] if self.fails else [*self.course, "AVAILABLE"]
        self.environment["Status"] = self._coming[0]

    def _finish(self) -> None:
        self.seen.append(self.in_bucket())
        last = {"Status": "FAILED" if self.fails else "SUCCESS", "CreatedAt": datetime.now(UTC)}
        self.environment["LastUpdate"] = last | ({"Error": PROBLEM} if self.fails else {})
        if not self.fails:
            self.environment |= self._wanted

    def _check_version(self, asked: dict[str, Any], part: str) -> None:
        path, version = asked.get(f"{part}S3Path"), asked.get(f"{part}S3ObjectVersion")
        if path and not version:
            raise Refused("ValidationException", 400, f"{part}S3ObjectVersion is required")
        if path:
            try:
                self.s3.head_object(Bucket=self.bucket, Key=path, VersionId=version)
            except ClientError as error:
                raise Refused("ValidationException", 400, f"No {path} of version {version}") from error


def allowed(operation: str, side: str, said: dict[str, Any]) -> None:
    """Refuse what the service's model does not know: members, types, lengths, patterns, enumerations."""
    model = MODEL.operation_model(operation)
    shape = model.input_shape if side == "input" else model.output_shape
    report = ParamValidator().validate(said, shape)
    if report.has_errors():
        raise Refused("ValidationException", 400, report.generate_report())
    _match(shape, said)


def _match(shape: Any, said: dict[str, Any]) -> None:
    for name, value in said.items():
        if name not in shape.members:
            raise Refused("ValidationException", 400, f"There is no {name}")
        member = shape.members[name]
        if isinstance(value, dict):
            _match(member, value)
        elif member.type_name == "string":
            pattern = MODEL._shape_resolver._shape_map[member.name].get("pattern", "")
            if pattern and not re.search(pattern, value):
                raise Refused("ValidationException", 400, f"{name} does not match {pattern}")
            if member.enum and value not in member.enum:
                raise Refused("ValidationException", 400, f"{name} is none of {member.enum}")


class _Handler(BaseHTTPRequestHandler):
    mwaa: Mwaa

    def do_GET(self) -> None:
        self._answer(lambda name: self.mwaa.get())

    def do_PATCH(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(lambda name: self.mwaa.update(name, body))

    def _answer(self, of: Any) -> None:
        try:
            self._admit()
            name = unquote(self.path.removeprefix("/environments/"))
            if name != "bellwether":
                raise Refused("ResourceNotFoundException", 404, f"Environment {name} not found")
            self._send(200, of(name))
        except Refused as refused:
            self._send(refused.status, {"message": str(refused)}, refused.code)

    def _admit(self) -> None:
        if f"/{REGION}/airflow/aws4_request" not in self.headers.get("Authorization", ""):
            raise Refused("UnrecognizedClientException", 403, "The security token included in the request is invalid")
        if self.mwaa.denied:
            raise Refused("AccessDeniedException", 403, "User is not authorized to perform this")

    def _send(self, status: int, said: dict[str, Any], error: str = "") -> None:
        body = json.dumps(said, default=lambda moment: moment.timestamp()).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def serve(mwaa: Mwaa) -> Iterator[Mwaa]:
    """Answer at `mwaa.url` until the end of the block."""
    handler = type("Handler", (_Handler,), {"mwaa": mwaa})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    mwaa.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield mwaa
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
