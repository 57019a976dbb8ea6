"""What the tests of reports share: a browser, an api-server of Airflow's, a lake with a report in it.

Screenshots and prints go to $CI_ARTEFACTS, else to `.bellwether/artefacts/`.
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

from bellwether.reports.pages.page import render
from sandbox.airflow_api import AirflowApi
from sandbox.environment import CHECKOUT
from sandbox.services.ports import free_port
from tests.reports.invented import REPORT_ID, report

ARTEFACTS = Path(os.environ.get("CI_ARTEFACTS") or CHECKOUT / ".bellwether" / "artefacts")
PASSWORD = "for one test run"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NO_CHROMIUM = (
    "The page was not tried in a browser, for there is no Chromium here: `apt-get install chromium` puts one there, "
    "or BELLWETHER_CHROMIUM=/path/to/chromium names yours."
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """The folder that screenshots are kept in."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    return ARTEFACTS


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """A Chromium without a window; where there is none the test is skipped, saying what puts one there."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("BELLWETHER_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not path:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


class Served:
    """The api-server's address, and a session of somebody logged in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = AirflowApi(url, PASSWORD).session

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(f"{self.url}/bellwether{path}", headers=headers, timeout=60)

    def anonymously(self, path: str, **headers: str) -> requests.Response:
        session = requests.Session()
        session.trust_env = False
        return session.get(f"{self.url}/bellwether{path}", headers=headers, timeout=60, allow_redirects=False)


@pytest.fixture(scope="module")
def served(metadata: None) -> Iterator[Served]:
    from airflow.api_fastapi.app import create_app
    from airflow.configuration import conf

    passwords = Path(conf.get("core", "simple_auth_manager_passwords_file"))
    passwords.parent.mkdir(parents=True, exist_ok=True)
    passwords.write_text(json.dumps({"admin": PASSWORD}))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app("core"), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.05)
        yield Served(f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="session")
def objects() -> dict[str, bytes]:
    """What the DAG leaves in the lake for one report, and half of another."""
    made = report(weeks=2)
    page, figures = render(made, {}).encode(), made.to_json()
    return {
        f"reports/{REPORT_ID}/report.html": page,
        f"reports/{REPORT_ID}/report.json": figures,
        "reports/latest.html": page,
        "reports/latest.json": figures,
        "reports/half-written/report.html": b"x",
    }


@pytest.fixture
def shelved(lake: Any, objects: dict[str, bytes]) -> Any:
    """The lake with one report in it."""
    for key, body in objects.items():
        lake.client.put_object(Bucket=lake.bucket, Key=key, Body=body)
    return lake
