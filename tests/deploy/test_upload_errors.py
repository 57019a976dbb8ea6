"""What can be wrong around a deployment: each is named with its remedy, and nothing is left half done unnoticed."""

import pytest

from deploy.mwaa.__main__ import main
from deploy.mwaa.package import package
from tests.deploy.conftest import Deploy
from tests.deploy.mwaa_service import Mwaa

FILES = package()


def test_a_failed_update_stops_the_deployment_with_mwaa_s_own_error(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.fails = True
    status, said = deploy("--apply")
    assert status == 1
    assert "INCORRECT_CONFIGURATION: The requirements could not be installed" in said
    assert "requirements_install" in said
    assert not [key for key in mwaa.in_bucket() if key.startswith("dags/")]
    assert "its last update failed: INCORRECT_CONFIGURATION" in deploy()[1]
    mwaa.fails = False
    assert deploy("--apply")[0] == 0
    assert mwaa.held() == FILES
    assert len(mwaa.versions()) == len(FILES)


def test_somebody_else_s_update_is_waited_for(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.course = ["UPDATING"] * 4
    mwaa.under_way({})
    assert "it is not ready: --apply would wait" in deploy()[1]
    status, said = deploy("--apply")
    assert status == 0, said
    assert "UPDATING: somebody, or an earlier run of this, updates it" in said
    assert mwaa.held() == FILES


def test_waiting_has_an_end_and_says_how_to_go_on(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.course = ["UPDATING"] * 10_000
    status, said = deploy("--apply", "--patience-minutes", "0.001")
    assert status == 1
    assert "still UPDATING" in said
    assert "run this again later" in said
    assert not [key for key in mwaa.in_bucket() if key.startswith("dags/")]


def test_an_update_begun_by_somebody_else_between_looking_and_updating_is_named(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.overtaken = True
    status, said = deploy("--apply")
    assert status == 1
    assert "MWAA refused the update of 'bellwether'" in said
    assert "run this again when it is AVAILABLE" in said
    assert deploy("--apply")[0] == 0
    assert mwaa.held() == FILES


@pytest.mark.parametrize("status", ["DELETING", "UNAVAILABLE", "CREATE_FAILED"])
def test_an_environment_beyond_updating_is_named(mwaa: Mwaa, deploy: Deploy, status: str) -> None:
    mwaa.environment["Status"] = status
    code, said = deploy("--apply")
    assert code == 1
    assert f"'bellwether' is {status}" in said
    assert mwaa.in_bucket() == []


def test_a_bucket_without_versions_is_refused_with_the_remedy(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.s3.create_bucket(Bucket="without-versions")
    mwaa.environment["SourceBucketArn"] = "arn:aws:s3:::without-versions"
    for words in ([], ["--apply"]):
        status, said = deploy(*words, bucket="without-versions")
        assert status == 1
        assert "keeps no versions" in said
        assert "aws s3api put-bucket-versioning --bucket without-versions" in said
    assert "Contents" not in mwaa.s3.list_objects_v2(Bucket="without-versions")


def test_an_object_from_before_the_bucket_kept_versions_is_written_anew(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.s3.create_bucket(Bucket="once-without-versions")
    deploy("--apply")
    body, digest = FILES["plugins.zip"], mwaa.s3.head_object(Bucket=mwaa.bucket, Key="plugins.zip")["Metadata"]
    mwaa.s3.put_object(Bucket="once-without-versions", Key="plugins.zip", Body=body, Metadata=digest)
    settings = {"Status": "Enabled"}
    mwaa.s3.put_bucket_versioning(Bucket="once-without-versions", VersioningConfiguration=settings)
    mwaa.bucket = "once-without-versions"
    mwaa.environment["SourceBucketArn"] = f"arn:aws:s3:::{mwaa.bucket}"
    status, said = deploy("--apply", bucket=mwaa.bucket)
    assert status == 0, said
    assert mwaa.updates[-1]["PluginsS3ObjectVersion"] not in ("", "null")


def test_the_wrong_bucket_and_the_wrong_airflow_are_named(mwaa: Mwaa, deploy: Deploy) -> None:
    status, said = deploy(bucket="another")
    assert status == 1
    assert f"reads the bucket '{mwaa.bucket}', not 'another'" in said
    mwaa.environment["AirflowVersion"] = "3.2.1"
    status, said = deploy("--apply")
    assert status == 1
    assert "runs Airflow 3.2.1, and requirements.txt is for 3.3.1" in said
    assert mwaa.in_bucket() == []


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [
        ({"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, ["no usable AWS credentials", "aws sso login"]),
        ({"AWS_REGION": None}, ["No AWS region", "--region"]),
        ({"AWS_REGION": "us-east-2"}, ["does not accept the credentials", "get-caller-identity"]),
        ({"AWS_ENDPOINT_URL_MWAA": "http://127.0.0.1:1"}, ["AWS was not reached", "proxy"]),
        ({"AWS_PROFILE": "nobody"}, ["nobody", "AWS_PROFILE"]),
    ],
    ids=["no credentials", "no region", "wrong credentials", "no network", "no such profile"],
)
def test_what_is_wrong_around_is_named_with_its_remedy(
    mwaa: Mwaa, deploy: Deploy, monkeypatch: pytest.MonkeyPatch, spoilt: dict[str, str | None], named: list[str]
) -> None:
    for name, value in spoilt.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    status, said = deploy("--apply")
    assert status == 1
    assert said.startswith("bellwether: ")
    for words in named:
        assert words in said
    assert "Traceback" not in said


def test_denied_access_names_the_permission(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.denied = True
    status, said = deploy("--apply")
    assert status == 1
    assert "airflow:GetEnvironment" in said
    assert "deploy/iam/deployer.json" in said
    assert "Traceback" not in said


def test_a_key_that_the_bucket_s_account_does_not_know_is_named(
    mwaa: Mwaa, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    status, said = deploy("--apply")
    assert status == 1
    assert "does not accept the credentials (InvalidAccessKeyId" in said


def test_an_unknown_environment_is_named(mwaa: Mwaa, deploy: Deploy) -> None:
    status, said = deploy("--environment", "belwether")
    assert status == 1
    assert "no MWAA environment 'belwether'" in said
    assert "aws mwaa list-environments" in said


def test_a_bucket_that_is_gone_is_named(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.environment["SourceBucketArn"] = "arn:aws:s3:::gone-for-good"
    status, said = deploy("--apply", bucket="gone-for-good")
    assert status == 1
    assert "no bucket 'gone-for-good'" in said


@pytest.mark.parametrize("empty", ["--bucket", "--environment"])
def test_an_empty_word_of_make_is_named(empty: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = {"--bucket": "b", "--environment": "e"} | {empty: ""}
    with pytest.raises(SystemExit) as stopped:
        main(["upload", *(word for pair in words.items() for word in pair)])
    assert stopped.value.code == 2
    assert "make deploy BUCKET=" in capsys.readouterr().err
