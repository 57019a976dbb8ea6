"""A deployment against a real S3 store and a service that keeps to botocore's model of MWAA."""

from deploy.mwaa.package import package
from tests.deploy.conftest import Deploy
from tests.deploy.mwaa_service import Mwaa

FILES = package()
DAG_FILES = [name for name in FILES if name.startswith("dags/")]


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(mwaa: Mwaa, deploy: Deploy) -> None:
    status, said = deploy()
    assert status == 0, said
    assert mwaa.in_bucket() == []
    assert mwaa.updates == []
    lines = said.splitlines()
    order = [
        next(n for n, line in enumerate(lines) if words in line) for words in ("plugins.zip", "update", *DAG_FILES)
    ]
    assert order == sorted(order)
    assert "20 to 30 minutes" in said
    assert "workers are replaced" in said
    assert "dry run" in lines[-1]
    assert "--apply" in lines[-1]


def test_the_whole_package_is_brought_plugins_first_and_dags_when_the_environment_is_updated(
    mwaa: Mwaa, deploy: Deploy
) -> None:
    status, said = deploy("--apply")
    assert status == 0, said
    assert mwaa.held() == FILES
    when_begun, when_over = mwaa.seen
    assert when_begun == when_over == ["plugins.zip", "requirements.txt"]
    (update,) = mwaa.updates
    assert set(update) == {
        "PluginsS3Path", "PluginsS3ObjectVersion", "RequirementsS3Path", "RequirementsS3ObjectVersion"
    }  # fmt: skip
    for part, name in (("Plugins", "plugins.zip"), ("Requirements", "requirements.txt")):
        assert update[f"{part}S3Path"] == name
        newest = mwaa.s3.head_object(Bucket=mwaa.bucket, Key=name)["VersionId"]
        assert update[f"{part}S3ObjectVersion"] == newest


def test_progress_is_told_while_the_environment_is_updated(mwaa: Mwaa, deploy: Deploy) -> None:
    _, said = deploy("--apply")
    told = [line.split(":")[0] for line in said.splitlines() if "of 60 minutes" in line]
    assert told == mwaa.course[:3]


def test_a_second_run_finds_nothing_to_do(mwaa: Mwaa, deploy: Deploy) -> None:
    deploy("--apply")
    before = mwaa.versions()
    for words in ([], ["--apply"], ["--apply", "--prune"]):
        status, said = deploy(*words)
        assert status == 0, said
        assert "There is nothing to do." in said
    assert mwaa.versions() == before
    assert len(mwaa.updates) == 1


def test_a_changed_dag_needs_no_update_of_the_environment(mwaa: Mwaa, deploy: Deploy) -> None:
    deploy("--apply")
    mwaa.s3.put_object(Bucket=mwaa.bucket, Key="dags/ingest.py", Body=b"# edited in the console")
    status, said = deploy("--apply")
    assert status == 0, said
    assert "changed  dags/ingest.py" in said
    assert mwaa.held() == FILES
    assert len(mwaa.updates) == 1


def test_changed_plugins_are_brought_with_an_update(mwaa: Mwaa, deploy: Deploy) -> None:
    deploy("--apply")
    mwaa.s3.put_object(Bucket=mwaa.bucket, Key="plugins.zip", Body=b"another", Metadata={"bellwether-sha256": "0"})
    before = mwaa.updates[0]
    _, said = deploy("--apply")
    assert mwaa.held() == FILES
    assert "changed  plugins.zip" in said
    assert mwaa.updates[1]["PluginsS3ObjectVersion"] != before["PluginsS3ObjectVersion"]
    assert mwaa.updates[1]["RequirementsS3ObjectVersion"] == before["RequirementsS3ObjectVersion"]


def test_an_environment_that_was_put_back_to_older_files_is_updated_again(mwaa: Mwaa, deploy: Deploy) -> None:
    deploy("--apply")
    mwaa.environment["PluginsS3ObjectVersion"] = "another"
    _, said = deploy()
    assert "update   the environment" in said
    deploy("--apply")
    assert mwaa.environment["PluginsS3ObjectVersion"] == mwaa.updates[0]["PluginsS3ObjectVersion"]


def test_stale_dags_of_ours_are_listed_and_removed_only_when_asked(mwaa: Mwaa, deploy: Deploy) -> None:
    deploy("--apply")
    for key, metadata in (("dags/gone.py", {"bellwether-sha256": "0"}), ("dags/theirs.py", {})):
        mwaa.s3.put_object(Bucket=mwaa.bucket, Key=key, Body=b"", Metadata=metadata)
    _, said = deploy("--apply")
    assert "stale    dags/gone.py: --prune removes it" in said
    assert "not ours dags/theirs.py: left alone" in said
    assert {"dags/gone.py", "dags/theirs.py"} <= set(mwaa.in_bucket())
    _, said = deploy("--prune")
    assert "remove   dags/gone.py" in said
    assert "dags/gone.py" in mwaa.in_bucket()
    deploy("--prune", "--apply")
    assert set(mwaa.in_bucket()) == {*FILES, "dags/theirs.py"}


def test_files_go_below_a_prefix_and_dags_where_the_environment_reads_them(mwaa: Mwaa, deploy: Deploy) -> None:
    mwaa.environment["DagS3Path"] = "flows/dags/"
    deploy("--apply", "--prefix", "bundle/")
    moved = {f"bundle/{name}" for name in FILES if not name.startswith("dags/")}
    assert set(mwaa.in_bucket()) == moved | {f"flows/{name}" for name in DAG_FILES}
    assert "There is nothing to do." in deploy("--apply")[1]


def test_the_paths_that_the_environment_has_are_kept(mwaa: Mwaa, deploy: Deploy) -> None:
    deploy("--apply", "--prefix", "bundle")
    mwaa.s3.put_object(Bucket=mwaa.bucket, Key="bundle/plugins.zip", Body=b"", Metadata={"bellwether-sha256": "0"})
    deploy("--apply")
    assert [update["PluginsS3Path"] for update in mwaa.updates] == ["bundle/plugins.zip"] * 2


def test_plugins_of_somebody_else_are_replaced_only_when_asked(mwaa: Mwaa, deploy: Deploy) -> None:
    put = mwaa.s3.put_object(Bucket=mwaa.bucket, Key="plugins.zip", Body=b"theirs")
    mwaa.environment |= {"PluginsS3Path": "plugins.zip", "PluginsS3ObjectVersion": put["VersionId"]}
    assert "needs --replace" in deploy()[1]
    status, said = deploy("--apply")
    assert status == 1
    assert "plugins.zip of somebody else's" in said
    assert mwaa.held() == {"plugins.zip": b"theirs"}
    assert deploy("--apply", "--replace")[0] == 0
    assert mwaa.held() == FILES
