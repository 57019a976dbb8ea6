"""The deployment itself: plugins and requirements, the environment's update, then the dags, which need both.

Every step compares before it acts, so a run that was killed is completed by running it again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from deploy.mwaa import plan as plans
from deploy.mwaa.bucket import Bucket
from deploy.mwaa.environment import READY, Environment, Source, Tell
from deploy.mwaa.errors import DeployError
from deploy.mwaa.package import PLUGINS, REQUIREMENTS
from deploy.mwaa.plan import Plan


@dataclass(frozen=True)
class Choices:
    """The options of a deployment."""

    bucket: str
    environment: str
    region: str | None = None
    prefix: str = ""
    apply: bool = False
    prune: bool = False
    replace: bool = False
    poll_seconds: float = 30.0
    patience_seconds: float = 3600.0


def upload(files: dict[str, bytes], choices: Choices, tell: Tell) -> None:
    """Print the changes, and with `apply` deploy them. Raises DeployError and botocore's errors."""
    bucket = Bucket(_client("s3", choices.region), choices.bucket)
    environment = Environment(
        _client("mwaa", choices.region),
        choices.environment,
        tell,
        poll_seconds=choices.poll_seconds,
        patience_seconds=choices.patience_seconds,
    )
    state = environment.read()
    plans.check(state, bucket.name, files)
    bucket.require_versions()
    if choices.apply:
        state = environment.ready()
    plan = plans.make(files, bucket, state, choices.prefix)
    _tell_plan(plan, choices, tell)
    if choices.apply:
        _apply(plan, bucket, environment, choices, tell)
    elif plan.changes(prune=choices.prune):
        tell("Nothing was changed: this was a dry run. With --apply it is done.")


def _tell_plan(plan: Plan, choices: Choices, tell: Tell) -> None:
    state = plan.state
    tell(
        f"environment {choices.environment}: {state.status}, Airflow {state.airflow_version}, "
        f"{state.environment_class}, reads s3://{state.bucket}/{state.dags}"
    )
    if state.error:
        tell(f"  its last update failed: {state.error}")
    if state.status not in READY:
        tell("  it is not ready: --apply would wait until it is")
    for line in plan.lines(prune=choices.prune):
        tell(line)
    if not plan.changes(prune=choices.prune):
        tell("There is nothing to do.")


def _apply(plan: Plan, bucket: Bucket, environment: Environment, choices: Choices, tell: Tell) -> None:
    if plan.replaced and not choices.replace:
        raise DeployError(
            f"The environment uses {' and '.join(plan.replaced)} of somebody else's, and it takes only one of each. "
            "Fold what is needed of them into plugins/ and requirements.txt, then pass --replace; "
            "the bucket keeps the old versions."
        )
    if plan.update:
        sources = {file.name: _brought(file, bucket, tell) for file in plan.versioned}
        tell("updating the environment")
        environment.update(sources[PLUGINS], sources[REQUIREMENTS])
        tell("the environment is updated")
    for file in plan.dags:
        if not file.same:
            _put(file, bucket, tell)
    for held in plan.stale if choices.prune else ():
        bucket.delete(held.key)
        tell(f"removed s3://{bucket.name}/{held.key}")
    if plan.changes(prune=choices.prune):
        tell("Done. MWAA copies dags/ within a minute.")


def _brought(file: plans.File, bucket: Bucket, tell: Tell) -> Source:
    if file.same and file.held and file.held.version:
        return Source(file.key, file.held.version)
    return _put(file, bucket, tell)


def _put(file: plans.File, bucket: Bucket, tell: Tell) -> Source:
    source = Source(file.key, bucket.put(file.key, file.body))
    tell(f"wrote s3://{bucket.name}/{file.key}")
    return source


def _client(service: str, region: str | None) -> Any:
    import boto3
    from botocore.config import Config

    retries: Any = {"mode": "standard", "max_attempts": 5}
    # boto3 reads only AWS_DEFAULT_REGION; the AWS CLI reads AWS_REGION first.
    region = region or os.environ.get("AWS_REGION")
    return boto3.client(service, region_name=region, config=Config(retries=retries, connect_timeout=10))
