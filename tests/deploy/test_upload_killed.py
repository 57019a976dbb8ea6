"""A deployment that is killed, and run again."""

import subprocess
from collections.abc import Callable, Iterator

import pytest

from deploy.mwaa.package import package
from tests.deploy.conftest import Deploy
from tests.deploy.mwaa_service import Mwaa

FILES = package()


def lines_until(process: subprocess.Popen[str], words: str) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line
        if words in line:
            return


@pytest.mark.parametrize(
    "moment", ["plugins.zip", "updating the environment", "UPDATING", "is updated", "dags/ingest.py"]
)
def test_killed_anywhere_and_run_again_it_completes(
    mwaa: Mwaa, start: Callable[..., subprocess.Popen[str]], deploy: Deploy, moment: str
) -> None:
    words = moment if moment in ("updating the environment", "UPDATING", "is updated") else f"/{moment}"
    process = start("--apply")
    told = list(lines_until(process, words))
    process.kill()
    process.communicate()
    assert words in told[-1], told
    status, said = deploy("--apply")
    assert status == 0, said
    assert mwaa.held() == FILES
    assert "There is nothing to do." in deploy("--apply")[1]
    assert len(mwaa.versions()) <= len(FILES) + 1
