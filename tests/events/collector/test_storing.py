"""Acknowledged is stored; what cannot be stored is refused and says so; a stop in order leaves nothing behind."""

import asyncio
import gzip
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import requests

from bellwether.events.collector.direct import Direct
from bellwether.events.collector.group import Group, NotStored
from bellwether.events.collector.segments import Segments
from bellwether.events.collector.sink import Part
from bellwether.events.envelope import RAW, Listening
from tests.events.collector.site import event, ids, lines_of

PART = Part(RAW, 1, b"line\n")


class Slow(Direct):
    """Counts its writes, each of which waits until it is let go."""

    def __init__(self):
        self.writes, self.go, self.broken = [], threading.Event(), False

    def write(self, parts):
        self.writes.append(len(list(parts)))
        self.go.wait(5)
        if self.broken:
            raise OSError("no disk")


def in_group(sink, work):
    async def run():
        refused = []
        group = Group(sink, 0, lambda: refused.append(1))
        running = asyncio.create_task(group.run())
        result = await work(group)
        await group.close()
        await running
        return result, len(refused)

    # In a thread: Playwright leaves its loop running in the main one when browser tests come first.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


def test_what_arrives_during_a_write_shares_the_next():
    sink = Slow()

    async def work(group):
        first = asyncio.create_task(group.store(PART))
        while not sink.writes:
            await asyncio.sleep(0)
        others = [asyncio.create_task(group.store(PART)) for _ in range(7)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in [first, *others])
        assert group.oldest_ns() == 1
        sink.go.set()
        await asyncio.gather(first, *others)
        return group.oldest_ns()

    assert in_group(sink, work) == (None, 0)
    assert sink.writes == [1, 7]


def test_a_failed_write_is_everybodys_and_the_next_one_counts_again():
    sink = Slow()
    sink.go.set()
    sink.broken = True

    async def work(group):
        failed = await asyncio.gather(*(group.store(PART) for _ in range(3)), return_exceptions=True)
        sink.broken = False
        await group.store(PART)
        return failed

    failed, refused = in_group(sink, work)
    assert [type(each) for each in failed] == [NotStored] * 3
    assert refused == 1


def test_nothing_is_taken_after_the_end():
    sink = Slow()
    sink.go.set()

    async def work(group):
        await group.close()
        with pytest.raises(NotStored):
            await group.store(PART)

    in_group(sink, work)


def test_a_full_disk_is_503_and_the_lake_says_when_nobody_could_listen(new_site, emptied):
    site = new_site(sink=lambda folder, lake: Segments(folder, "c0ffee", 1000, lake.put))
    while (answer := site.post([event()])).status_code == 200:
        pass
    assert (answer.status_code, answer.json()["eventsAccepted"]) == (503, 0)
    assert answer.json()["eventError"]["errorCode"] == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert requests.get(site.root + "/health", timeout=5).status_code == 503


def test_a_stop_brings_everything_to_the_lake_and_signs_off(new_site, emptied):
    site = new_site()
    with ThreadPoolExecutor(4) as threads:
        sent = [str(number) for number in range(40)]
        assert {answer.status_code for answer in threads.map(lambda n: site.post([event(n), {}]), sent)} == {200}
    site.stop()
    assert sorted(ids(lines_of(emptied))) == sorted(sent)
    assert len(lines_of(emptied, "rejected")) == 40
    assert [path.name for path in site.folder.iterdir()] == ["lock"]
    [key] = emptied.keys("raw/events/_listening/")
    page = msgspec.json.decode(emptied.read(key), type=Listening)
    assert (page.ended, page.events, page.collector) == (True, {"acme": 40}, "c0ffee")
    last = max(line["received_at"] for line in lines_of(emptied))
    [(since, until)] = page.spans
    assert since < last < page.stored_until <= until


def test_without_a_disk_every_answer_means_an_object(new_site, emptied):
    site = new_site(sink=lambda _, lake: Direct("c0ffee", lake.put), wait_seconds=0.05)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: site.post([event(str(number)), {}]), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert sorted(ids(lines_of(emptied))) == sorted(str(number) for number in range(8))
    assert 1 <= len(emptied.keys("raw/events/dt=")) < 8
    assert len(lines_of(emptied, "rejected")) == 8


def test_without_a_disk_a_lake_that_refuses_is_503(new_site):
    def refuse(key, body):
        raise OSError("the lake is away")

    site = new_site(sink=lambda *_: Direct("c0ffee", refuse))
    assert site.post([event()]).status_code == 503


def test_objects_are_plain_gzip_of_json_lines(new_site, emptied):
    site = new_site()
    site.post([event()])
    site.stop()
    [key] = emptied.keys("raw/events/dt=")
    assert key.endswith("-c0ffee.jsonl.gz")
    [line] = gzip.decompress(emptied.read(key)).splitlines()
    assert json.loads(line)["received_at"][:10] == key.split("dt=")[1][:10]
