"""A collector on a socket, with a disk of its own and a real lake behind it.

- `site`: one for the module. `site.post(events)` sends as `acme`, `site.stored()` reads what it has stored since.
- `new_site(**more)`: a further one, with other trackings, sink or clock, stopped at the end of the test.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bellwether.lake import Lake
from tests.events.collector.site import Site


@pytest.fixture(scope="session")
def events_lake(services: Any) -> Iterator[Any]:
    with services.new_lake() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_EVENTS_LAKE", made.connection)
        yield made


@pytest.fixture
def emptied(events_lake: Any) -> Any:
    """The lake, with nothing in it."""
    events_lake.empty()
    return events_lake


@pytest.fixture(scope="module")
def site(events_lake: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), Lake("events_lake")) as made:
        yield made


@pytest.fixture
def new_site(emptied: Any, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    with ExitStack() as stack:

        def make(folder: Path = tmp_path / "site", **more: Any) -> Site:
            return stack.enter_context(Site(folder, Lake("events_lake"), **more))

        yield make
