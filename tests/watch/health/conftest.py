"""A real warehouse and a real lake, and a Slack that is a socket on loopback."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bellwether.sql import render
from tests.watch.alerts import ears
from tests.watch.health.house import SITE, Health


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def make(source: str, **extra: Any) -> None:
        value = {"conn_type": "http", "password": "token-0123456789", "extra": extra}
        monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}", json.dumps(value))

    return make


@pytest.fixture
def health(warehouse: Any, lake: Any, connect: Callable[..., None]) -> Health:
    """Somebody means to read one repository of GitHub."""
    warehouse.query(render("tables/coverage.sql"))
    connect("github", repositories=[SITE])
    return Health(warehouse)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ears.Slack]:
    with ears.slack() as made:
        monkeypatch.setenv("AIRFLOW_CONN_ALERT_SLACK", made.connection)
        yield made
