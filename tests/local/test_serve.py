"""`python -m sandbox serve`, as a program."""

import json
import subprocess
import sys
from pathlib import Path

from local.environment import CHECKOUT
from sandbox.connections import base_urls
from sandbox.credentials import Credentials


def serve(data: Path, lines: int, *words: str) -> str:
    """What it prints until it has said so many lines, and then while it ends."""
    command = [sys.executable, "-m", "sandbox", "serve", "--data", str(data), *words]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(lines)]
        process.terminate()
        return "".join([*said, process.stdout.read()])


def test_by_itself_it_prints_the_connections_to_paste(tmp_path: Path) -> None:
    said = serve(tmp_path, len(base_urls("")) + 1)
    assert "export AIRFLOW_CONN_GITHUB=" in said
    assert Credentials.load_or_create(tmp_path, "http://127.0.0.1:1").github_token in said


def test_known_under_another_address_it_gives_that_and_prints_no_secret(tmp_path: Path) -> None:
    root = "http://sandbox:8400"
    said = serve(tmp_path, len(base_urls(root)), "--host", "0.0.0.0", "--known-as", root)
    for url in base_urls(root).values():
        assert url in said
    kept = json.loads((tmp_path / "credentials.json").read_text())
    assert kept["service_account"]["token_uri"].startswith(root)
    assert not [secret for secret in Credentials(**kept).secrets if secret in said]
