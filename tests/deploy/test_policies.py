"""The IAM policies: whether IAM would read them, and whether they grant what the code does and nothing more."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import jsonschema
import pytest
from botocore import xform_name

from bellwether.lake import Lake
from sandbox.app import create_app
from sandbox.connections import connections
from sandbox.credentials import Credentials
from sandbox.limits import Limits
from sandbox.server import serve
from sandbox.world import Clock, World
from tests.company import make_tables
from tests.deploy.conftest import Deploy
from tests.deploy.grants import ACTIONS, FOLDER, Call, allows, grants, policy, s3_call, unused
from tests.deploy.mwaa_service import ARN, Mwaa
from tests.operators.road import Road

SINCE, UNTIL = datetime(2026, 11, 6, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
CHECKOUT = FOLDER.parents[1]
NAMES = sorted(path.name for path in FOLDER.glob("*.json"))
TRUSTS = ["redshift-copy-trust.json"]
# IAM's actions that are named otherwise than S3's operations.
S3_ACTIONS = {"ListBucket", "GetObjectVersion"}
SERVICES = {"s3": "s3", "airflow": "mwaa", "secretsmanager": "secretsmanager", "sns": "sns", "sts": "sts"}
SERVICES |= {"redshift": "redshift", "redshift-serverless": "redshift-serverless"}
WILDCARDS = {
    ("deployer.json", "FilesOfTheEnvironment", "arn:aws:s3:::BUCKET/dags/*"): "a file for each pipeline",
    ("deployer.json", "StaleDags", "arn:aws:s3:::BUCKET/dags/*"): "those that are gone from the checkout",
    ("execution-role.json", "LakeObjects", "arn:aws:s3:::LAKE/*"): "the lake is a bucket of the bundle's own",
    (
        "execution-role.json",
        "Connections",
        "arn:aws:secretsmanager:REGION:ACCOUNT:secret:airflow/connections/*",
    ): "each connection is a secret, and AWS appends six characters to its name",
    ("redshift-copy-role.json", "StagedObjects", "arn:aws:s3:::LAKE/staged/*"): "typed rows, which COPY reads",
    ("redshift-copy-role.json", "StagedObjects", "arn:aws:s3:::LAKE/copy/*"): "the manifests of COPY, and its rows",
}
# What the execution role is not granted: only a person's check of the whole path, `make redshift-check`, removes.
BY_HAND = ["DeleteObject"]
# IAM's grammar as far as it is used here:
# docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
GRAMMAR: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["Version", "Statement"],
    "properties": {
        "Version": {"const": "2012-10-17"},
        "Statement": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["Sid", "Effect", "Action"],
                "properties": {
                    "Sid": {"type": "string", "pattern": "^[A-Za-z0-9]+$"},
                    "Effect": {"const": "Allow"},
                    "Action": {"$ref": "#/$defs/actions"},
                    "Resource": {"$ref": "#/$defs/resources"},
                    "Principal": {"type": "object", "required": ["Service"], "maxProperties": 1},
                    "Condition": {
                        "type": "object",
                        "propertyNames": {"enum": ["StringEquals", "StringLike", "ArnLike", "Bool"]},
                    },
                },
            },
        },
    },
    "$defs": {
        "actions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "pattern": "^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$"},
        },
        "resources": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "pattern": "^arn:aws:[a-z0-9-]+:(REGION)?:(ACCOUNT)?:[^*]+(/\\*)?$"},
        },
    },
}


def test_there_are_policies_for_everybody_who_needs_one() -> None:
    assert NAMES == [
        "deployer.json",
        "execution-role-redshift.json",
        "execution-role-sns.json",
        "execution-role.json",
        "redshift-copy-role.json",
        "redshift-copy-trust.json",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_is_of_iam_s_grammar(name: str) -> None:
    document = policy(name)
    jsonschema.validate(document, GRAMMAR)
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(set(sids)) == len(sids)
    for statement in document["Statement"]:
        assert ("Principal" in statement) is (name in TRUSTS)
        assert ("Resource" in statement) is (name not in TRUSTS)


@pytest.mark.parametrize("name", TRUSTS)
def test_a_service_takes_the_role_for_our_account_only(name: str) -> None:
    """Else another account's Redshift could be made to read our lake: the confused deputy."""
    for statement in policy(name)["Statement"]:
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}}


