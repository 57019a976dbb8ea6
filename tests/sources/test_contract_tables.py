"""What every source keeps to by being there: its records fit its tables, whatever the vendor makes of them."""

import json
import re
from contextlib import closing

import pytest

from bellwether.hooks.stream import Stream
from bellwether.sources import source_names, source_of
from bellwether.sql import render
from bellwether.staging.rows import stage
from bellwether.warehouse import connect
from bellwether.warehouse.database import Batch

STREAMS = [
    pytest.param(source, stream, id=f"{source}-{stream.name}")
    for source in source_names()
    for stream in source_of(source).streams
]


def own_path(stream: Stream) -> str:
    """The last part of a stream's path that is the same for every subject."""
    return [part for part in re.split(r"\{\w+\}", stream.path) if part.strip("/")][-1]


TYPES = {
    "text": "character varying",
    "json": "character varying",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "timestamp": "timestamp with time zone",
    "epoch": "timestamp with time zone",
}
COLUMNS = """
    select column_name, data_type, is_nullable = 'YES' from information_schema.columns
    where table_name = %s order by ordinal_position
"""
KEY = """
    select a.attname from pg_index i
    join lateral unnest(i.indkey) with ordinality as k (attnum, place) on true
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = %s::regclass and i.indisprimary order by k.place
"""
# Which answer is spoiled: a part of its path and query, after how many others, and the field of a record, where the
# stream's own path and the field that its vendor spoils are not right.
SPOILED = {
    # The second question about deployments asks for their statuses.
    "github-deployments": ("/deployments?", 0, None),
    # The first report is asked for its time zone.
    "google_analytics-traffic": (":runReport", 1, None),
    "postman-monitors": ("/monitors/", 0, "schedule.nextRun"),
    "wikipedia-cities": ("/wiki/", 0, "area"),
}
MALFORMED = [
    (source, stream.name, *SPOILED.get(f"{source}-{stream.name}", (own_path(stream), 0, None)))
    for source, stream in (each.values for each in STREAMS)
] + [
    ("github", "deployments", "/deployments?", 0, "id"),
    ("postman", "runs", "/monitors/", 0, "lastRun.startedAt"),
    ("postman", "runs", "/monitors/", 0, "lastRun.finishedAt"),
    ("weather", "forecasts", "/forecast", 0, "dt"),
]


def expected_columns(stream: Stream) -> list[tuple[str, str, bool]]:
    own = [
        (column.name, TYPES[column.type], not column.required and column.name not in stream.key)
        for column in stream.columns
    ]
    gone = [("gone_at", TYPES["timestamp"], True)] if stream.lists_all else []
    return [(stream.subject_column, TYPES["text"], False), *own, ("observed_at", TYPES["timestamp"], False), *gone]


def create_tables(warehouse, source):
    with closing(warehouse.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(render(f"tables/{source}.sql"))


def staged(hook, stream, window):
    """Every page staged: (frames, rejects)."""
    subject = hook.subjects(stream)[0]
    found = [
        stage(stream, b"".join(record + b"\n" for record in page.records), page.reading)
        for page in hook.read(stream, subject, window)
    ]
    return [each.frame for each in found], [reject for each in found for reject in each.rejects]


def rows(frames):
    """The rows as texts, without the spaces that the sandbox puts into JSON it has changed."""
    found = [row for frame in frames for row in frame.to_pylist()]
    return [json.dumps(row, default=str, sort_keys=True).replace(" ", "") for row in found]


@pytest.mark.parametrize("source", source_names())
def test_each_stream_has_its_table(warehouse, source):
    create_tables(warehouse, source)
    for stream in source_of(source).streams:
        table = f"{source}_{stream.name}"
        assert warehouse.query(COLUMNS, (table,)) == expected_columns(stream), table
        assert tuple(name for (name,) in warehouse.query(KEY, (table,))) == stream.table_key
    tables = {f"{source}_{stream.name}" for stream in source_of(source).streams}
    assert {
        name for (name,) in warehouse.query("select tablename from pg_tables where schemaname = 'public'")
    } == tables


@pytest.mark.parametrize("source", source_names())
def test_the_sandboxs_records_all_fit(warehouse, vendors, lately, source):
    create_tables(warehouse, source)
    hook = vendors.hook(source)
    for stream in hook.source.streams:
        frames, rejects = staged(hook, stream, lately(days=10))
        assert not rejects
        table = f"{source}_{stream.name}"
        connect("warehouse").merge(Batch(table, stream.table_key, stream.column_names, frames))
        ((count,),) = warehouse.query(f"select count(*) from {table}")
        assert count == sum(frame.num_rows for frame in frames) > 0, stream.name


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_a_field_nobody_documents_stays_in_raw_and_changes_no_row(vendors, lately, source, stream):
    hook = vendors.hook(source)
    before = rows(staged(hook, stream, lately(days=5))[0])
    vendors.misbehave(source, "extra_field", count=1000)
    frames, rejects = staged(hook, stream, lately(days=5))
    assert rows(frames) == before
    assert before
    assert not rejects


@pytest.mark.parametrize(("source", "name", "path", "after", "field"), MALFORMED)
def test_one_wrong_type_costs_one_record(vendors, lately, source, name, path, after, field):
    hook = vendors.hook(source)
    stream = hook.source.streams_by_name()[name]
    # The middle record of the first page is the wrong one: it has to be inside the window.
    window = lately(days=60 if name in ("periods", "releases") else 5)
    good = rows(staged(hook, stream, window)[0])
    vendors.forget()
    hook = vendors.hook(source)
    hook.subjects(stream)
    vendors.misbehave(source, "malformed", path=path, after=after, field=field)
    frames, rejects = staged(hook, stream, window)
    left = rows(frames)
    assert len(rejects) == 1
    assert "`$." in rejects[0].reason
    assert len(left) == len(good) - 1
    assert set(left) <= set(good)


def test_a_deployment_whose_status_cannot_be_read_is_rejected_alone(vendors, lately):
    hook = vendors.hook("github")
    stream = hook.source.streams_by_name()["deployments"]
    good = rows(staged(hook, stream, lately(days=3))[0])
    vendors.misbehave("github", "malformed", path="/statuses", field="state")
    frames, rejects = staged(hook, stream, lately(days=3))
    assert set(rows(frames)) <= set(good)
    assert len(rejects) + len(rows(frames)) == len(good)
