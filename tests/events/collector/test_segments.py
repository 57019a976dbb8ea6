"""Segment files: what was written outlasts the process, goes to the lake once, and nothing torn goes there."""

import errno
import gzip
import os
from datetime import UTC, datetime

import pytest

from bellwether.events.collector.segments import Segments
from bellwether.events.collector.sink import Full, Part
from bellwether.events.collector.trackings import Misconfigured
from bellwether.events.envelope import RAW, REJECTED

NOON = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()) * 10**9
SECOND = 10**9


class Clock:
    def __init__(self):
        self.ns = NOON

    def __call__(self):
        return self.ns


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lake_dict():
    return {}


@pytest.fixture
def open_segments(tmp_path, clock, lake_dict):
    made = []

    def make(limit=2**30, put=lake_dict.__setitem__, name="c0ffee"):
        while made:
            os.close(made.pop()._lock)
        made.append(Segments(tmp_path, name, limit, put, clock))
        return made[-1]

    yield make
    while made:
        os.close(made.pop()._lock)


def part(line=b"line\n", ns=NOON, zone=RAW):
    return Part(zone, ns, line)


def endings(folder):
    return sorted(path.suffix for path in folder.iterdir() if path.suffix)


def unpacked(lake):
    return {key: gzip.decompress(body) for key, body in lake.items()}


def test_a_segment_is_shipped_when_it_is_a_minute_old(tmp_path, open_segments, clock, lake_dict):
    segments = open_segments()
    segments.write([part(b"1\n")])
    clock.ns += 59 * SECOND
    segments.write([part(b"2\n", clock.ns)])
    segments.tick()
    segments.ship()
    assert not lake_dict
    assert segments.oldest_ns() == NOON
    clock.ns += SECOND
    segments.tick()
    segments.ship()
    assert unpacked(lake_dict) == {f"raw/events/dt=2026-11-20/{NOON}-c0ffee.jsonl.gz": b"1\n2\n"}
    assert not endings(tmp_path)
    assert (segments.held_bytes, segments.oldest_ns()) == (0, None)


def test_a_segment_is_closed_when_it_is_large(tmp_path, open_segments, monkeypatch):
    monkeypatch.setattr("bellwether.events.collector.segments.SEGMENT_BYTES", 10)
    segments = open_segments()
    segments.write([part(b"123456\n")])
    assert endings(tmp_path) == [".open"]
    segments.write([part(b"123456\n", NOON + 1)])
    segments.write([part(b"x\n", NOON + 2)])
    assert endings(tmp_path) == [".open", ".ready"]


def test_days_and_zones_have_objects_of_their_own(open_segments, lake_dict):
    midnight = NOON + 12 * 3600 * SECOND
    segments = open_segments()
    segments.write([part(b"a\n", midnight - 1), part(b"b\n", midnight), part(b"c\n", midnight, REJECTED)])
    segments.close()
    segments.ship()
    assert {key.rsplit("/", 1)[0]: body for key, body in unpacked(lake_dict).items()} == {
        "raw/events/dt=2026-11-20": b"a\n",
        "raw/events/dt=2026-11-21": b"b\n",
        "rejected/events/dt=2026-11-21": b"c\n",
    }


def test_one_moment_gives_two_names(open_segments, lake_dict):
    segments = open_segments()
    for _ in range(2):
        segments.write([part()])
        segments.close()
    segments.ship()
    assert len(lake_dict) == 2


@pytest.mark.parametrize("torn", [b"", b'{"received_at":"2026', b"x" * 3_000_000])
def test_what_a_killed_process_left_is_shipped_without_its_torn_line(tmp_path, open_segments, lake_dict, torn):
    open_segments().write([part(b"1\n"), part(b"2\n")])
    [left] = tmp_path.glob("*.open")
    left.write_bytes(left.read_bytes() + torn)
    next_one = open_segments(name="later")
    assert next_one.oldest_ns() == NOON
    next_one.ship()
    assert unpacked(lake_dict) == {f"raw/events/dt=2026-11-20/{NOON}-c0ffee.jsonl.gz": b"1\n2\n"}


@pytest.mark.parametrize("content", [b"", b"torn before its first line break"])
def test_a_left_segment_without_a_line_is_removed(tmp_path, open_segments, lake_dict, content):
    (tmp_path / f"raw-events.2026-11-20.{NOON}-dead.open").write_bytes(content)
    open_segments().ship()
    assert not lake_dict
    assert not endings(tmp_path)


def test_an_upload_that_was_not_noted_is_repeated_with_the_same_bytes(tmp_path, open_segments, lake_dict):
    segments = open_segments()
    segments.write([part()])
    segments.close()
    [ready] = tmp_path.glob("*.ready")
    content = ready.read_bytes()
    segments.ship()
    before = dict(lake_dict)
    ready.write_bytes(content)
    open_segments(name="later").ship()
    assert lake_dict == before


def test_a_lake_that_refuses_leaves_the_segment_on_the_disk(tmp_path, open_segments, lake_dict):
    def refuse(key, body):
        raise OSError("the lake is away")

    segments = open_segments(put=refuse)
    segments.write([part()])
    segments.close()
    with pytest.raises(OSError, match="away"):
        segments.ship()
    assert endings(tmp_path) == [".ready"]
    open_segments(name="later").ship()
    assert len(lake_dict) == 1


def test_a_full_folder_refuses_until_it_was_shipped(open_segments):
    segments = open_segments(limit=10)
    segments.write([part(b"0123456789\n")])
    assert segments.is_full
    with pytest.raises(Full):
        segments.write([part()])
    segments.close()
    segments.ship()
    segments.write([part()])


def test_what_lies_in_the_folder_at_the_start_counts(open_segments):
    open_segments().write([part(b"0123456789\n")])
    assert open_segments(limit=10).is_full


def test_a_write_that_fails_halfway_leaves_no_part_of_it(tmp_path, open_segments, lake_dict, monkeypatch):
    segments = open_segments()
    segments.write([part(b"stored\n")])
    real = os.write

    def write(file, lines):
        if len(lines) < 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, bytes(lines)[:-4])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space"):
        segments.write([part(b"not stored\n")])
    monkeypatch.undo()
    segments.write([part(b"stored later\n", NOON + 1)])
    segments.close()
    segments.ship()
    assert list(unpacked(lake_dict).values()) == [b"stored\n", b"stored later\n"]


def test_a_failed_sync_is_never_trusted_again(open_segments, lake_dict, monkeypatch):
    segments = open_segments()

    def fail(file):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fail)
    with pytest.raises(OSError, match="Input"):
        segments.write([part(b"lost\n")])
    monkeypatch.undo()
    segments.write([part(b"stored\n", NOON + 1)])
    segments.close()
    segments.ship()
    assert list(unpacked(lake_dict).values()) == [b"stored\n"]


def test_a_folder_belongs_to_one_collector(tmp_path, open_segments):
    open_segments()
    with pytest.raises(Misconfigured, match="a folder of its own"):
        Segments(tmp_path, "second", 1, {}.__setitem__)