@pytest.mark.parametrize("name", NAMES)
def test_every_action_exists(name: str) -> None:
    session = botocore.session.get_session()
    for statement in policy(name)["Statement"]:
        for service, action in (action.split(":") for action in statement["Action"]):
            known = set(session.get_service_model(SERVICES[service]).operation_names)
            assert action in (known | S3_ACTIONS if service == "s3" else known)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TRUSTS])
def test_an_action_is_granted_on_resources_of_its_own_service(name: str) -> None:
    for grant in grants(name):
        assert grant.resource.split(":")[2] == grant.action.split(":")[0]


def test_every_wildcard_has_its_reason() -> None:
    found = {
        (name, grant.sid, grant.resource)
        for name in NAMES
        if name not in TRUSTS
        for grant in grants(name)
        if "*" in grant.resource
    }
    assert found == set(WILDCARDS)


def test_who_deploys_is_granted_every_call_of_a_deployment_and_no_more(
    mwaa: Mwaa, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Call] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        if model.service_model.service_name == "mwaa":
            calls.append(Call(f"airflow:{model.name}", ARN))
        else:
            calls.append(s3_call(model.name, params))

    session = boto3.Session()
    session.events.register("provide-client-params", record)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", session)
    assert deploy()[0] == 0
    assert deploy("--apply")[0] == 0
    mwaa.s3.put_object(Bucket=mwaa.bucket, Key="dags/gone.py", Body=b"", Metadata={"bellwether-sha256": "0"})
    assert deploy("--apply", "--prune")[0] == 0
    region, account = ARN.split(":")[3:5]
    values = {"BUCKET": mwaa.bucket, "REGION": region, "ACCOUNT": account, "ENVIRONMENT": "bellwether"}
    granted = grants("deployer.json", **values)
    assert [call for call in calls if not any(allows(grant, call) for grant in granted)] == []
    assert list(unused(granted, calls)) == []


@pytest.fixture
def road(warehouse: Any, lake: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    """A road of GitHub's releases against the sandbox, with a lake and a warehouse with its tables."""
    make_tables()
    monkeypatch.setenv("AIRFLOW_CONN_LAKE_MWAA", lake.connection)
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_MWAA", warehouse.connection)
    credentials = Credentials.create("http://127.0.0.1:1")
    with serve(create_app(World(clock=Clock(UNTIL)), credentials, Limits.none())) as root:
        monkeypatch.setenv("AIRFLOW_CONN_GITHUB", connections(root, credentials)["AIRFLOW_CONN_GITHUB"])
        yield Road("github", warehouse, lake, "mwaa", ["releases"])


def test_the_execution_role_is_granted_every_call_of_a_source_s_road_and_no_more(road: Road) -> None:
    calls: list[Call] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append(s3_call(model.name, params))

    client = Lake("lake_mwaa").client
    client.meta.events.register("provide-client-params", record)
    try:
        assert road.run(SINCE, UNTIL)["releases"]["rows"] > 0
        road.run(SINCE, UNTIL, from_raw=True)
    finally:
        client.meta.events.unregister("provide-client-params", record)
    granted = [
        grant for grant in grants("execution-role.json", LAKE=road.lake.bucket) if grant.action.startswith("s3:")
    ]
    assert [call for call in calls if not any(allows(grant, call) for grant in granted)] == []
    assert list(unused(granted, calls)) == []


def test_the_plugins_call_nothing_of_s3_that_the_execution_role_lacks() -> None:
    known = {xform_name(name): name for name in botocore.session.get_session().get_service_model("s3").operation_names}
    written = {
        known[word]
        for path in (CHECKOUT / "plugins").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for word in [getattr(node, "attr", None), getattr(node, "value", None)]
        if isinstance(word, str) and word in known
    }
    granted = {g.action.removeprefix("s3:") for g in grants("execution-role.json") if g.action.startswith("s3:")}
    assert {ACTIONS.get(name, name) for name in written - set(BY_HAND)} == granted


def test_the_documented_command_fills_in_every_placeholder(tmp_path: Path) -> None:
    text = (CHECKOUT / "docs" / "mwaa.md").read_text()
    (command,) = [
        block for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE) if "sed " in block
    ]
    done = subprocess.run(
        ["sh", "-euc", command.replace("/tmp/bellwether-iam", str(tmp_path))],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    for name in NAMES:
        filled = json.loads((tmp_path / name).read_text())
        for statement in filled["Statement"]:
            for resource in statement.get("Resource", []):
                assert not re.search(r"[A-Z]{3,}", resource), resource
        assert [statement["Action"] for statement in filled["Statement"]] == [
            statement["Action"] for statement in policy(name)["Statement"]
        ]
