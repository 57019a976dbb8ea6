"""Real processes over a data folder of their own, by the machine's clock, which is the one that they have."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack
from tests.clock import machine_time


@pytest.fixture(scope="module", autouse=True)
def same_clock() -> Iterator[None]:
    with machine_time():
        yield


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder with a space in its path, whose services are stopped and which is removed after the test."""
    above = Path(tempfile.mkdtemp(prefix="bell wether "))
    above.chmod(0o711)
    yield above / "data"
    Stack(above / "data").stop()
    shutil.rmtree(above, ignore_errors=True)
