"""The locks' hashes, and what the image is given of them."""

import re

import pytest

from deploy.compose.pins import entries, lacking
from local.environment import CHECKOUT

LOCK = """\
# made by uv
One_Package==1.0 ; sys_platform == 'linux' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via two
two==1.5 ; python_full_version < '3.12' \\
    --hash=sha256:cc
two==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
"""


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_of_the_locks_has_hashes(name: str) -> None:
    found = entries((CHECKOUT / name).read_text())
    assert len(found) > 100
    assert [line for _, line in found if not re.match(r"\S+==\S+.*--hash=sha256:[0-9a-f]{64}", line, re.DOTALL)] == []


def test_installs_check_the_hashes() -> None:
    for name in ("local/setup.sh", "Dockerfile"):
        assert "--require-hashes" in (CHECKOUT / name).read_text()


@pytest.mark.parametrize(
    ("present", "names"),
    [
        pytest.param({}, ["One_Package", "two", "two"], id="nothing there"),
        pytest.param({"one-package": "0.9", "two": "1.0"}, ["two", "two"], id="what is required has another version"),
        pytest.param({"one-package": "0.9", "two": "2.0"}, [], id="what nobody requires stays"),
    ],
)
def test_the_image_gets_what_it_lacks_with_hashes(present: dict[str, str], names: list[str]) -> None:
    found = lacking(LOCK, "# a remark\ntwo==2.0\n", present)
    assert [entry.split("==")[0] for entry in found] == names
    assert all("--hash=" in entry and "# via" not in entry for entry in found)
