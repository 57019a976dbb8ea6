"""The policies of deploy/iam, and what they grant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "iam"
# By operation of boto3's client, the action that IAM calls it by, where the two differ.
ACTIONS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket"}


@dataclass(frozen=True)
class Grant:
    """One action on one resource, as one statement of a policy allows it."""

    sid: str
    action: str
    resource: str


@dataclass(frozen=True)
class Call:
    """A request that was made, as IAM would judge it."""

    action: str
    resource: str


def policy(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return document


def grants(name: str, **values: str) -> list[Grant]:
    """What a policy grants, with the placeholders' values put in."""
    found = []
    for statement in policy(name)["Statement"]:
        for action in statement["Action"]:
            for resource in statement["Resource"]:
                for placeholder, value in values.items():
                    resource = resource.replace(placeholder, value)
                found.append(Grant(statement["Sid"], action, resource))
    return found


def allows(grant: Grant, call: Call) -> bool:
    return grant.action == call.action and fnmatchcase(call.resource, grant.resource)


def s3_call(operation: str, given: dict[str, Any]) -> Call:
    """A request of boto3's S3 client, by its operation and parameters."""
    action = ACTIONS.get(operation, operation)
    if given.get("VersionId") and action == "GetObject":
        action = "GetObjectVersion"
    key = f"/{given['Key']}" if given.get("Key") else ""
    return Call(f"s3:{action}", f"arn:aws:s3:::{given['Bucket']}{key}")


def unused(granted: list[Grant], calls: list[Call]) -> Iterator[Grant]:
    return (grant for grant in granted if not any(allows(grant, call) for call in calls))
