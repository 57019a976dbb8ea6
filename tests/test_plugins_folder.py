"""What Airflow's plugin loader makes of plugins/: it runs every file that .airflowignore does not name."""

import http
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PLUGINS = Path(__file__).parent.parent / "plugins"
LOAD_PLUGINS = """
import json, sys
from airflow.plugins_manager import ensure_plugins_loaded
ensure_plugins_loaded()
import http
import bellwether.sources.github
files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
print(json.dumps({"modules": files, "http": http.__file__}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The modules of a fresh process after Airflow has loaded a copy of our plugins and two further files."""
    folder = tmp_path_factory.mktemp("plugins") / "plugins"
    shutil.copytree(PLUGINS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "control_plugin.py").touch()
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "control_window.py").touch()
    environment = dict(os.environ) | {"PYTHONPATH": str(folder), "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", LOAD_PLUGINS], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said | {"folder": folder}


def test_airflow_runs_files_below_the_plugins_folder(loaded: dict[str, Any]) -> None:
    assert {"control_plugin", "control_window"} <= set(loaded["modules"])


def test_no_file_of_ours_is_registered_under_its_bare_name(loaded: dict[str, Any]) -> None:
    # Not by a part of the path: the checkout's folder, with the virtual environment in it, may have our name, too.
    bundle = loaded["folder"] / "bellwether"
    ours = {name for name, file in loaded["modules"].items() if file and Path(file).is_relative_to(bundle)}
    assert "bellwether.sources.github" in ours
    assert {name for name in ours if not name.startswith("bellwether.")} == {"bellwether"}


def test_the_standard_library_s_http_is_its_own(loaded: dict[str, Any]) -> None:
    assert Path(loaded["http"]) == Path(http.__file__)
