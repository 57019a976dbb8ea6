"""A vendor that is asked in local time, a bounded window at a time, and whose times only a column can read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bellwether.hooks.stream import Column
from bellwether.window import Window
from tests.hooks.conftest import EXAMPLE, THINGS, ExampleHook

BERLIN = ZoneInfo("Europe/Berlin")
AT = Column(
    "at", "timestamp", "when.utc", required=True, or_paths=("whenUtc", "seen.utc"),
    parse=lambda text: None if text is None else datetime.fromisoformat(text),
)  # fmt: skip
LOCAL = replace(
    THINGS, path="/things/{subject}/{since}/{until}", local_slice=timedelta(hours=12), cursor=AT, params={},
    columns=(Column("id", "integer", required=True), AT),
)  # fmt: skip
DAY = Window(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))


class LocalHook(ExampleHook):
    """Reads things of Berlin."""

    source = replace(EXAMPLE, streams=(LOCAL,))

    def zone(self, subject):
        return BERLIN


@pytest.fixture
def read(hook):
    """Pages of a window."""

    def reading(window=DAY):
        hook()
        return list(LocalHook().read(LOCAL, "here", window))

    return reading


def page(*records):
    return {"body": json.dumps({"data": records}).encode()}


def ids(pages):
    return [json.loads(record)["id"] for page in pages for record in page.records]


def test_a_long_window_is_asked_for_in_pieces_of_the_subjects_own_day(service, read):
    service.answers(page())
    read()
    assert [seen.path for seen in service.seen] == [
        "/things/here/2026-10-25T00:00/2026-10-25T12:00",
        "/things/here/2026-10-25T12:00/2026-10-26T00:00",
    ]


def test_each_piece_has_its_own_pages(service, read):
    first, second = ({"id": number, "when": {"utc": f"2026-10-25 0{number}:00Z"}} for number in (1, 2))
    noon = {"id": 3, "when": {"utc": "2026-10-25 12:00Z"}}
    more = {"body": json.dumps({"data": [first], "next": "/more"}).encode()}
    service.answers(more, page(second), page(noon))
    assert ids(read()) == [1, 2, 3]
    assert [seen.path for seen in service.seen][1] == "/more"


def test_what_two_pieces_share_comes_once(service, read):
    noon = {"id": 1, "when": {"utc": "2026-10-25 11:00Z"}}
    service.answers(page(noon))
    pages = read()
    assert [len(page.records) for page in pages] == [0, 1]
    assert {page.reading.window_end for page in pages} == {DAY.end}


@pytest.mark.parametrize(
    ("record", "is_kept"),
    [
        pytest.param({"when": {"utc": "2026-10-25 00:30Z"}}, True, id="as it is today"),
        pytest.param({"whenUtc": "2026-10-25 00:30Z"}, True, id="as it was once"),
        pytest.param({"when": {"utc": "2026-10-25 00:30Z"}, "whenUtc": "2001-01-01 00:00Z"}, True, id="both"),
        pytest.param({"when": {}, "whenUtc": None, "seen": {"utc": "2026-10-25 02:30+02:00"}}, True, id="the last way"),
        pytest.param({"when": {"utc": "2026-10-24 20:00Z"}}, False, id="before"),
        pytest.param({"whenUtc": "2026-10-26 20:00Z"}, False, id="after"),
        pytest.param({"when": {"utc": "at noon"}}, True, id="unreadable, for staging to reject"),
        pytest.param({"when": "noon"}, True, id="of another shape, for staging to reject"),
        pytest.param({}, True, id="missing, for staging to reject"),
    ],
)
def test_a_column_places_a_record_wherever_it_has_its_time(service, read, record, is_kept):
    service.answers(page({"id": 1} | record), page())
    assert ids(read()) == [1] * is_kept
