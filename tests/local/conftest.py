"""What the tests of the launcher share: a data folder of their own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder with a space in its path, whose services are stopped and which is removed after the test."""
    above = Path(tempfile.mkdtemp(prefix="bell wether "))
    above.chmod(0o711)
    yield above / "data"
    Stack(above / "data").stop()
    shutil.rmtree(above, ignore_errors=True)
