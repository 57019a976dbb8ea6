"""Objects that are written once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bellwether.lake import Lake


def test_an_object_that_is_there_stays(lake: Any) -> None:
    assert Lake().put_if_absent("reports/a", b"first")
    assert not Lake().put_if_absent("reports/a", b"second")
    assert lake.read("reports/a") == b"first"


def test_of_several_writers_at_once_one_succeeds(lake: Any) -> None:
    store = Lake()
    store.client  # noqa: B018  made once, before threads share it
    with ThreadPoolExecutor(max_workers=8) as pool:
        done = list(pool.map(lambda number: store.put_if_absent("reports/a", b"%d" % number), range(8)))
    assert sum(done) == 1
    assert lake.read("reports/a") == b"%d" % done.index(True)
