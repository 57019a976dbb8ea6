"""Objects that are written once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bellwether.lake import Lake


def test_bucket_region_and_address_are_known_before_anything_is_read(lake: Any) -> None:
    assert Lake().bucket == lake.bucket
    assert Lake().region == "us-east-1"
    assert Lake().url("raw/a") == f"s3://{lake.bucket}/raw/a"


def test_threads_that_begin_at_once_share_one_client(lake: Any) -> None:
    store = Lake()
    with ThreadPoolExecutor(max_workers=8) as pool:
        clients = list(pool.map(lambda _: store.client, range(8)))
    assert len({id(client) for client in clients}) == 1


def test_an_object_that_is_there_stays(lake: Any) -> None:
    assert Lake().put_if_absent("reports/a", b"first")
    assert not Lake().put_if_absent("reports/a", b"second")
    assert lake.read("reports/a") == b"first"


def test_of_several_writers_at_once_one_succeeds(lake: Any) -> None:
    store = Lake()
    with ThreadPoolExecutor(max_workers=8) as pool:
        done = list(pool.map(lambda number: store.put_if_absent("reports/a", b"%d" % number), range(8)))
    assert sum(done) == 1
    assert lake.read("reports/a") == b"%d" % done.index(True)
