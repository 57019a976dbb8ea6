"""A bucket with versions on the session's SeaweedFS, an MWAA environment that reads it, and the command line."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from deploy.mwaa.__main__ import main
from tests.deploy.mwaa_service import REGION, Mwaa, serve

CHECKOUT = Path(__file__).resolve().parents[2]
NUMBERS = count()
# A deployment's words; it asks often, for here nobody takes half an hour.
UPLOAD = ["upload", "--environment", "bellwether", "--poll-seconds", "0.01"]
Deploy = Callable[..., tuple[int, str]]


@pytest.fixture
def bucket(services: Any) -> str:
    name = f"mwaa-bucket-{next(NUMBERS)}"
    services.s3.create_bucket(Bucket=name)
    services.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def mwaa(services: Any, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mwaa]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with serve(Mwaa(services.s3, bucket)) as served:
        settings = {
            "AWS_ACCESS_KEY_ID": services.seaweedfs.access_key,
            "AWS_SECRET_ACCESS_KEY": services.seaweedfs.secret_key,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{services.s3_port}",
            "AWS_ENDPOINT_URL_MWAA": served.url,
            # MWAA's host is api.airflow.…; a number has no such name in front of it.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
        yield served


@pytest.fixture
def deploy(mwaa: Mwaa, capsys: pytest.CaptureFixture[str]) -> Deploy:
    """Runs `python -m deploy.mwaa upload …` in this process: its exit status, and what it said."""

    def run(*words: str, bucket: str = mwaa.bucket) -> tuple[int, str]:
        status = main([*UPLOAD, "--bucket", bucket, *words])
        return status, "".join(capsys.readouterr())

    return run


@pytest.fixture
def start(mwaa: Mwaa) -> Callable[..., subprocess.Popen[str]]:
    """Starts the same in a process of its own."""

    def run(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "deploy.mwaa", *UPLOAD, "--bucket", mwaa.bucket, *words]
        return subprocess.Popen(
            command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )

    return run
