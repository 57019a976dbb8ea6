"""Our DAGs, as Airflow's DAG processor sees them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).parent.parent.parent / "dags"


def parsed() -> Any:
    """The DAGs, parsed anew: a run leaves its params in the DAG it was given."""
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(DAGS, bundle_path=DAGS, bundle_name="dags-folder")


@pytest.fixture(scope="session")
def bag() -> Any:
    return parsed()


@pytest.fixture(scope="session")
def parse() -> Callable[[], Any]:
    return parsed
